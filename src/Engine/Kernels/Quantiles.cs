using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>
/// Extremes and quantiles of a plane's pixels, those that are NaN or infinite left out.
/// </summary>
/// <remarks>
/// From a histogram of 65536 bins between the smallest and the largest value: exact for 8- and 16-bit pixels, to a
/// 65535th of the range for others. Cost: two reads of the plane.
/// </remarks>
internal sealed class Quantiles
{
    private const int Bins = 1 << 16;

    private readonly long[] _counts;
    private readonly double _width;

    private Quantiles(long[] counts, float minimum, float maximum, double width)
    {
        (_counts, Minimum, Maximum, _width) = (counts, minimum, maximum, width);
        Count = counts.Sum();
    }

    /// <summary>The smallest value; NaN where there is none.</summary>
    public float Minimum { get; }

    /// <summary>The largest value; NaN where there is none.</summary>
    public float Maximum { get; }

    /// <summary>Values that count.</summary>
    public long Count { get; }

    /// <summary>Looks at all pixels of a plane.</summary>
    public static Quantiles Of(Plane<float> image, EvaluationContext context)
    {
        (float minimum, float maximum) = Extremes(image, context);
        if (float.IsNaN(minimum))
            return new Quantiles(new long[Bins], minimum, maximum, 0);
        double width = Math.Max((double)maximum - minimum, double.Epsilon) / (Bins - 1);

        // Bins of one grey level hold whole numbers exactly.
        if (maximum - minimum <= Bins - 1 && minimum == MathF.Floor(minimum) && maximum == MathF.Floor(maximum) && maximum > minimum)
            width = 1;
        var total = new long[Bins];
        var gate = new Lock();
        RowParallel.For(image.Height, Math.Max(1, image.Height / (4 * context.Threads)), context, (first, end) =>
        {
            var counts = new long[Bins];
            for (int y = first; y < end; y++)
            {
                foreach (float value in image.Row(y))
                {
                    if (float.IsFinite(value))
                        counts[(int)(((double)value - minimum) / width + 0.5)]++;
                }
            }

            lock (gate)
            {
                for (int i = 0; i < Bins; i++)
                    total[i] += counts[i];
            }
        });
        return new Quantiles(total, minimum, maximum, width);
    }

    /// <summary>The value that <paramref name="percent"/> percent of the pixels do not exceed; NaN where there are no pixels.</summary>
    public double At(double percent)
    {
        if (Count == 0)
            return double.NaN;
        long wanted = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));
        int bin = 0;
        for (long seen = _counts[0]; seen < wanted; seen += _counts[bin])
            bin++;
        return Math.Min(Value(bin), Maximum);
    }

    /// <summary>How many pixels have the smallest value (to the width of a bin, where they are no whole numbers).</summary>
    public long AtMinimum => _counts[0];

    /// <summary>How many pixels have the largest value (to the width of a bin).</summary>
    public long AtMaximum => Count == 0 ? 0 : _counts[Bin(Maximum)];

    /// <summary>The distance from <paramref name="centre"/> that <paramref name="percent"/> percent of the pixels do not exceed; with the median, 50 gives the median absolute deviation.</summary>
    public double DistanceAt(double centre, double percent)
    {
        if (Count == 0)
            return double.NaN;
        long wanted = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));

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

    private double Value(int bin) => Minimum + bin * _width;

    private int Bin(float value) => (int)(((double)value - Minimum) / _width + 0.5);

    private static (float Minimum, float Maximum) Extremes(Plane<float> image, EvaluationContext context)
    {
        float low = float.PositiveInfinity;
        float high = float.NegativeInfinity;
        var gate = new Lock();
        RowParallel.For(image.Height, RowParallel.Grain(image.Height, image.Width, context), context, (first, end) =>
        {
            (float least, float most) = (float.PositiveInfinity, float.NegativeInfinity);
            for (int y = first; y < end; y++)
            {
                foreach (float value in image.Row(y))
                {
                    if (!float.IsFinite(value))
                        continue;
                    least = Math.Min(least, value);
                    most = Math.Max(most, value);
                }
            }

            lock (gate)
                (low, high) = (Math.Min(low, least), Math.Max(high, most));
        });
        return low <= high ? (low, high) : (float.NaN, float.NaN);
    }
}
