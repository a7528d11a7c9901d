using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Destriping;

/// <summary>The threshold of every row of a band: its local standard deviation times a profile down the section.</summary>
internal static class ThresholdProfile
{
    private const float Epsilon = 1.1920929e-07f;

    /// <summary>T(b) of a scale.</summary>
    /// <param name="options">The profile, and the window over which the band's energy is averaged.</param>
    /// <param name="scale">The scale, from 0.</param>
    /// <param name="energy">Every row's sum of squares.</param>
    /// <param name="pixels">Every row's number of tissue pixels.</param>
    /// <param name="masked">True when a mask leaves out some of the pixels.</param>
    public static float[] Compute(DestripeOptions options, int scale, double[] energy, double[] pixels, bool masked)
    {
        int height = energy.Length;
        double mean = energy.Sum() / Math.Max(1, pixels.Sum());
        double multiplier = DestripeOptions.At(options.ThresholdMultiplier, scale);
        double[]? local = options.ThresholdWindow == 0 ? null : LocalMean(energy, pixels, options.ThresholdWindow, masked);
        var thresholds = new float[height];
        for (int y = 0; y < height; y++)
        {
            double variance = local is null ? mean : Math.Max(mean / 2, local[y]);
            double position = height == 1 ? 0 : (double)y / (height - 1);
            thresholds[y] = (float)(Math.Sqrt(variance) * Profile(options, position) * multiplier);
        }

        return thresholds;
    }

    /// <summary>X(b): the threshold in standard deviations, at <paramref name="position"/> from 0 (start) to 1 (end).</summary>
    private static double Profile(DestripeOptions options, double position)
    {
        double start = double.IsNaN(options.ThresholdStart) ? 1 : options.ThresholdStart;
        double end = options.ThresholdEnd;
        if (double.IsNaN(end))
            return start;
        if (double.IsNaN(options.ThresholdMiddle))
            return start + (end - start) * position;
        return end - (end - start) / (1 + PlainMath.Exp(options.ThresholdSlope * (position - options.ThresholdMiddle)));
    }

    /// <summary>The mean square in a window of rows around every row, mirrored at the ends.</summary>
    private static double[] LocalMean(double[] energy, double[] pixels, int window, bool masked)
    {
        double[] squares = WindowSums(energy, window);
        double[] counts = WindowSums(pixels, window); // whole numbers, so exact
        for (int y = 0; y < squares.Length; y++)
            squares[y] /= masked ? counts[y] + Epsilon : counts[y];
        return squares;
    }

    private static double[] WindowSums(double[] values, int window)
    {
        int radius = window / 2;
        var line = new double[values.Length + 2 * radius];
        for (int k = 0; k < line.Length; k++)
            line[k] = values[Imaging.Mirror.Index(k - radius, values.Length)];

        // A few hundred additions a row are nothing beside the row's pixels, and do not drift.
        var sums = new double[values.Length];
        for (int y = 0; y < values.Length; y++)
            sums[y] = LaneSums.Sum(line.AsSpan(y, 2 * radius + 1));
        return sums;
    }
}
