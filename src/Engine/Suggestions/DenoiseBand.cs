using System.Collections.Concurrent;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Suggestions;

/// <summary>A band as <c>Denoise</c> weighs it, and the covariance by which it does.</summary>
internal readonly ref struct DenoiseBand
{
    private static readonly ConcurrentDictionary<(int, bool), double[]> s_norms = new();

    private DenoiseBand(Plane<float> values, Plane<float> covariance) => (Values, Covariance) = (values, covariance);

    /// <summary>The band.</summary>
    public Plane<float> Values { get; }

    /// <summary>Its covariance with the coarser image, in the window of its scale.</summary>
    public Plane<float> Covariance { get; }

    /// <summary>
    /// Shows the bands that <c>Denoise</c> looks at with these options, finest first, with their numbers; they can be used until
    /// <paramref name="look"/> returns. Noise of a finer scale is not taken out of the coarser ones.
    /// </summary>
    public static void ForEach(Plane<float> image, DenoiseOptions options, EvaluationContext context, Action<int, DenoiseBand> look)
    {
        int index = 0;
        Split(image, options.ScaleCount, options.NoSplit, context, (band, below, scale) =>
        {
            using Plane<float> covariance = Covariances(band, below, ((options.Window - 1) << scale) + 1, context);
            look(index++, new DenoiseBand(band, covariance));
        });
    }

    /// <summary>Standard deviation of each band for white noise of deviation 1.</summary>
    public static double[] Norms(DenoiseOptions options) => s_norms.GetOrAdd((options.ScaleCount, options.NoSplit), key =>
    {
        // White noise of variance 1 has, in a band, the sum of the squares of the band's answer to a single pixel.
        int size = (8 * LowPassTaps.Count << Math.Max(0, key.Item1 - 1)) + 1;
        using Plane<float> impulse = Plane.FromArray(new float[size, size]);
        impulse.Row(size / 2)[size / 2] = 1;
        var norms = new List<double>();
        Split(impulse, key.Item1, key.Item2, EvaluationContext.Default, (band, _, _) => norms.Add(FinestBands.Norm(band)));
        return [.. norms];
    });

    private static void Split(Plane<float> image, int scales, bool whole, EvaluationContext context, Action<Plane<float>, Plane<float>, int> take)
    {
        using FinestBands finest = FinestBands.Of(image, context);
        using (Plane<float> sum = Plane.Rent<float>(image.Height, image.Width))
        {
            PlaneFilters.Add([finest.Lower], [whole ? finest.Upper : finest.Low], [sum], context);
            take(whole ? sum : finest.Upper, whole ? finest.Low : sum, 0);
            if (!whole && scales > 0)
                take(finest.Lower, finest.Low, 0);
        }

        Plane<float> low = finest.Low;
        using Plane<float> band = Plane.Rent<float>(image.Height, image.Width);
        for (int scale = 1; scale < scales; scale++)
        {
            for (int y = 0; y < low.Height; y++)
                low.Row(y).CopyTo(band.Row(y));
            PlaneFilters.LowPass([low], scale, context);
            PlaneFilters.Subtract([band], [low], [band], context);
            take(band, low, scale);
        }
    }

    /// <summary>A(band low) - A(band) A(low).</summary>
    private static Plane<float> Covariances(Plane<float> band, Plane<float> low, int window, EvaluationContext context)
        => Plane.Make<float>(band.Height, band.Width, product =>
        {
            using var volumes = new WorkingVolumes([band], context);
            (Plane<float>[] bandMean, Plane<float>[] lowMean) = volumes.Averages([band], [low], window, [product], Range.All);
            PlaneFilters.Multiply(bandMean, lowMean, bandMean, context);
            PlaneFilters.Subtract([product], bandMean, [product], context);
        });
}
