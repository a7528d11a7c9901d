using System.Numerics;
using System.Runtime.CompilerServices;

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
            for (int x = 0; x < width; x += Vector<float>.Count)
            {
                float* at = from + x;
                Vector<float> sum = Vector.Load(at) + Vector.Load(at + 1) + (Vector.Load(at + 2) + Vector.Load(at + 3)) + (Vector.Load(at + 4) + Vector.Load(at + 5)) + Vector.Load(at + 6);
                Vector.Store(sum, to + x);
            }

            return;
        }

        for (int x = 0; x < width; x += Vector<float>.Count)
        {
            Vector<float> sum = Vector.Load(from + x);
            for (int k = 1; k < length; k++)
                sum += Vector.Load(from + x + k);
            Vector.Store(sum, to + x);
        }
    }

    /// <summary>The sum of rows[k][x] over k, for a vector of positions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Across(float** rows, int length, nint x)
    {
        if (length == 7)
            return Vector.Load(rows[0] + x) + Vector.Load(rows[1] + x) + (Vector.Load(rows[2] + x) + Vector.Load(rows[3] + x)) + (Vector.Load(rows[4] + x) + Vector.Load(rows[5] + x)) + Vector.Load(rows[6] + x);
        Vector<float> sum = Vector.Load(rows[0] + x);
        for (int k = 1; k < length; k++)
            sum += Vector.Load(rows[k] + x);
        return sum;
    }
}
