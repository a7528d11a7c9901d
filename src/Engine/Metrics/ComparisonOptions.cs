using EmTools.Engine.Imaging;

namespace EmTools.Engine.Metrics;

/// <summary>What of two images is compared, and how.</summary>
public sealed record ComparisonOptions
{
    /// <summary>The range of grey levels that PSNR and SSIM refer to; null for the largest less the smallest value of the reference among the pixels that are compared.</summary>
    public double? Range { get; init; }

    /// <summary>Apply <see cref="ImageQuality.Match"/> to the image first, found from the pixels that are compared.</summary>
    public bool MatchIntensities { get; init; }

    /// <summary>The part to compare; null for all. Where it is given, the images may be of different sizes, as long as it lies in both.</summary>
    public Region? Region { get; init; }

    /// <summary>Pixels to compare, not 0 where they count, of the image's size; null for all. Stays the caller's.</summary>
    public Plane<byte>? Mask { get; init; }

    /// <summary>Percentiles of the absolute difference to tell, each from 0 to 100.</summary>
    public IReadOnlyList<double> Percentiles { get; init; } = [50, 95, 99];
}
