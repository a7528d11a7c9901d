using System.Collections.Concurrent;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.TransformDenoising;
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
        return NormsOf([1], [1], size, key.Item1, key.Item2);
    });

    /// <summary>Standard deviation of each band, in grey levels, for noise of a spectrum.</summary>
    public static double[] Deviations(DenoiseOptions options, NoiseSpectrum noise)
    {
        double[] white = Norms(options);
        if (noise.IsWhite)
            return [.. white.Select(norm => norm * Math.Sqrt(noise.Variance * (1 + noise.Floor)))];

        // Smoothed white noise is to a band what a single pixel that was smoothed so is to its answer.
        double[] alongY = NoiseSpectrum.Kernel(noise.SmoothingY), alongX = NoiseSpectrum.Kernel(noise.SmoothingX);
        int size = (8 * LowPassTaps.Count << Math.Max(0, options.ScaleCount - 1)) + Math.Max(alongY.Length, alongX.Length);
        double[] smoothed = NormsOf(alongY, alongX, size | 1, options.ScaleCount, options.NoSplit);
        return [.. smoothed.Zip(white, (soft, sharp) => Math.Sqrt(noise.Variance * (soft * soft + noise.Floor * sharp * sharp)))];
    }

    /// <summary>The root of the sum of squares of each band's answer to the product of two lines.</summary>
    private static double[] NormsOf(double[] alongY, double[] alongX, int size, int scales, bool whole)
    {
        using Plane<float> image = Plane.FromArray(new float[size, size]);
        (int top, int left) = ((size - alongY.Length) / 2, (size - alongX.Length) / 2);
        for (int y = 0; y < alongY.Length; y++)
        {
            for (int x = 0; x < alongX.Length; x++)
                image.Row(top + y)[left + x] = (float)(alongY[y] * alongX[x]);
        }

        var norms = new List<double>();
        Split(image, scales, whole, EvaluationContext.Default, (band, _, _) => norms.Add(FinestBands.Norm(band)));
        return [.. norms];
    }

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
