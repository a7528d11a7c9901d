namespace EmTools.Engine.Metrics;

/// <summary>How well an image agrees with a reference.</summary>
/// <param name="Psnr">Peak signal-to-noise ratio in dB; positive infinity for equal images.</param>
/// <param name="Ssim">Mean structural similarity, at most 1 (equal images).</param>
/// <param name="RootMeanSquareError">In the reference's grey levels.</param>
/// <param name="Range">The range of grey levels that both measures refer to.</param>
/// <param name="Match">What was done to the image's grey levels first; gain 1 and offset 0 where they were taken as they are.</param>
public sealed record ImageComparison(double Psnr, double Ssim, double RootMeanSquareError, double Range, IntensityMatch Match);

/// <summary>A linear change of grey levels: gain * image + offset.</summary>
/// <param name="Gain">Reference grey levels per grey level of the image.</param>
/// <param name="Offset">In grey levels of the reference.</param>
public readonly record struct IntensityMatch(double Gain, double Offset)
{
    /// <summary>Leaves grey levels as they are.</summary>
    public static IntensityMatch None => new(1, 0);
}
