using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.ExponentialDenoising;

/// <summary>
/// Correlation-weighted denoising with exponential weights, the earlier version of <see cref="Denoising.Denoise"/>
/// (Kreinin et al. 2023): it scales with the section's own contrast, so nothing is given in grey levels.
/// </summary>
public static class DenoiseExponential
{
    internal const string Name = "DenoiseExponential";

    /// <summary>Denoises a volume in place, in three dimensions.</summary>
    /// <param name="volume">Sections (y, x) of equal size, neighbours in z.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <exception cref="EmException">Sections of different sizes, or a parameter out of range.</exception>
    /// <remarks>Pixels that are NaN stay NaN; for their neighbours they count as the section's mean.</remarks>
    public static void ComputeVolume(IReadOnlyList<Plane<float>> volume, DenoiseExponentialOptions options, EvaluationContext context)
    {
        FilterCatalog.Get(Name).Check(options);
        VolumeFilter.Run(Name, volume, context, planes => ExponentialBands.Run(planes, null, options, context));
    }

    /// <summary>Denoising a window of sections in three dimensions.</summary>
    internal static VolumeWork Window(DenoiseExponentialOptions options, int depth, int height, int width)
    {
        DenoiseExponentialOptions ofSection = options with { LocalSize = ExponentialBands.LocalSize(options, depth, height, width) };
        return new VolumeWork(
            BandReach.Noise(options.ScaleCount, options.Window, !options.NoSplit, !options.NoNoisePropagation, ofSection.LocalSize),
            ExponentialBands.Volumes,
            (volume, z, context) => ExponentialBands.Run(volume, z, ofSection, context));
    }

    /// <summary>Denoises a section.</summary>
    internal static Plane<float> Compute(Plane<float> input, DenoiseExponentialOptions options, EvaluationContext context)
        => VolumeTiles.RunSection(Name, input, Window(options, 1, input.Height, input.Width), context);
}
