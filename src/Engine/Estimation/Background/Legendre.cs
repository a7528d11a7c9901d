using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra;

namespace EmTools.Engine.Estimation.Background;

/// <summary>
/// Legendre polynomials on [0, 1], P_n(2u - 1): orthogonal there, so that the equations stay well conditioned where
/// those of the powers of u do not.
/// </summary>
internal static class Legendre
{
    /// <summary>P_0 to P_n at u.</summary>
    public static void Values(double u, Span<double> values)
    {
        double t = 2 * u - 1;
        values[0] = 1;
        if (values.Length > 1)
            values[1] = t;
        for (int n = 2; n < values.Length; n++)
            values[n] = ((2 * n - 1) * t * values[n - 1] - (n - 1) * values[n - 2]) / n;
    }

    /// <summary>
    /// The matrix that turns coefficients of products of Legendre polynomials into coefficients of monomials. The terms
    /// must hold every lower term of each of theirs, as all terms up to a degree do.
    /// </summary>
    public static Matrix<double> ToMonomials(ImmutableArray<Powers> terms)
    {
        double[][] powers = Monomials(terms.Max(t => Math.Max(t.Z, Math.Max(t.Y, t.X))));
        var place = new Dictionary<Powers, int>();
        for (int i = 0; i < terms.Length; i++)
            place.Add(terms[i], i);

        Matrix<double> matrix = Matrix<double>.Build.Dense(terms.Length, terms.Length);
        for (int i = 0; i < terms.Length; i++)
        {
            for (int z = 0; z <= terms[i].Z; z++)
            {
                for (int y = 0; y <= terms[i].Y; y++)
                {
                    for (int x = 0; x <= terms[i].X; x++)
                        matrix[place[new Powers(z, y, x)], i] += powers[terms[i].Z][z] * powers[terms[i].Y][y] * powers[terms[i].X][x];
                }
            }
        }

        return matrix;
    }

    /// <summary>The coefficients of P_n(2u - 1) by rising powers of u, from the three-term recurrence.</summary>
    private static double[][] Monomials(int degree)
    {
        var p = new double[degree + 1][];
        for (int n = 0; n <= degree; n++)
        {
            p[n] = new double[n + 1];
            if (n == 0)
            {
                p[0][0] = 1;
                continue;
            }

            for (int k = 0; k < n; k++)
            {
                // (2n - 1)(2u - 1) P_(n-1) / n
                p[n][k] -= (2 * n - 1) * p[n - 1][k] / n;
                p[n][k + 1] += 2.0 * (2 * n - 1) * p[n - 1][k] / n;
            }

            for (int k = 0; k < n - 1; k++)
                p[n][k] -= (n - 1) * p[n - 2][k] / n;
        }

        return p;
    }
}
