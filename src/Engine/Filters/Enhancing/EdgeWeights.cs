using System.Numerics.Tensors;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Enhancing;

/// <summary>How much every pixel is enhanced for its distance from edges.</summary>
internal static class EdgeWeights
{
    /// <summary>Brings the share of edges around a pixel near 1 on an edge, one factor a scale (published).</summary>
    private static readonly double[] s_ratios = [1.42, 1.866, 2.055];

    /// <summary>Pixels of a band in every direction that the weights depend on; null where there is no limit.</summary>
    public static int? Reach(EnhanceOptions options) => options.Distance switch
    {
        EnhanceDistance.Ignore => 0,
        EnhanceDistance.Edge => 1,
        EnhanceDistance.Convolve => 1 + BandReach.LowPass(0),
        _ => null,
    };

    /// <summary>Multiplies the weights of a scale.</summary>
    public static void Apply(EnhanceOptions options, Plane<float>[] band, int scale, Plane<float>[] weight, WorkingVolumes volumes, EvaluationContext context)
    {
        if (options.Distance == EnhanceDistance.Ignore)
            return;
        Plane<float>[] edges = volumes.Rent();
        SignEdges.Mark(band, full: false, edges, context);
        switch (options.Distance)
        {
            case EnhanceDistance.Convolve:
                PlaneFilters.LowPass(edges, 0, context);
                var ratio = (float)EnhanceRows.AtScale(s_ratios, scale);
                PlaneFilters.ForRows(edges, context, (_, y) => TensorPrimitives.Multiply(edges[0].Row(y), ratio, edges[0].Row(y)));
                break;
            case EnhanceDistance.Distance:
                EdgeDistance.Transform(edges[0], context);
                var sigma = (float)EnhanceRows.AtScale(options.SigmaRange, scale);
                PlaneFilters.ForRows(edges, context, (_, y) => EnhanceRows.Slope(edges[0], null, 0, 1, sigma, options.Curve, weight[0], y));
                volumes.Return(edges);
                return;
        }

        PlaneFilters.Multiply(weight, edges, weight, context);
        volumes.Return(edges);
    }
}
