using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Destriping;

/// <summary>
/// Multi-scale directional destriping (Kreinin et al. 2023): for every scale, the image is split into what is smooth
/// along the stripe and detail across it; the stripes in that band are estimated and subtracted.
/// </summary>
internal static class Destripe
{
    /// <summary>Removes the stripes of a section, vertical ones in place; pixels that are NaN count as outside of the tissue and stay NaN.</summary>
    public static Plane Compute(Plane<float> input, DestripeOptions options, Plane<byte>? mask, EvaluationContext context)
    {
        using Plane<byte>? tissue = TissueMask.Combine(input, mask, context);
        if (options.Direction == StripeDirection.Vertical)
        {
            Vertical(input, options, tissue, context);
            return input;
        }

        using Plane<float> turned = Transpose.Of(input, context);
        input.Dispose(); // three planes are enough to work in
        using Plane<byte>? turnedMask = tissue is null ? null : Transpose.Of(tissue, context);
        Vertical(turned, options, turnedMask, context);
        return Transpose.Of(turned, context);
    }

    /// <summary>The memory that a section takes beside two planes, in bytes: the low-pass, or with the nearest pixels' places three.</summary>
    internal static long WorkingBytes(int height, int width, int threads, DestripeOptions options)
        => (long)height * width * sizeof(float) * (options.Method.Contains(StripeMethod.Nearest) ? 3 : 1);

    /// <summary>Removes vertical stripes in place.</summary>
    /// <param name="image">The section.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="mask">1 for tissue, 0 elsewhere; null for all.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <param name="afterScale">Shown what so many scales give, after each; or null.</param>
    internal static void Vertical(Plane<float> image, DestripeOptions options, Plane<byte>? mask, EvaluationContext context, Action<int>? afterScale = null)
    {
        double[] pixels = TissueMask.RowCounts(image, mask, context);
        if (pixels.Sum() == 0)
            return;

        using Plane<float> low = Plane.Rent<float>(image.Height, image.Width);
        using Plane<float> band = Plane.Rent<float>(image.Height, image.Width);
        var energy = new double[image.Height];
        float level = TissueMask.RoughMean(image, mask);
        for (int scale = 0; scale < options.ScaleCount; scale++)
        {
            BandSplit.Run(scale == 0 ? image : low, low, band, energy, scale, level, mask, context);
            float[] thresholds = ThresholdProfile.Compute(options, scale, energy, pixels, mask is not null);
            using StripeModel model = StripeModel.Create(options, scale, band, thresholds, mask, context);
            StripeSubtraction.Run(image, band, model, DestripeOptions.At(options.BandLength, scale), !options.NoGainCorrection, mask, context);
            afterScale?.Invoke(scale + 1);
        }
    }
}
