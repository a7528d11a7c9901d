using System.Collections.Immutable;

namespace EmTools.Engine.Estimation.Background;

/// <summary>Exponents of one term, (z, y, x).</summary>
/// <param name="Z">Exponent of z.</param>
/// <param name="Y">Exponent of y.</param>
/// <param name="X">Exponent of x.</param>
public readonly record struct Powers(int Z, int Y, int X)
{
    /// <summary>Their sum.</summary>
    public int Total => Z + Y + X;
}

/// <summary>Which terms a background has.</summary>
public static class PolynomialTerms
{
    /// <summary>
    /// All terms up to a total degree and a limit for each axis, in the order of MATLAB's polyfitn: falling powers of x,
    /// then y, then z; the constant last.
    /// </summary>
    /// <param name="degree">Largest sum of the exponents, at least 0.</param>
    /// <param name="limits">Largest exponent of each axis.</param>
    public static ImmutableArray<Powers> Of(int degree, Powers limits)
    {
        ImmutableArray<Powers>.Builder terms = ImmutableArray.CreateBuilder<Powers>();
        for (int x = Math.Min(degree, limits.X); x >= 0; x--)
        {
            for (int y = Math.Min(degree - x, limits.Y); y >= 0; y--)
            {
                for (int z = Math.Min(degree - x - y, limits.Z); z >= 0; z--)
                    terms.Add(new Powers(z, y, x));
            }
        }

        return terms.ToImmutable();
    }
}
