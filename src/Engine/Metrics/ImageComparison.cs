using System.Globalization;

namespace EmTools.Engine.Metrics;

/// <summary>How well an image agrees with a reference.</summary>
/// <param name="Psnr">Peak signal-to-noise ratio in dB; positive infinity for equal images.</param>
/// <param name="Ssim">Mean structural similarity, at most 1 (equal images); NaN where no window of 11 x 11 pixels lies wholly in what is compared.</param>
/// <param name="RootMeanSquareError">In the reference's grey levels.</param>
/// <param name="Range">The range of grey levels that both measures refer to.</param>
/// <param name="Match">What was done to the image's grey levels first; gain 1 and offset 0 where they were taken as they are.</param>
/// <param name="Difference">The absolute difference of the two, pixel by pixel.</param>
public sealed record ImageComparison(double Psnr, double Ssim, double RootMeanSquareError, double Range, IntensityMatch Match, AbsoluteDifference Difference);

/// <summary>A linear change of grey levels: gain * image + offset.</summary>
/// <param name="Gain">Reference grey levels per grey level of the image.</param>
/// <param name="Offset">In grey levels of the reference.</param>
public readonly record struct IntensityMatch(double Gain, double Offset)
{
    /// <summary>Leaves grey levels as they are.</summary>
    public static IntensityMatch None => new(1, 0);
}

/// <summary>How far two images are apart, over the pixels that count, in the reference's grey levels.</summary>
/// <param name="Count">Pixels that count.</param>
/// <param name="Mean">Mean absolute difference.</param>
/// <param name="Maximum">Largest absolute difference.</param>
/// <param name="MaximumY">Row of the first pixel, row by row, that has it, in the image.</param>
/// <param name="MaximumX">Its column.</param>
/// <param name="Percentiles">The wanted percentiles, in the order in which they were asked for.</param>
public sealed record AbsoluteDifference(long Count, double Mean, double Maximum, int MaximumY, int MaximumX, IReadOnlyList<Percentile> Percentiles);

/// <summary>A percentile: the smallest value that some percent of the pixels do not exceed.</summary>
/// <param name="Percent">From 0 (the smallest value) to 100 (the largest).</param>
/// <param name="Value">In grey levels.</param>
public readonly record struct Percentile(double Percent, double Value)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Percent:0.####}: {Value:0.####}");
}
