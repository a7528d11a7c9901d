using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EmTools.Engine.Filters.NonLocal;

/// <summary>Sums of short windows along rows and across rows, without running sums: products keep their precision.</summary>
internal static unsafe class ShortSums
{
    /// <summary>to[x] = the sum of <paramref name="length"/> values from from[x] on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Along(float* from, int length, float* to, int width)
    {
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
