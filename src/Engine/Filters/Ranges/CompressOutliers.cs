using System.Numerics.Tensors;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Ranges;

/// <summary>
/// Stretches the bulk of the grey levels linearly over most of a range and compresses what lies beyond, at either end, into
/// the rest: a charged spot or a hole no longer takes the contrast of everything else, and nothing is clipped.
/// </summary>
/// <remarks>
/// Beyond a limit the mapped distance d becomes m d/(m + d), m being the margin: the mapping and its slope are continuous,
/// and it rises everywhere, so that even extreme outliers keep their order.
/// </remarks>
internal static class CompressOutliers
{
    /// <summary>Maps a section. A flat one becomes the middle of the range.</summary>
    public static Plane Compute(Plane<float> input, CompressOutliersOptions options, Plane<byte>? mask, EvaluationContext context)
    {
        OutputRange range = OutputRange.Of("CompressOutliers", options.Range, options.PixelType);
        (double low, double high) = options.Limit is { } given ? (given[0], given[1]) : Limits(input, options.Percentile, context);
        double margin = options.Margin * (range.High - range.Low);
        double gain = high > low ? (range.High - range.Low - 2 * margin) / (high - low) : 0;
        double start = high > low ? range.Low + margin : (range.Low + range.High) / 2;
        double end = high > low ? range.High - margin : start;
        return range.Map(input, options.PixelType, context, row =>
        {
            TensorPrimitives.Subtract(row, (float)low, row);
            TensorPrimitives.Multiply(row, (float)gain, row);
            TensorPrimitives.Add(row, (float)start, row);
            foreach (ref float value in row)
            {
                if (value < start)
                    value = (float)(start - Compressed(start - value, margin));
                else if (value > end)
                    value = (float)(end + Compressed(value - end, margin));
            }
        });
    }

    private static double Compressed(double distance, double margin)
        => margin > 0 ? margin * distance / (margin + distance) : 0;

    private static (double Low, double High) Limits(Plane<float> input, double[] percentile, EvaluationContext context)
    {
        Quantiles quantiles = Quantiles.Of(input, context);
        return (quantiles.At(percentile[0]), quantiles.At(percentile[1]));
    }
}
