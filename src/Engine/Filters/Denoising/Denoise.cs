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
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(context);
        FilterCatalog.Get("Denoise").Check(options);
        Plane<float>[] planes = [.. volume];
        if (planes.Length == 0)
            return;
        foreach (Plane<float> plane in planes)
        {
            if (plane.Height != planes[0].Height || plane.Width != planes[0].Width)
                throw new EmException(EmErrorKind.InvalidArgument, "VolumeSize", $"Denoise: the sections of a volume must have one size; found {planes[0].Height} x {planes[0].Width} and {plane.Height} x {plane.Width} pixels (y, x).");
        }

        Plane<byte>?[] tissue = [.. planes.Select(plane => Fill(plane, context))];
        try
        {
            AllBands.Run(planes, options, context);
            for (int z = 0; z < planes.Length; z++)
                Restore(planes[z], tissue[z]);
        }
        finally
        {
            foreach (Plane<byte>? mask in tissue)
                mask?.Dispose();
        }
    }

    /// <summary>Denoises a section.</summary>
    internal static Plane Compute(Plane<float> input, DenoiseOptions options, Plane<byte>? mask, EvaluationContext context)
    {
        using Plane<byte>? tissue = Fill(input, context);
        if (options.ScaleCount > 1 || options.Window > FinestBand.LongestWindow)
        {
            AllBands.Run([input], options, context);
            Restore(input, tissue);
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

        Restore(result, tissue);
        input.Dispose();
        return result;
    }

    /// <summary>Gives pixels without data the mean, so that they do not spread; returns where the others are, or null.</summary>
    private static Plane<byte>? Fill(Plane<float> image, EvaluationContext context)
    {
        Plane<byte>? tissue = TissueMask.Combine(image, null, context);
        if (tissue is not null)
            Replace(image, tissue, TissueMask.RoughMean(image, tissue));
        return tissue;
    }

    private static void Restore(Plane<float> image, Plane<byte>? tissue)
    {
        if (tissue is not null)
            Replace(image, tissue, float.NaN);
    }

    private static void Replace(Plane<float> image, Plane<byte> tissue, float value)
    {
        for (int y = 0; y < image.Height; y++)
        {
            Span<float> row = image.Row(y);
            Span<byte> inside = tissue.Row(y);
            for (int x = 0; x < row.Length; x++)
            {
                if (inside[x] == 0)
                    row[x] = value;
            }
        }
    }
}
