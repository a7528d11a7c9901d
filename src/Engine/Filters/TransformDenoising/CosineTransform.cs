using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EmTools.Engine.Filters.TransformDenoising;

/// <summary>
/// The orthonormal cosine transform (DCT-II) of short lines and its inverse, for sixteen lines side by side:
/// X(u) = c(u) sum over x of line(x) cos(pi (2 x + 1) u / (2 n)), with c(0) = sqrt(1/n), else sqrt(2/n).
/// </summary>
/// <remarks>By the symmetry of the cosines: even coefficients of sums of mirrored values, odd ones of differences.</remarks>
internal sealed unsafe class CosineTransform
{
    private const int Longest = 16;

    private readonly int _length;
    private readonly float[] _matrix;

    /// <summary>Prepares for lines of <paramref name="length"/> values, even and at most 16.</summary>
    public CosineTransform(int length)
    {
        _length = length;
        int half = length / 2;
        _matrix = GC.AllocateArray<float>(length * half, pinned: true);
        for (int u = 0; u < length; u++)
        {
            for (int x = 0; x < half; x++)
                _matrix[u * half + x] = (float)Cosine(length, u, x);
        }
    }

    /// <summary>The weight of value <paramref name="x"/> in coefficient <paramref name="u"/> of lines of <paramref name="length"/> values.</summary>
    public static double Cosine(int length, int u, int x) => Math.Sqrt((u == 0 ? 1.0 : 2) / length) * Math.Cos(Math.PI * (2 * x + 1) * u / (2 * length));

    /// <summary>Transforms lines: value x of all of them is at <paramref name="values"/>[x], coefficient u goes to <paramref name="to"/>[u].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(Vector512<float>* values, Vector512<float>* to)
    {
        int half = _length / 2;
        Vector512<float>* sums = stackalloc Vector512<float>[Longest];
        Vector512<float>* differences = sums + half;
        for (int x = 0; x < half; x++)
        {
            sums[x] = values[x] + values[_length - 1 - x];
            differences[x] = values[x] - values[_length - 1 - x];
        }

        fixed (float* matrix = _matrix)
        {
            for (int u = 0; u < _length; u++)
                to[u] = half == 4 ? Dot4(matrix + u * 4, (u & 1) == 0 ? sums : differences) : Dot(matrix + u * half, (u & 1) == 0 ? sums : differences, half);
        }
    }

    /// <summary>The lines of coefficients.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Inverse(Vector512<float>* coefficients, Vector512<float>* to)
    {
        int half = _length / 2;
        fixed (float* matrix = _matrix)
        {
            for (int x = 0; x < half; x++)
            {
                Vector512<float> even = Vector512<float>.Zero, odd = Vector512<float>.Zero;
                float* column = matrix + x;
                for (int u = 0; u < _length; u += 2, column += 2 * half)
                {
                    even = Vector512.FusedMultiplyAdd(coefficients[u], Vector512.Create(*column), even);
                    odd = Vector512.FusedMultiplyAdd(coefficients[u + 1], Vector512.Create(column[half]), odd);
                }

                to[x] = even + odd;
                to[_length - 1 - x] = even - odd;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Dot4(float* row, Vector512<float>* values)
    {
        Vector512<float> sum = values[0] * Vector512.Create(row[0]);
        sum = Vector512.FusedMultiplyAdd(values[1], Vector512.Create(row[1]), sum);
        sum = Vector512.FusedMultiplyAdd(values[2], Vector512.Create(row[2]), sum);
        return Vector512.FusedMultiplyAdd(values[3], Vector512.Create(row[3]), sum);
    }

    private static Vector512<float> Dot(float* row, Vector512<float>* values, int count)
    {
        Vector512<float> sum = values[0] * Vector512.Create(row[0]);
        for (int x = 1; x < count; x++)
            sum = Vector512.FusedMultiplyAdd(values[x], Vector512.Create(row[x]), sum);
        return sum;
    }
}
