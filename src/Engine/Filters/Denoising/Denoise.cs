using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Denoising;

/// <summary>
/// Covariance-weighted denoising with sigmoid weights (Kreinin et al. 2023): what of the finest bands does not vary
/// together with the coarser image is noise.
/// </summary>
public static class Denoise
{
    internal const string Name = "Denoise";

    /// <summary>Denoises a volume in place, in three dimensions.</summary>
    /// <param name="volume">Sections of equal size, neighbours in z.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <exception cref="EmException">Sections of different sizes.</exception>
    /// <remarks>Pixels that are NaN stay NaN; for their neighbours they count as the sections' mean.</remarks>
    public static void ComputeVolume(IReadOnlyList<Plane<float>> volume, DenoiseOptions options, EvaluationContext context)
    {
        FilterCatalog.Get(Name).Check(options);
        VolumeFilter.Run(Name, volume, context, planes => AllBands.Run(planes, null, options, context));
    }

    /// <summary>Denoising a window of sections in three dimensions.</summary>
    internal static VolumeWork Window(DenoiseOptions options, int depth, int height, int width) => new(
        BandReach.Noise(options.ScaleCount, options.Window, !options.NoSplit, !options.NoNoisePropagation),
        AllBands.Volumes,
        (volume, z, context) => AllBands.Run(volume, z, options, context));

    /// <summary>Denoises a section, which it may change and give back.</summary>
    internal static Plane<float> Compute(Plane<float> input, DenoiseOptions options, EvaluationContext context)
    {
        if (options.ScaleCount > 1 || options.Window > FinestBand.LongestWindow)
            return VolumeTiles.RunSection(Name, input, Window(options, 1, input.Height, input.Width), context);

        using Plane<byte>? tissue = MissingPixels.Fill(input, context);
        return Plane.Make<float>(input.Height, input.Width, result =>
        {
            FinestBand.Run(input, result, options, context);
            MissingPixels.Restore(result, tissue, context);
        });
    }
}
