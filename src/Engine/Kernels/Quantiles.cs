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
/// that are whole numbers within such a range, to a 65535th of the range for others. Where a few outliers widen the range
/// so much that all others share few bins, a second histogram resolves those. Cost: two reads of a float plane and one more
/// for each narrower histogram; one read of another plane.
/// </remarks>
internal sealed class Quantiles
{
    private const int Bins = 1 << 16;

    /// <summary>
    /// Shares of the pixels at either end that may be outliers, tried in this order: the fewer are left out, the nearer to the
    /// ends quantiles are resolved, but charged spots can take a few percent.
    /// </summary>
    private static readonly double[] s_outliers = [1e-3, 1e-2, 3e-2];

    /// <summary>Bins that the pixels without outliers must spread over.</summary>
    private const int EnoughBins = Bins / 16;

    /// <summary>Histograms, each narrower than the one before, at most; a float's range needs no more.</summary>
    private const int MostHistograms = 12;

    /// <summary>The histogram of all pixels, and of fewer and fewer outliers.</summary>
    private readonly List<Histogram> _histograms;

    private Quantiles(float minimum, float maximum, long atMinimum, long atMaximum, List<Histogram> histograms)
        => (Minimum, Maximum, AtMinimum, AtMaximum, _histograms) = (minimum, maximum, atMinimum, atMaximum, histograms);

    /// <summary>The smallest value; NaN where there is none.</summary>
    public float Minimum { get; }

    /// <summary>The largest value; NaN where there is none.</summary>
    public float Maximum { get; }

    /// <summary>How many pixels have the smallest value.</summary>
    public long AtMinimum { get; }

    /// <summary>How many pixels have the largest value.</summary>
    public long AtMaximum { get; }

    /// <summary>Values that count.</summary>
    public long Count => _histograms[0].Count;

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
            return new Quantiles(minimum, maximum, 0, 0, [new Histogram(new long[Bins], 0, 0, 0)]);

        // Bins of one grey level hold whole numbers exactly.
        bool exact = whole && (double)maximum - minimum <= Bins - 1;
        double width = exact ? 1 : Math.Max((double)maximum - minimum, double.Epsilon) / (Bins - 1);
        var histograms = new List<Histogram> { Histogram.Of(image, minimum, width, context) };
        while (!exact && histograms.Count < MostHistograms && Narrower(histograms[^1]) is { } range)
            histograms.Add(Histogram.Of(image, range.Start, range.Width, context));
        (long atMinimum, long atMaximum) = exact
            ? (histograms[0].Counts[0], histograms[0].Counts[(int)((double)maximum - minimum)])
            : Ends(image, minimum, maximum, context);
        return new Quantiles(minimum, maximum, atMinimum, atMaximum, histograms);
    }

    /// <summary>The value that <paramref name="percent"/> percent of the pixels do not exceed; NaN where there are no pixels.</summary>
    public double At(double percent)
    {
        if (Count == 0)
            return double.NaN;
        long wanted = Rank(Count, percent);
        Histogram finest = _histograms.FindLast(histogram => wanted > histogram.Below && wanted <= histogram.Below + histogram.Count)!;
        return Math.Clamp(finest.AtRank(wanted), Minimum, Maximum);
    }

    /// <summary>Which of <paramref name="count"/> sorted values, counted from 1, is the smallest that <paramref name="percent"/> percent do not exceed.</summary>
    public static long Rank(long count, double percent)
        => Math.Max(1, (long)Math.Ceiling(count * (decimal)percent / 100)); // in decimals: 99.9 percent of 1000 are 999, not 1000

    /// <summary>The distance from <paramref name="centre"/> that <paramref name="percent"/> percent of the pixels do not exceed; with the median, 50 gives the median absolute deviation.</summary>
    public double DistanceAt(double centre, double percent)
    {
        if (Count == 0)
            return double.NaN;
        long wanted = Rank(Count, percent);
        for (int i = _histograms.Count - 1; i > 0; i--)
        {
            if (_histograms[i].DistanceAtRank(centre, wanted, Count) is { } distance)
                return distance;
        }

        return _histograms[0].DistanceAtRank(centre, wanted, Count)!.Value; // it holds all pixels
    }

    /// <summary>Where a narrower histogram is to begin, and the width of its bins; null where this one resolves the pixels, or where none would.</summary>
    private static (double Start, double Width)? Narrower(Histogram histogram)
    {
        foreach (double share in s_outliers)
        {
            if (Narrower(histogram, share) is { } range)
                return range;
        }

        return null;
    }

    private static (double Start, double Width)? Narrower(Histogram histogram, double share)
    {
        long outliers = (long)Math.Ceiling(share * histogram.Count);
        if (histogram.Count <= 2 * outliers)
            return null;
        int low = histogram.BinOf(histogram.Below + 1 + outliers), high = histogram.BinOf(histogram.Below + histogram.Count - outliers);
        if (high - low >= EnoughBins)
            return null;

        // All of the outermost bins' pixels, which lie within half a bin around their middles.
        double start = histogram.Value(low) - histogram.Width / 2, end = histogram.Value(high) + histogram.Width / 2;
        double width = (end - start) / (Bins - 1);
        float resolution = MathF.BitIncrement((float)Math.Max(Math.Abs(start), Math.Abs(end))) - (float)Math.Max(Math.Abs(start), Math.Abs(end));
        return width < resolution || !(width > 0) ? null : (start, width);
    }

    /// <summary>How many pixels are equal to the extremes.</summary>
    private static (long AtMinimum, long AtMaximum) Ends(Plane<float> image, float minimum, float maximum, EvaluationContext context)
    {
        long atMinimum = 0, atMaximum = 0;
        RowParallel.For(image.Height, RowParallel.Grain(image.Height, image.Width, context), context, (first, end) =>
        {
            long least = 0, most = 0;
            for (int y = first; y < end; y++)
            {
                least += CountEqual(image.Row(y), minimum);
                most += CountEqual(image.Row(y), maximum);
            }

            Interlocked.Add(ref atMinimum, least);
            Interlocked.Add(ref atMaximum, most);
        });
        return (atMinimum, atMaximum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CountEqual(ReadOnlySpan<float> row, float value)
    {
        var sought = new Vector<float>(value);
        Vector<int> counts = Vector<int>.Zero;
        int x = 0;
        for (; x <= row.Length - Vector<float>.Count; x += Vector<float>.Count)
            counts -= Vector.Equals(new Vector<float>(row[x..]), sought); // all bits set is -1
        int count = Vector.Sum(counts);
        for (; x < row.Length; x++)
            count += row[x] == value ? 1 : 0;
        return count;
    }

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
        int minimum = Array.FindIndex(total, n => n > 0), maximum = Array.FindLastIndex(total, n => n > 0);
        return new Quantiles(minimum, maximum, total[minimum], total[maximum], [new Histogram(total, 0, 1, 0)]);
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
