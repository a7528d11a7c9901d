using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Contrasting;

/// <summary>
/// Local contrast enhancement, then clipped-Gaussian equalisation to the output's type (Kreinin et al. 2023).
/// </summary>
internal static class Contrast
{
    /// <summary>Computes the filter; pixels outside the mask, and NaN, are given the mean first.</summary>
    public static Plane Compute(Plane<float> input, ContrastOptions options, Plane<byte>? mask, EvaluationContext context)
    {
        using Plane<byte>? tissue = TissueMask.Combine(input, mask, context);
        if (tissue is not null)
            MissingPixels.Replace(input, tissue, (float)options.Mean, context);

        return Plane.Make(options.PixelType, input.Height, input.Width, result =>
        {
            using LocalMean? mean = options.Ratio > 0 ? new LocalMean(input, tissue, options.Smoothing, context) : null;
            ContrastRows.Run(input, mean, tissue, options, result, context);
        });
    }
}
