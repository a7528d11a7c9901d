using System.Numerics;
using System.Runtime.CompilerServices;

namespace EmTools.Engine.Kernels;

/// <summary>e^x in single precision, where <see cref="Vector.Exp(Vector{float})"/> computes in double.</summary>
internal static class FastExp
{
    private const float Lowest = -87f; // e^x is a normal number from here on
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f; // ln 2 in two parts: the first times a small integer is exact
    private const float Ln2Low = -2.12194440e-4f;
    private const int Bias = 127;
    private const int MantissaBits = 23;

    /// <summary>e^x for x from -87 to 0, to two units in the last place; e^-87 (1.6e-38) for less, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> OfNegative(Vector<float> x)
    {
        // x = n ln 2 + r with |r| <= ln 2/2; e^r by its series, 2^n by the exponent's bits.
        x = Vector.ConditionalSelect(Vector.LessThan(x, new Vector<float>(Lowest)), new Vector<float>(Lowest), x);
        Vector<float> n = Vector.Floor(Vector.FusedMultiplyAdd(x, new Vector<float>(Log2E), new Vector<float>(0.5f)));
        Vector<float> r = Vector.FusedMultiplyAdd(n, new Vector<float>(-Ln2Low), Vector.FusedMultiplyAdd(n, new Vector<float>(-Ln2High), x));
        Vector<float> sum = new(1f / 5040);
        sum = Vector.FusedMultiplyAdd(sum, r, new Vector<float>(1f / 720));
        sum = Vector.FusedMultiplyAdd(sum, r, new Vector<float>(1f / 120));
        sum = Vector.FusedMultiplyAdd(sum, r, new Vector<float>(1f / 24));
        sum = Vector.FusedMultiplyAdd(sum, r, new Vector<float>(1f / 6));
        sum = Vector.FusedMultiplyAdd(sum, r, new Vector<float>(1f / 2));
        sum = Vector.FusedMultiplyAdd(sum, r, Vector<float>.One);
        sum = Vector.FusedMultiplyAdd(sum, r, Vector<float>.One);
        return sum * Vector.AsVectorSingle(Vector.ShiftLeft(Vector.ConvertToInt32(n) + new Vector<int>(Bias), MantissaBits));
    }
}
