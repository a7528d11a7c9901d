using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Pictures;

/// <summary>The grey levels that a picture shows as black and as white; those between go from dark to bright.</summary>
/// <param name="Black">This level and below are black.</param>
/// <param name="White">This level and above are white.</param>
public readonly record struct GreyWindow(double Black, double White)
{
    /// <summary>8-bit pixels as they are.</summary>
    public static GreyWindow Bytes => new(0, 255);

    /// <summary>The window between two percentiles of a plane's pixels, those that are NaN or infinite left out. Exact for 8- and 16-bit pixels.</summary>
    /// <param name="plane">The pixels.</param>
    /// <param name="low">Percent of the pixels that become black.</param>
    /// <param name="high">Percent of the pixels that do not become white.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    public static GreyWindow OfPercentiles(Plane plane, double low, double high, EvaluationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(plane);
        Quantiles quantiles = Quantiles.Of(plane, context ?? EvaluationContext.Default);
        return quantiles.Count > 0 ? new GreyWindow(quantiles.At(low), quantiles.At(high)) : new GreyWindow(0, 1);
    }

    /// <summary>The smallest window that shows all that either shows.</summary>
    public GreyWindow And(GreyWindow other) => new(Math.Min(Black, other.Black), Math.Max(White, other.White));

    /// <summary>This window, or where black and white are one level, one around it: an even section is an even grey.</summary>
    internal GreyWindow Opened()
    {
        double half = White > Black ? 0 : Math.Max(0.5, Math.Abs(Black) * 1e-5);
        return new GreyWindow(Black - half, White + half);
    }
}
