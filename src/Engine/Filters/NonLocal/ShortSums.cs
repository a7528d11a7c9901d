using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EmTools.Engine.Filters.NonLocal;

/// <summary>Sums of short windows along rows and across rows, without running sums: products keep their precision.</summary>
internal static unsafe class ShortSums
{
    /// <summary>to[x] = the sum of <paramref name="length"/> values from from[x] on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Along(float* from, int length, float* to, int width)
    {
        if (Avx512F.IsSupported && ShareRows(length))
        {
            AlongShifted(from, length, to, width);
            return;
        }

        if (length == 7)
        {
            Seven(from, from + 1, from + 2, from + 3, from + 4, from + 5, from + 6, to, width);
            return;
        }

        if (length == 5)
        {
            Five(from, from + 1, from + 2, from + 3, from + 4, to, width);
            return;
        }

        for (nint x = 0; x < width; x += Vector<float>.Count)
        {
            Vector<float> sum = Vector.Load(from + x);
            for (int k = 1; k < length; k++)
                sum += Vector.Load(from + x + k);
            Vector.Store(sum, to + x);
        }
    }

    /// <summary>
    /// The same for 5 and 7 values, with neighbours shifted in from the next vector: nearly every load from another place than a
    /// vector's own would fetch two lines of the cache. Adds in the same order as <see cref="Five"/> and <see cref="Seven"/>. Reads as far
    /// as the end of the vector after the last.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AlongShifted(float* from, int length, float* to, int width)
    {
        Vector512<int> here = Vector512.Load(from).AsInt32();
        for (nint x = 0; x < width; x += Vector512<float>.Count)
        {
            Vector512<int> next = Vector512.Load(from + x + Vector512<float>.Count).AsInt32();
            Vector512<float> sum = here.AsSingle() + Avx512F.AlignRight32(next, here, 1).AsSingle()
                + (Avx512F.AlignRight32(next, here, 2).AsSingle() + Avx512F.AlignRight32(next, here, 3).AsSingle());
            if (length == 7)
                sum += Avx512F.AlignRight32(next, here, 4).AsSingle() + Avx512F.AlignRight32(next, here, 5).AsSingle();
            sum += length == 7 ? Avx512F.AlignRight32(next, here, 6).AsSingle() : Avx512F.AlignRight32(next, here, 4).AsSingle();
            Vector512.Store(sum, to + x);
            here = next;
        }
    }

    /// <summary>to[x] = the sum of rows[k][x] over k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Across(float** rows, int length, float* to, int width)
    {
        if (length == 7)
        {
            Seven(rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], to, width);
            return;
        }

        if (length == 5)
        {
            Five(rows[0], rows[1], rows[2], rows[3], rows[4], to, width);
            return;
        }

        for (nint x = 0; x < width; x += Vector<float>.Count)
            Vector.Store(Across(rows, length, x), to + x);
    }

    /// <summary>Rows that <see cref="AcrossFour"/> sums at a time.</summary>
    public const int Four = 4;

    /// <summary>True where four sums share enough rows to be made together.</summary>
    public static bool ShareRows(int length) => length is 5 or 7;

    /// <summary>
    /// For four rows one below the other, to[j][x] = rows[j][x] + ... + rows[j + length - 1][x]: the rows that all four sums
    /// have in common are added once, which takes a third of the loads and half of the additions.
    /// </summary>
    /// <param name="rows">The first of length + 3 rows.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="length">5 or 7.</param>
    /// <param name="to">The first of four rows of sums.</param>
    /// <param name="toStride">From one row of sums to the next.</param>
    /// <param name="width">Sums a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AcrossFour(float* rows, nint stride, int length, float* to, nint toStride, int width)
    {
        float* middle = rows + 3 * stride;
        float* below = rows + length * stride;
        nint x = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; x <= width - Vector512<float>.Count; x += Vector512<float>.Count)
            {
                Vector512<float> shared = Vector512.Load(middle + x) + Vector512.Load(middle + stride + x);
                if (length == 7)
                    shared += Vector512.Load(middle + 2 * stride + x) + Vector512.Load(middle + 3 * stride + x);
                Vector512<float> third = Vector512.Load(rows + 2 * stride + x), upper = Vector512.Load(rows + stride + x) + third;
                Vector512<float> next = Vector512.Load(below + x), lower = next + Vector512.Load(below + stride + x);
                Vector512.Store(shared + (Vector512.Load(rows + x) + upper), to + x);
                Vector512.Store(shared + (upper + next), to + toStride + x);
                Vector512.Store(shared + (third + lower), to + 2 * toStride + x);
                Vector512.Store(shared + (lower + Vector512.Load(below + 2 * stride + x)), to + 3 * toStride + x);
            }
        }

        for (; x < width; x += Vector<float>.Count)
        {
            Vector<float> shared = Vector.Load(middle + x) + Vector.Load(middle + stride + x);
            if (length == 7)
                shared += Vector.Load(middle + 2 * stride + x) + Vector.Load(middle + 3 * stride + x);
            Vector<float> third = Vector.Load(rows + 2 * stride + x), upper = Vector.Load(rows + stride + x) + third;
            Vector<float> next = Vector.Load(below + x), lower = next + Vector.Load(below + stride + x);
            Vector.Store(shared + (Vector.Load(rows + x) + upper), to + x);
            Vector.Store(shared + (upper + next), to + toStride + x);
            Vector.Store(shared + (third + lower), to + 2 * toStride + x);
            Vector.Store(shared + (lower + Vector.Load(below + 2 * stride + x)), to + 3 * toStride + x);
        }
    }

    /// <summary>The sum of rows[k][x] over k, for a vector of positions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Across(float** rows, int length, nint x)
    {
        Vector<float> sum = Vector.Load(rows[0] + x);
        for (int k = 1; k < length; k++)
            sum += Vector.Load(rows[k] + x);
        return sum;
    }

    /// <summary>The usual lengths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Five(float* a, float* b, float* c, float* d, float* e, float* to, int width)
    {
        for (nint x = 0; x < width; x += Vector<float>.Count)
            Vector.Store(Vector.Load(a + x) + Vector.Load(b + x) + (Vector.Load(c + x) + Vector.Load(d + x)) + Vector.Load(e + x), to + x);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Seven(float* a, float* b, float* c, float* d, float* e, float* f, float* g, float* to, int width)
    {
        nint x = 0;
        if (Vector512.IsHardwareAccelerated) // half of the loads and additions; a third of all the time is spent here
        {
            for (; x <= width - Vector512<float>.Count; x += Vector512<float>.Count)
            {
                Vector512<float> sum = Vector512.Load(a + x) + Vector512.Load(b + x) + (Vector512.Load(c + x) + Vector512.Load(d + x)) + (Vector512.Load(e + x) + Vector512.Load(f + x)) + Vector512.Load(g + x);
                Vector512.Store(sum, to + x);
            }
        }

        for (; x < width; x += Vector<float>.Count)
        {
            Vector<float> sum = Vector.Load(a + x) + Vector.Load(b + x) + (Vector.Load(c + x) + Vector.Load(d + x)) + (Vector.Load(e + x) + Vector.Load(f + x)) + Vector.Load(g + x);
            Vector.Store(sum, to + x);
        }
    }
}
