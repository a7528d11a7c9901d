using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>
/// Extremes and quantiles of a plane's pixels, those that are NaN or infinite left out.
/// </summary>
/// <remarks>
/// From a histogram of 65536 bins between the smallest and the largest value: exact for 8- and 16-bit pixels and for floats
/// that are whole numbers within such a range, to a 65535th of the range for others. Cost: two reads of a float plane, one
/// of another.
/// </remarks>
internal sealed class Quantiles
{
    private const int Bins = 1 << 16;

    private readonly long[] _counts;
    private readonly double _start;
    private readonly double _width;

    private Quantiles(long[] counts, float minimum, float maximum, double start, double width)
    {
        (_counts, Minimum, Maximum, _start, _width) = (counts, minimum, maximum, start, width);
        Count = counts.Sum();
    }

    /// <summary>The smallest value; NaN where there is none.</summary>
    public float Minimum { get; }

    /// <summary>The largest value; NaN where there is none.</summary>
    public float Maximum { get; }

    /// <summary>Values that count.</summary>
    public long Count { get; }

    /// <summary>Looks at all pixels of a plane of any type.</summary>
    public static Quantiles Of(Plane image, EvaluationContext context) => image switch
    {
        Plane<byte> bytes => OfWhole(bytes, context),
        Plane<ushort> words => OfWhole(words, context),
        _ => Of((Plane<float>)image, context),
    };

    /// <summary>Looks at all pixels of a plane.</summary>
    public static Quantiles Of(Plane<float> image, EvaluationContext context)
    {
        (float minimum, float maximum, bool whole) = Extremes(image, context);
        if (float.IsNaN(minimum))
            return new Quantiles(new long[Bins], minimum, maximum, minimum, 0);

        // Bins of one grey level hold whole numbers exactly.
        double width = whole && maximum - minimum <= Bins - 1 ? 1 : Math.Max((double)maximum - minimum, double.Epsilon) / (Bins - 1);
        var total = new long[Bins];
        var gate = new Lock();
        double binsPerLevel = 1 / width;
        RowParallel.For(image.Height, Math.Max(1, image.Height / (4 * context.Threads)), context, (first, end) =>
        {
            var counts = new long[Bins];
            for (int y = first; y < end; y++)
            {
                foreach (float value in image.Row(y))
                {
                    if (float.IsFinite(value))
                        counts[(int)(((double)value - minimum) * binsPerLevel + 0.5)]++;
                }
            }

            lock (gate)
            {
                for (int i = 0; i < Bins; i++)
                    total[i] += counts[i];
            }
        });
        return new Quantiles(total, minimum, maximum, minimum, width);
    }

    /// <summary>The value that <paramref name="percent"/> percent of the pixels do not exceed; NaN where there are no pixels.</summary>
    public double At(double percent)
    {
        if (Count == 0)
            return double.NaN;
        long wanted = Rank(Count, percent);
        int bin = 0;
        for (long seen = _counts[0]; seen < wanted; seen += _counts[bin])
            bin++;
        return Math.Min(Value(bin), Maximum);
    }

    /// <summary>Which of <paramref name="count"/> sorted values, counted from 1, is the smallest that <paramref name="percent"/> percent do not exceed.</summary>
    public static long Rank(long count, double percent)
        => Math.Max(1, (long)Math.Ceiling(count * (decimal)percent / 100)); // in decimals: 99.9 percent of 1000 are 999, not 1000

    /// <summary>How many pixels have the smallest value (to the width of a bin, where they are no whole numbers).</summary>
    public long AtMinimum => Count == 0 ? 0 : _counts[Bin(Minimum)];

    /// <summary>How many pixels have the largest value (to the width of a bin).</summary>
    public long AtMaximum => Count == 0 ? 0 : _counts[Bin(Maximum)];

    /// <summary>The distance from <paramref name="centre"/> that <paramref name="percent"/> percent of the pixels do not exceed; with the median, 50 gives the median absolute deviation.</summary>
    public double DistanceAt(double centre, double percent)
    {
        if (Count == 0)
            return double.NaN;
        long wanted = Rank(Count, percent);

        // The nearest bin on either side that is not counted yet.
        int above = 0;
        while (above < Bins && Value(above) < centre)
            above++;
        int below = above - 1;
        double distance = 0;
        for (long seen = 0; seen < wanted;)
        {
            double up = above < Bins ? Value(above) - centre : double.PositiveInfinity;
            double down = below >= 0 ? centre - Value(below) : double.PositiveInfinity;
            int bin = up <= down ? above++ : below--;
            seen += _counts[bin];
            if (_counts[bin] > 0)
                distance = Math.Min(up, down);
        }

        return distance;
    }

    private double Value(int bin) => _start + bin * _width;

    private int Bin(float value) => (int)(((double)value - _start) / _width + 0.5);

    private static Quantiles OfWhole<T>(Plane<T> image, EvaluationContext context)
        where T : unmanaged, IBinaryInteger<T>
    {
        var total = new long[Bins];
        var gate = new Lock();
        RowParallel.For(image.Height, Math.Max(1, image.Height / (4 * context.Threads)), context, (first, end) =>
        {
            var counts = new long[Bins];
            for (int y = first; y < end; y++)
            {
                foreach (T value in image.Row(y))
                    counts[int.CreateTruncating(value)]++;
            }

            lock (gate)
                TensorPrimitives.Add<long>(total, counts, total);
        });
        return new Quantiles(total, Array.FindIndex(total, n => n > 0), Array.FindLastIndex(total, n => n > 0), start: 0, width: 1);
    }

    private static (float Minimum, float Maximum, bool Whole) Extremes(Plane<float> image, EvaluationContext context)
    {
        float low = float.PositiveInfinity;
        float high = float.NegativeInfinity;
        bool whole = true;
        var gate = new Lock();
        RowParallel.For(image.Height, RowParallel.Grain(image.Height, image.Width, context), context, (first, end) =>
        {
            (float least, float most, bool wholes) = (float.PositiveInfinity, float.NegativeInfinity, true);
            for (int y = first; y < end; y++)
            {
                (float rowLeast, float rowMost, bool rowWhole) = Extremes(image.Row(y));
                (least, most, wholes) = (Math.Min(least, rowLeast), Math.Max(most, rowMost), wholes && rowWhole);
            }

            lock (gate)
                (low, high, whole) = (Math.Min(low, least), Math.Max(high, most), whole && wholes);
        });
        return low <= high ? (low, high, whole) : (float.NaN, float.NaN, false);
    }

    /// <summary>The extremes of a row, and whether all its values are whole; values that are NaN or infinite are left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (float Minimum, float Maximum, bool Whole) Extremes(ReadOnlySpan<float> row)
    {
        Vector<float> leasts = new(float.PositiveInfinity), mosts = new(float.NegativeInfinity), largest = new(float.MaxValue);
        Vector<int> wholes = Vector<int>.AllBitsSet;
        int x = 0;
        for (; x <= row.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            Vector<float> value = new(row[x..]);
            Vector<int> finite = Vector.LessThanOrEqual(Vector.Abs(value), largest);
            leasts = Vector.Min(leasts, Vector.ConditionalSelect(finite, value, leasts));
            mosts = Vector.Max(mosts, Vector.ConditionalSelect(finite, value, mosts));
            wholes &= Vector.Equals(value, Vector.Floor(value)) | ~finite;
        }

        (float least, float most, bool whole) = (float.PositiveInfinity, float.NegativeInfinity, Vector.EqualsAll(wholes, Vector<int>.AllBitsSet));
        for (int i = 0; i < Vector<float>.Count; i++)
            (least, most) = (Math.Min(least, leasts[i]), Math.Max(most, mosts[i]));
        for (; x < row.Length; x++)
        {
            if (float.IsFinite(row[x]))
                (least, most, whole) = (Math.Min(least, row[x]), Math.Max(most, row[x]), whole && row[x] == MathF.Floor(row[x]));
        }

        return (least, most, whole);
    }
}
