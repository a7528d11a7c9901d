using System.Numerics;
using System.Runtime.CompilerServices;

namespace EmTools.Engine.Kernels;

/// <summary>The natural logarithm of a vector, the same to the last bit on every processor.</summary>
internal static class FastLog
{
    private const float Ln2High = 0.693359375f; // ln 2 in two parts: the first times a small integer is exact
    private const float Ln2Low = -2.12194440e-4f;
    private const float Smallest = 1.17549435e-38f;
    private const int MantissaBits = 23;
    private const int RootOfHalf = 0x3F3504F3; // the bits of sqrt(1/2)

    /// <summary>ln x to two units in the last place, for x from 1.2e-38 on; the logarithm of that for less, negative infinity for 0, infinity for infinity, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Of(Vector<float> x)
    {
        // x = 2^n (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)]; the polynomial is that of Cephes (S. L. Moshier), degree 8.
        Vector<int> bits = Vector.AsVectorInt32(Vector.Max(x, new Vector<float>(Smallest)));
        Vector<int> exponent = Vector.ShiftRightArithmetic(bits - new Vector<int>(RootOfHalf), MantissaBits);
        Vector<float> n = Vector.ConvertToSingle(exponent);
        Vector<float> f = Vector.AsVectorSingle(bits - Vector.ShiftLeft(exponent, MantissaBits)) - Vector<float>.One;
        Vector<float> square = f * f;
        Vector<float> sum = new(7.0376836292e-2f);
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<float>(-1.1514610310e-1f));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<float>(1.1676998740e-1f));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<float>(-1.2420140846e-1f));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<float>(1.4249322787e-1f));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<float>(-1.6668057665e-1f));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<float>(2.0000714765e-1f));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<float>(-2.4999993993e-1f));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<float>(3.3333331174e-1f));
        Vector<float> rest = Vector.FusedMultiplyAdd(n, new Vector<float>(Ln2Low), sum * f * square);
        rest = Vector.FusedMultiplyAdd(square, new Vector<float>(-0.5f), rest);
        Vector<float> result = Vector.FusedMultiplyAdd(n, new Vector<float>(Ln2High), f + rest);
        result = Vector.ConditionalSelect(Vector.Equals(x, Vector<float>.Zero), new Vector<float>(float.NegativeInfinity), result);
        return Vector.ConditionalSelect(Vector.LessThan(x, new Vector<float>(float.PositiveInfinity)), result, x); // not less: infinity, NaN
    }
}
