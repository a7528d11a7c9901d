using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>
/// Where a band changes its sign: pixels around which, within the structuring element, the largest value has another sign
/// (1, 0 or -1) than the smallest. Neighbours outside the image do not count.
/// </summary>
/// <remarks>
/// An element of radius 1 mirrored about the edge pixel holds only pixels that it held already, so that the mirror
/// boundary ignores what is outside.
/// </remarks>
internal static unsafe class SignEdges
{
    /// <summary>Marks the edges by 1 and the rest by 0, in two or (where there are several planes) three dimensions.</summary>
    /// <param name="band">The band.</param>
    /// <param name="full">The full 3 x 3 (x 3) square; otherwise the cross of 4 (6) neighbours.</param>
    /// <param name="edges">Receives the marks.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static void Mark(Plane<float>[] band, bool full, Plane<float>[] edges, EvaluationContext context)
    {
        (int depth, int height, int width) = (band.Length, band[0].Height, band[0].Width);
        for (int plane = 0; plane < depth; plane++)
        {
            int z = plane;
            RowParallel.For(height, RowParallel.Grain(height, width, context), context, (first, end, scratch) =>
            {
                scratch.Reset(3 * Scratch.Padded<float>(width + 32));
                float* low = scratch.TakeCleared<float>(width + 32) + 16;
                float* high = scratch.TakeCleared<float>(width + 32) + 16;
                float* line = scratch.TakeCleared<float>(width + 32) + 16;
                float** rows = stackalloc float*[9];
                for (int y = first; y < end; y++)
                {
                    int count = Neighbours(band, z, y, full, rows);
                    Fold(rows, count, low, high, width);
                    Buffer.MemoryCopy(band[z].RowPointer(y), line, width * sizeof(float), width * sizeof(float));
                    Mirror.Pad(low, width, 1);
                    Mirror.Pad(high, width, 1);
                    Mirror.Pad(line, width, 1);
                    Compare(low, high, full ? low : line, full ? high : line, edges[z].RowPointer(y), width);
                }
            });
        }
    }

    /// <summary>The rows whose pixels at x belong to the element around (z, y, x).</summary>
    private static int Neighbours(Plane<float>[] band, int z, int y, bool full, float** rows)
    {
        int count = 0;
        for (int dz = -1; dz <= 1; dz++)
        {
            for (int dy = -1; dy <= 1; dy++)
            {
                bool inside = full || dz == 0 || dy == 0;
                if (inside && (dz == 0 || band.Length > 1))
                    rows[count++] = band[Mirror.Index(z + dz, band.Length)].RowPointer(Mirror.Index(y + dy, band[0].Height));
            }
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fold(float** rows, int count, float* low, float* high, int width)
    {
        for (int x = 0; x < width; x += Vector<float>.Count)
        {
            Vector<float> least = Vector.Load(rows[0] + x);
            Vector<float> most = least;
            for (int k = 1; k < count; k++)
            {
                Vector<float> value = Vector.Load(rows[k] + x);
                least = Vector.MinNative(least, value);
                most = Vector.MaxNative(most, value);
            }

            Vector.Store(least, low + x);
            Vector.Store(most, high + x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compare(float* low, float* high, float* besideLow, float* besideHigh, float* edges, int width)
    {
        for (int x = 0; x < width; x += Vector<float>.Count)
        {
            Vector<float> least = Vector.MinNative(Vector.Load(low + x), Vector.MinNative(Vector.Load(besideLow + x - 1), Vector.Load(besideLow + x + 1)));
            Vector<float> most = Vector.MaxNative(Vector.Load(high + x), Vector.MaxNative(Vector.Load(besideHigh + x - 1), Vector.Load(besideHigh + x + 1)));
            Vector<int> positive = Vector.Xor(Vector.GreaterThan(most, Vector<float>.Zero), Vector.GreaterThan(least, Vector<float>.Zero));
            Vector<int> negative = Vector.Xor(Vector.LessThan(most, Vector<float>.Zero), Vector.LessThan(least, Vector<float>.Zero));
            Vector.Store(Vector.ConditionalSelect(positive | negative, Vector<float>.One, Vector<float>.Zero), edges + x);
        }
    }
}
