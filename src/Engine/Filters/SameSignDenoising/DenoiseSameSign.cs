using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.SameSignDenoising;

/// <summary>
/// Averages every pixel with those neighbours that lie on the same side of the local mean, at several scales (Kreinin et
/// al. 2023, package): smooths within a structure and not across its border.
/// </summary>
public static class DenoiseSameSign
{
    internal const string Name = "DenoiseSameSign";

    /// <summary>Denoises a volume in place, in three dimensions.</summary>
    /// <param name="volume">Sections (y, x) of equal size, neighbours in z.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <exception cref="EmException">Sections of different sizes, or a parameter out of range.</exception>
    /// <remarks>Pixels that are NaN stay NaN; for their neighbours they count as the section's mean.</remarks>
    public static void ComputeVolume(IReadOnlyList<Plane<float>> volume, DenoiseSameSignOptions options, EvaluationContext context)
    {
        FilterCatalog.Get(Name).Check(options);
        VolumeFilter.Run(Name, volume, context, planes => SameSignBands.Run(planes, null, options, context));
    }

    /// <summary>Denoising a window of sections in three dimensions.</summary>
    internal static VolumeWork Window(DenoiseSameSignOptions options, int depth, int height, int width)
        => new(SameSignBands.Reach(options), SameSignBands.Volumes, (volume, z, context) => SameSignBands.Run(volume, z, options, context));

    /// <summary>Denoises a section.</summary>
    internal static Plane<float> Compute(Plane<float> input, DenoiseSameSignOptions options, EvaluationContext context)
        => VolumeTiles.RunSection(Name, input, Window(options, 1, input.Height, input.Width), context);
}
