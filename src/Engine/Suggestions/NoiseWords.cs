using System.Globalization;
using EmTools.Engine.Filters.TransformDenoising;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Suggestions;

/// <summary>The noise of a sample's section, and how it is told.</summary>
internal static class NoiseWords
{
    /// <summary>Noise weaker than this share of the section's spread cannot be seen.</summary>
    public const double Visible = 0.01;

    /// <summary>Side of the blocks in which it is measured.</summary>
    private const int Block = 8;

    /// <summary>Measures it; pixels without data get the mean of the others, and blocks of one grey level do not count.</summary>
    public static NoiseTable Measure(Plane<float> section, EvaluationContext context)
    {
        using Plane<byte>? tissue = TissueMask.Combine(section, null, context);
        if (tissue is null)
            return NoiseTable.Measure(section, Block, context);
        using Plane<float> copy = section.Clone();
        MissingPixels.Replace(copy, tissue, TissueMask.RoughMean(section, tissue), context);
        return NoiseTable.Measure(copy, Block, context);
    }

    /// <summary>" that was smoothed by 0.8 x 0.8 pixels (y, x)"; nothing for white noise.</summary>
    public static string Of(NoiseSpectrum? spectrum)
        => spectrum is { IsWhite: false } smoothed ? string.Create(CultureInfo.InvariantCulture, $" that was smoothed by {smoothed.SmoothingY:0.0} x {smoothed.SmoothingX:0.0} pixels (y, x)") : "";
}
