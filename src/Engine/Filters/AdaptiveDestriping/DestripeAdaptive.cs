using System.Numerics.Tensors;
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
            Remove(input, null, options, tissue, fewestColumns, context);
            return input;
        }

        using Plane<float> turned = Transpose.Of(input, context);
        input.Dispose(); // two planes are enough to work in
        using Plane<byte>? turnedTissue = tissue is null ? null : Transpose.Of(tissue, context);
        Remove(turned, null, options, turnedTissue, fewestColumns, context);
        return Transpose.Of(turned, context);
    }

    /// <summary>Removes the stripes of a section that stays as it is, told by its neighbours what is tissue.</summary>
    /// <param name="input">The section.</param>
    /// <param name="neighbours">What <see cref="Digest"/> made of its neighbours; none does the same as two dimensions.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="mask">Non-zero for tissue; null for all.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <returns>The result, the caller's.</returns>
    public static Plane<float> Compute(Plane<float> input, IReadOnlyList<Plane<float>> neighbours, DestripeAdaptiveOptions options, Plane<byte>? mask, EvaluationContext context)
    {
        using Plane<float>? mean = Mean(neighbours, context);
        using Plane<byte>? tissue = TissueMask.Combine(input, mask, context);
        if (options.Direction == StripeDirection.Vertical)
            return Plane.Replace(input.Clone(), copy => Removed(copy, tissue));
        using Plane<byte>? turnedTissue = tissue is null ? null : Transpose.Of(tissue, context);
        using Plane<float> turned = Plane.Replace(Transpose.Of(input, context), copy => Removed(copy, turnedTissue));
        return Transpose.Of(turned, context);

        Plane<float> Removed(Plane<float> copy, Plane<byte>? where)
        {
            Remove(copy, mean, options, where, StripeEstimate.FewestColumns, context);
            return copy;
        }
    }

    /// <summary>What a section tells its neighbours of: its blocks without its own stripes, around their median. The caller's.</summary>
    public static Plane<float> Digest(Plane<float> section, DestripeAdaptiveOptions options, Plane<byte>? mask, EvaluationContext context)
    {
        using Plane<byte>? tissue = TissueMask.Combine(section, mask, context);
        if (options.Direction == StripeDirection.Vertical)
            return DigestVertical(section, options, tissue, context);
        using Plane<float> turned = Transpose.Of(section, context);
        using Plane<byte>? turnedTissue = tissue is null ? null : Transpose.Of(tissue, context);
        return DigestVertical(turned, options, turnedTissue, context);
    }

    private static BlockGrid Grid(Plane<float> image, DestripeAdaptiveOptions options)
        => new(image.Height, image.Width, options.BlockRows, Math.Tan(options.Angle * Math.PI / 180));

    /// <summary>Removes vertical stripes in place.</summary>
    private static void Remove(Plane<float> image, Plane<float>? neighbours, DestripeAdaptiveOptions options, Plane<byte>? tissue, int fewestColumns, EvaluationContext context)
    {
        BlockGrid grid = Grid(image, options);
        using Blocks blocks = grid.Reduce(image, tissue, context);
        BlockFill.Run(blocks, grid, context);
        using Plane<float>? stripes = StripeEstimate.Of(blocks, true, neighbours, options, fewestColumns, context);
        if (stripes is not null)
            grid.Subtract(image, stripes, tissue, context);
    }

    private static Plane<float> DigestVertical(Plane<float> image, DestripeAdaptiveOptions options, Plane<byte>? tissue, EvaluationContext context)
    {
        BlockGrid grid = Grid(image, options);
        using Blocks blocks = grid.Reduce(image, tissue, context);
        BlockFill.Run(blocks, grid, context);
        using Plane<float>? stripes = StripeEstimate.Of(blocks, false, null, options, StripeEstimate.FewestColumns, context);
        float median = (float)BlockMedian.Of(blocks.Mean, null);
        return Plane.Make<float>(blocks.Mean.Height, blocks.Mean.Width, digest => RowParallel.For(digest.Height, RowParallel.Grain(digest.Height, digest.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                TensorPrimitives.Subtract(blocks.Mean.Row(y), median, digest.Row(y));
                if (stripes is not null)
                    TensorPrimitives.Subtract(digest.Row(y), stripes.Row(y), digest.Row(y));
            }
        }));
    }

    private static Plane<float>? Mean(IReadOnlyList<Plane<float>> planes, EvaluationContext context)
        => planes.Count == 0 ? null : Plane.Make<float>(planes[0].Height, planes[0].Width, mean => RowParallel.For(mean.Height, RowParallel.Grain(mean.Height, mean.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                Span<float> to = mean.Row(y);
                planes[0].Row(y).CopyTo(to);
                foreach (Plane<float> plane in planes.Skip(1))
                    TensorPrimitives.Add(to, plane.Row(y), to);
                TensorPrimitives.Divide(to, planes.Count, to);
            }
        }));
}
