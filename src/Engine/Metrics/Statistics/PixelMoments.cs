using EmTools.Engine.Imaging;

namespace EmTools.Engine.Metrics;

/// <summary>Number, mean, deviation and extremes of the pixels that hold a number.</summary>
internal readonly record struct PixelMoments(long Count, double Mean, double SumOfSquares, double Minimum, double Maximum)
{
    private static readonly PixelMoments None = new(0, 0, 0, double.PositiveInfinity, double.NegativeInfinity);

    /// <summary>Standard deviation; NaN where nothing counts.</summary>
    public double StandardDeviation => Count == 0 ? double.NaN : Math.Sqrt(Math.Max(0, SumOfSquares) / Count);

    /// <summary>The moments of all finite pixels. The same for any number of threads.</summary>
    public static PixelMoments Of(Plane<float> image, EvaluationContext context)
    {
        var rows = new PixelMoments[image.Height];
        RowParallel.For(image.Height, RowParallel.Grain(image.Height, image.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
                rows[y] = OfRow(image.Row(y));
        });
        PixelMoments all = rows.Aggregate(None, Join);
        return all.Count > 0 ? all : new PixelMoments(0, double.NaN, 0, double.NaN, double.NaN);
    }

    private static PixelMoments OfRow(ReadOnlySpan<float> row)
    {
        int count = 0;
        double sum = 0, squares = 0;
        float minimum = float.PositiveInfinity, maximum = float.NegativeInfinity;
        foreach (float value in row)
        {
            if (!float.IsFinite(value))
                continue;
            count++;
            sum += value;
            squares += (double)value * value;
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
        }

        return count == 0 ? None : new PixelMoments(count, sum / count, squares - sum * (sum / count), minimum, maximum);
    }

    /// <summary>Joined by their means, which keeps small deviations around large means.</summary>
    private static PixelMoments Join(PixelMoments a, PixelMoments b)
    {
        long count = a.Count + b.Count;
        if (b.Count == 0)
            return a;
        double shift = b.Mean - a.Mean;
        return new PixelMoments(
            count,
            a.Mean + shift * b.Count / count,
            a.SumOfSquares + b.SumOfSquares + shift * shift * ((double)a.Count * b.Count / count),
            Math.Min(a.Minimum, b.Minimum),
            Math.Max(a.Maximum, b.Maximum));
    }
}
