using System.Numerics.Tensors;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Enhancing;

/// <summary>How much every pixel is enhanced for its grey level.</summary>
internal sealed class ValueWeights(EnhanceOptions options, float level, WorkingVolumes volumes, EvaluationContext context)
{
    /// <summary>Pixels of a scale's low-pass and band in every direction that its weights depend on.</summary>
    public static int Reach(EnhanceOptions options, int scale)
        => !Has(options, scale) || EnhanceRows.AtScale(options.RangeRule, scale) is EnhanceRangeRule.Interval or EnhanceRangeRule.Centre
            ? 0
            : EnhanceRows.AtScale(options.MeanSize, scale) / 2;

    /// <summary>Computes the weights of a scale.</summary>
    /// <param name="low">The low-pass of that scale, less the level.</param>
    /// <param name="band">Its band.</param>
    /// <param name="scale">The scale, from 0.</param>
    /// <param name="weight">Receives the weights.</param>
    public void Weigh(Plane<float>[] low, Plane<float>[] band, int scale, Plane<float>[] weight)
    {
        PlaneFilters.ForRows(weight, context, (_, y) => weight[0].Row(y).Fill(1));
        if (!Has(options, scale))
            return;
        var sigma = (float)EnhanceRows.AtScale(options.Sigma!, scale);
        float width = Math.Abs(sigma);
        EnhanceRangeRule rule = EnhanceRows.AtScale(options.RangeRule, scale);
        switch (rule)
        {
            case EnhanceRangeRule.Auto:
                BelowMean(low, band, scale, positive: true, 1, width, weight);
                BelowMean(low, band, scale, positive: false, -1, width, weight);
                break;
            case EnhanceRangeRule.Left:
                BelowMean(low, band, scale, positive: false, 1, width, weight);
                break;
            case EnhanceRangeRule.Right:
                BelowMean(low, band, scale, positive: true, 1, width, weight);
                break;
            case EnhanceRangeRule.Interval:
                int pair = Math.Min(scale, options.Range!.Length / 2 - 1);
                Slope(low, null, options.Range[2 * pair + 1], 1, width, weight);
                Slope(low, null, options.Range[2 * pair], -1, width, weight);
                break;
            case EnhanceRangeRule.Centre:
                Around(low, null, EnhanceRows.AtScale(options.Range!, scale), width, oneSided: false, weight);
                break;
            default:
                Plane<float>[] mean = volumes.Copy(low);
                PlaneFilters.Average(mean, EnhanceRows.AtScale(options.MeanSize, scale), context);
                Around(low, mean, level, width, oneSided: rule == EnhanceRangeRule.Mean, weight);
                volumes.Return(mean);
                break;
        }

        if (sigma < 0)
            PlaneFilters.ForRows(weight, context, (_, y) => TensorPrimitives.Subtract(1f, weight[0].Row(y), weight[0].Row(y)));
    }

    /// <summary>Whether the scale's weights depend on grey levels at all.</summary>
    private static bool Has(EnhanceOptions options, int scale)
        => options.Sigma is not null && !double.IsNaN(EnhanceRows.AtScale(options.Sigma, scale));

    /// <summary>Weighs by the place below (sign 1) or above (-1) the local mean of the pixels of one sign.</summary>
    private void BelowMean(Plane<float>[] low, Plane<float>[] band, int scale, bool positive, float sign, float sigma, Plane<float>[] weight)
    {
        int size = EnhanceRows.AtScale(options.MeanSize, scale);
        Plane<float>[] mean = volumes.Rent();
        Plane<float>[] members = volumes.Rent();
        PlaneFilters.ForRows(low, context, (_, y) => EnhanceRows.Side(low[0], band[0], positive, mean[0], members[0], y));
        PlaneFilters.Average(mean, size, context);
        PlaneFilters.Average(members, size, context);
        PlaneFilters.ForRows(low, context, (_, y) => EnhanceRows.Mean(mean[0], members[0], level, y));
        Slope(low, mean, level, sign, sigma, weight);
        volumes.Return(mean, members);
    }

    /// <summary>With the Gaussian curve a bell; with the sigmoid the slopes on both sides, or the upper one only.</summary>
    private void Around(Plane<float>[] low, Plane<float>[]? centre, double at, float sigma, bool oneSided, Plane<float>[] weight)
    {
        if (options.Curve == EnhanceCurve.Gaussian)
        {
            PlaneFilters.ForRows(low, context, (_, y) => EnhanceRows.Bell(low[0], centre?[0], (float)(at - level), sigma, weight[0], y));
            return;
        }

        Slope(low, centre, at, 1, sigma, weight);
        if (!oneSided)
            Slope(low, centre, at, -1, sigma, weight);
    }

    private void Slope(Plane<float>[] low, Plane<float>[]? centre, double at, float sign, float sigma, Plane<float>[] weight)
        => PlaneFilters.ForRows(low, context, (_, y) => EnhanceRows.Slope(low[0], centre?[0], (float)(at - level), sign, sigma, options.Curve, weight[0], y));
}
