using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.FlatBackground;

/// <summary>
/// Finds flat artificial background, such as the frame around an aligned section or a clipped region: areas in which
/// neighbouring pixels (3 x 3) differ by no more than a threshold.
/// </summary>
public static class FlatRegions
{
    /// <summary>
    /// A mask of the section: 255 for tissue, 0 for background. The caller owns the plane.
    /// </summary>
    /// <param name="image">The section (y, x); pixels that are NaN are background. Is as before at the end.</param>
    /// <param name="threshold">How much the pixels of a 3 x 3 square may differ where it is flat, in grey levels.</param>
    /// <param name="minimumArea">Areas of this many pixels or fewer are tissue after all; 0 for a ten-thousandth of the section.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <remarks>Flat squares' centres, dilated by 3 x 3, then the 8-connected components that are large enough.</remarks>
    public static Plane<byte> TissueMask(Plane<float> image, double threshold, long minimumArea, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(context);
        if (minimumArea <= 0)
            minimumArea = ((long)image.Height * image.Width + 9999) / 10000;
        using Plane<byte>? present = MissingPixels.Fill(image, context);
        using Plane<float> flat = Plane.Rent<float>(image.Height, image.Width);
        using Plane<float> wide = Plane.Rent<float>(image.Height, image.Width);
        try
        {
            Squares(image, flat, (float)threshold, context);
            Squares(flat, wide, null, context);
            var half = new float[image.Height];
            Array.Fill(half, 0.5f);
            (Components above, Components below) = Components.Find(wide, half, moments => moments.Area > minimumArea ? 1 : 0, dull: 0, context);
            using (above)
            using (below)
                return Plane.Make<byte>(image.Height, image.Width, mask => Fill(above, present, mask, context));
        }
        finally
        {
            MissingPixels.Restore(image, present, context);
        }
    }

    /// <summary>Gives every pixel 1 where the 3 x 3 square around it is flat to a threshold, else 0; without a threshold, the square's largest value.</summary>
    private static unsafe void Squares(Plane<float> from, Plane<float> to, float? threshold, EvaluationContext context)
    {
        const int Size = 3;
        (int height, int width) = (from.Height, from.Width);
        RowParallel.For(height, RowParallel.Grain(height, width, context), context, (first, end, scratch) =>
        {
            scratch.Reset(LocalExtrema.ScratchBytes(Size, width));
            var extrema = new LocalExtrema(Size, width, scratch);
            float** rows = stackalloc float*[Size];
            for (int y = first; y < end; y++)
            {
                for (int k = 0; k < Size; k++)
                    rows[k] = from.RowPointer(Mirror.Index(y + k - 1, height));
                extrema.Find(rows);
                if (threshold is { } limit)
                    Mark(extrema.Smallest, extrema.Largest, limit, to.RowPointer(y), width);
                else
                    new ReadOnlySpan<float>(extrema.Largest, width).CopyTo(to.Row(y));
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Mark(float* low, float* high, float threshold, float* to, int width)
    {
        var limit = new Vector<float>(threshold);
        for (int x = 0; x < width; x += Vector<float>.Count)
        {
            Vector<int> flat = Vector.LessThanOrEqual(Vector.Load(high + x) - Vector.Load(low + x), limit);
            Vector.Store(Vector.ConditionalSelect(flat, Vector<float>.One, Vector<float>.Zero), to + x);
        }
    }

    /// <summary>255, but 0 in the background and where there are no pixels.</summary>
    private static void Fill(Components background, Plane<byte>? present, Plane<byte> mask, EvaluationContext context)
        => RowParallel.For(mask.Height, RowParallel.Grain(mask.Height, mask.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                Span<byte> row = mask.Row(y);
                row.Fill(byte.MaxValue);
                foreach (LabelledRun run in background.Row(y))
                    row[run.Start..run.End].Clear();
                if (present is not null)
                    TensorPrimitives.Multiply<byte>(row, present.Row(y), row);
            }
        });
}
