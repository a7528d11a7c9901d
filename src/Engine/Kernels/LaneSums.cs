using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EmTools.Engine.Kernels;

/// <summary>
/// Sums that are the same to the last bit on every processor. A sum's rounding depends on the order of its additions, and
/// the usual vector sums have as many partial sums as a processor's vectors have numbers.
/// </summary>
/// <remarks>
/// Here there are always <see cref="Singles"/> partial sums of floats, or <see cref="Doubles"/> of doubles: number i goes to
/// partial sum i modulo that, whatever vectors there are, and in the end the partial sums are added up by halves.
/// </remarks>
internal static unsafe class LaneSums
{
    /// <summary>Partial sums of floats.</summary>
    public const int Singles = 16;

    /// <summary>Partial sums of doubles.</summary>
    public const int Doubles = 8;

    /// <summary>The sum of squares of floats; single precision, so rows should not be long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SumOfSquares(ReadOnlySpan<float> values)
    {
        ref float source = ref MemoryMarshal.GetReference(values);
        (Vector256<float> low, Vector256<float> high) = (Vector256<float>.Zero, Vector256<float>.Zero);
        int x = 0;
        for (; x <= values.Length - Singles; x += Singles)
        {
            Vector256<float> first = Vector256.LoadUnsafe(ref source, (nuint)x), second = Vector256.LoadUnsafe(ref source, (nuint)(x + Singles / 2));
            low += first * first;
            high += second * second;
        }

        float* lanes = stackalloc float[Singles];
        Vector256.Store(low, lanes);
        Vector256.Store(high, lanes + Singles / 2);
        for (int i = 0; x < values.Length; i++, x++)
            lanes[i] += values[x] * values[x];
        return Total(lanes);
    }

    /// <summary>The sum of floats, in single precision, so rows should not be long; or of doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Sum<T>(ReadOnlySpan<T> values)
        where T : unmanaged, INumber<T>
    {
        int half = Vector256<T>.Count;
        ref T source = ref MemoryMarshal.GetReference(values);
        (Vector256<T> low, Vector256<T> high) = (Vector256<T>.Zero, Vector256<T>.Zero);
        int x = 0;
        for (; x <= values.Length - 2 * half; x += 2 * half)
        {
            low += Vector256.LoadUnsafe(ref source, (nuint)x);
            high += Vector256.LoadUnsafe(ref source, (nuint)(x + half));
        }

        T* lanes = stackalloc T[2 * half];
        Vector256.Store(low, lanes);
        Vector256.Store(high, lanes + half);
        for (int i = 0; x < values.Length; i++, x++)
            lanes[i] += values[x];
        return Total(lanes, 2 * half);
    }

    /// <summary>The sum of the products of two rows of one length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref double one = ref MemoryMarshal.GetReference(a);
        ref double other = ref MemoryMarshal.GetReference(b[..a.Length]);
        (Vector256<double> low, Vector256<double> high) = (Vector256<double>.Zero, Vector256<double>.Zero);
        int x = 0;
        for (; x <= a.Length - Doubles; x += Doubles)
        {
            low += Vector256.LoadUnsafe(ref one, (nuint)x) * Vector256.LoadUnsafe(ref other, (nuint)x);
            high += Vector256.LoadUnsafe(ref one, (nuint)(x + Doubles / 2)) * Vector256.LoadUnsafe(ref other, (nuint)(x + Doubles / 2));
        }

        double* lanes = stackalloc double[Doubles];
        Vector256.Store(low, lanes);
        Vector256.Store(high, lanes + Doubles / 2);
        for (int i = 0; x < a.Length; i++, x++)
            lanes[i] += a[x] * b[x];
        return Total(lanes, Doubles);
    }

    /// <summary>Adds up <see cref="Singles"/> partial sums, which it overwrites.</summary>
    public static float Total(float* lanes) => Total(lanes, Singles);

    private static T Total<T>(T* lanes, int count)
        where T : unmanaged, INumber<T>
    {
        for (int half = count / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
                lanes[i] += lanes[i + half];
        }

        return lanes[0];
    }
}
