using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Denoising;

/// <summary>
/// Covariance-weighted denoising with sigmoid weights (Kreinin et al. 2023): what of the finest bands does not vary
/// together with the coarser image is noise.
/// </summary>
public static class Denoise
{
    /// <summary>Denoises a volume in place, in three dimensions.</summary>
    /// <param name="volume">Sections of equal size, neighbours in z.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <exception cref="EmException">Sections of different sizes.</exception>
    /// <remarks>Pixels that are NaN stay NaN; for their neighbours they count as the sections' mean.</remarks>
    public static void ComputeVolume(IReadOnlyList<Plane<float>> volume, DenoiseOptions options, EvaluationContext context)
    {
        FilterCatalog.Get("Denoise").Check(options);
        VolumeFilter.Run("Denoise", volume, context, planes => AllBands.Run(planes, options, context));
    }

    /// <summary>Denoises a section.</summary>
    internal static Plane Compute(Plane<float> input, DenoiseOptions options, Plane<byte>? mask, EvaluationContext context)
    {
        using Plane<byte>? tissue = MissingPixels.Fill(input, context);
        if (options.ScaleCount > 1 || options.Window > FinestBand.LongestWindow)
        {
            AllBands.Run([input], options, context);
            MissingPixels.Restore(input, tissue, context);
            return input;
        }

        Plane<float> result = Plane.Rent<float>(input.Height, input.Width);
        try
        {
            FinestBand.Run(input, result, options, context);
        }
        catch
        {
            result.Dispose();
            throw;
        }

        MissingPixels.Restore(result, tissue, context);
        input.Dispose();
        return result;
    }
}
