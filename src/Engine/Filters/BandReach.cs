using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters;

/// <summary>How far the bands of a section see: pixels in every direction that a value depends on.</summary>
internal static class BandReach
{
    /// <summary>The low-pass of one scale, from the one before.</summary>
    public static int LowPass(int scale) => LowPassTaps.Radius << scale;

    /// <summary>The compound low-pass of the first scales: h_0 * ... * h_(count - 1).</summary>
    public static int Compound(int count) => LowPassTaps.Radius * ((1 << count) - 1);

    /// <summary>The halves of the finest band: three low-passes, one after the other.</summary>
    public static int Half => 3 * LowPassTaps.Radius;

    /// <summary>The noise of the bands of a filter that weighs them by their covariance with the coarser image.</summary>
    /// <param name="scales">Scales.</param>
    /// <param name="window">Side of the covariance's window at the finest scale.</param>
    /// <param name="split">Whether the finest band is taken as two halves.</param>
    /// <param name="propagate">Whether a scale's noise goes to the next.</param>
    /// <param name="local">Side of another window in which statistics of the bands are taken.</param>
    public static int Noise(int scales, int window, bool split, bool propagate, int local = 1)
    {
        int low = LowPass(0);
        int noise = (split ? Half : low) + Math.Max(window, local) / 2;
        int farthest = noise;
        for (int scale = 1; scale < scales; scale++)
        {
            if (propagate)
                low = Math.Max(low, noise + LowPass(scale - 1));
            low += LowPass(scale);
            noise = low + Math.Max(((window - 1) << scale) + 1, local) / 2;
            farthest = Math.Max(farthest, noise);
        }

        return farthest;
    }
}
