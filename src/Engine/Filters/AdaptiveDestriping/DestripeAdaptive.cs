using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>
/// Adaptive destriping: estimates the stripes on blocks of rows, by Wiener gains of cells of stripe width and length, and
/// subtracts them. Free of grey levels: it does the same at any scale and offset.
/// </summary>
internal static class DestripeAdaptive
{
    public const string Name = "DestripeAdaptive";

    /// <summary>Removes the stripes of a section; pixels that are NaN or outside of the mask count nowhere and stay as they are.</summary>
    public static Plane Compute(Plane<float> input, DestripeAdaptiveOptions options, Plane<byte>? mask, EvaluationContext context)
        => Compute(input, options, mask, StripeEstimate.FewestColumns, context);

    /// <summary>The same, with coarse octaves on grids of no fewer than <paramref name="fewestColumns"/> columns.</summary>
    internal static Plane<float> Compute(Plane<float> input, DestripeAdaptiveOptions options, Plane<byte>? mask, int fewestColumns, EvaluationContext context)
    {
        using Plane<byte>? tissue = TissueMask.Combine(input, mask, context);
        if (options.Direction == StripeDirection.Vertical)
        {
            Vertical(input, options, tissue, fewestColumns, context);
            return input;
        }

        using Plane<float> turned = Transpose.Of(input, context);
        input.Dispose(); // two planes are enough to work in
        using Plane<byte>? turnedMask = tissue is null ? null : Transpose.Of(tissue, context);
        Vertical(turned, options, turnedMask, fewestColumns, context);
        return Transpose.Of(turned, context);
    }

    private static void Vertical(Plane<float> image, DestripeAdaptiveOptions options, Plane<byte>? tissue, int fewestColumns, EvaluationContext context)
    {
        var grid = new BlockGrid(image.Height, image.Width, options.BlockRows, Math.Tan(options.Angle * Math.PI / 180));
        using Blocks blocks = grid.Reduce(image, tissue, context);
        BlockFill.Run(blocks, grid, context);
        using Plane<float>? stripes = StripeEstimate.Of(blocks, null, options, fewestColumns, context);
        if (stripes is not null)
            grid.Subtract(image, stripes, tissue, context);
    }
}
