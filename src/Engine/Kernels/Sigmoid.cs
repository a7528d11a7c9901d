using System.Numerics;
using System.Runtime.CompilerServices;

namespace EmTools.Engine.Kernels;

/// <summary>The falling sigmoid 1/(1 + exp(z)), to 3e-7; 0 for NaN.</summary>
internal static class Sigmoid
{
    /// <summary>The sigmoid of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Falling(Vector<float> z)
    {
        // Beyond 87 the result is below the smallest normal float, or 1 to the last bit.
        Vector<float> bounded = Vector.Min(Vector.Max(z, new Vector<float>(-87)), new Vector<float>(87));
        Vector<float> result = Vector<float>.One / (Vector<float>.One + Exp(bounded));
        return Vector.ConditionalSelect(Vector.Equals(z, z), result, Vector<float>.Zero);
    }

    /// <summary>
    /// exp(z) for |z| &lt;= 87: 2^n times 2^f with f in [-1/2, 1/2] from the Taylor series of degree 6 (relative error below 2e-7).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Exp(Vector<float> z)
    {
        const float Round = 12582912f; // 1.5 * 2^23: adding it leaves no fraction
        Vector<float> scaled = Vector.FusedMultiplyAdd(z, new Vector<float>(1.44269504f), new Vector<float>(Round));
        Vector<float> whole = scaled - new Vector<float>(Round);
        Vector<float> rest = Vector.FusedMultiplyAdd(whole, new Vector<float>(-0.693145752f), z);
        rest = Vector.FusedMultiplyAdd(whole, new Vector<float>(-1.42860677e-6f), rest);

        Vector<float> series = new(1f / 720);
        series = Vector.FusedMultiplyAdd(series, rest, new Vector<float>(1f / 120));
        series = Vector.FusedMultiplyAdd(series, rest, new Vector<float>(1f / 24));
        series = Vector.FusedMultiplyAdd(series, rest, new Vector<float>(1f / 6));
        series = Vector.FusedMultiplyAdd(series, rest, new Vector<float>(0.5f));
        series = Vector.FusedMultiplyAdd(series, rest, Vector<float>.One);
        series = Vector.FusedMultiplyAdd(series, rest, Vector<float>.One);
        Vector<int> exponent = (Vector.AsVectorInt32(scaled) + new Vector<int>(127)) << 23;
        return series * Vector.AsVectorSingle(exponent);
    }
}
