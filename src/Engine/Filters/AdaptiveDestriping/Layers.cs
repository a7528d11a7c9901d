using System.Numerics.Tensors;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>Adds up layers of stripes, each on every second column of the one before.</summary>
internal static class Layers
{
    /// <summary>One layer of two on the same grid, either of which may be missing. It takes both over.</summary>
    public static Plane<float>? Sum(Plane<float>? layer, Plane<float>? other, EvaluationContext context)
    {
        if (layer is null || other is null)
            return layer ?? other;
        RowParallel.For(layer.Height, RowParallel.Grain(layer.Height, layer.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
                TensorPrimitives.Add(layer.Row(y), other.Row(y), layer.Row(y));
        });
        other.Dispose();
        return layer;
    }

    /// <summary>The sum of all layers on the finest grid; null where there is none. Layers that it takes over become null in the list.</summary>
    public static Plane<float>? Collapse(List<Plane<float>?> layers, int width, EvaluationContext context)
    {
        for (int i = layers.Count - 1; i > 0; i--)
        {
            if (layers[i] is not { } coarse)
                continue;
            if (layers[i - 1] is null)
            {
                int columns = width;
                for (int step = 1; step < i; step++)
                    columns = (columns + 1) / 2;
                Plane<float> zero = Plane.Rent<float>(coarse.Height, columns);
                for (int y = 0; y < zero.Height; y++)
                    zero.Row(y).Clear();
                layers[i - 1] = zero;
            }

            AddTwiceAsWide(coarse, layers[i - 1]!, context);
            coarse.Dispose();
            layers[i] = null;
        }

        Plane<float>? sum = layers.Count > 0 ? layers[0] : null;
        if (layers.Count > 0)
            layers[0] = null;
        return sum;
    }

    /// <summary>Adds a layer to one of twice as many columns, between its own by the cubic through four of them.</summary>
    private static void AddTwiceAsWide(Plane<float> coarse, Plane<float> fine, EvaluationContext context)
        => RowParallel.For(fine.Height, RowParallel.Grain(fine.Height, fine.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                Span<float> from = coarse.Row(y), to = fine.Row(y);
                for (int x = 0; x < to.Length; x++)
                    to[x] += x % 2 == 0 ? from[x / 2] : Between(from, x / 2);
            }
        });

    private static float Between(ReadOnlySpan<float> row, int left)
    {
        int width = row.Length;
        float near = row[left] + row[Mirror.Index(left + 1, width)];
        float far = row[Mirror.Index(left - 1, width)] + row[Mirror.Index(left + 2, width)];
        return (9 * near - far) / 16;
    }
}
