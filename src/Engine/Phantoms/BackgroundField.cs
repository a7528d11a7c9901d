using EmTools.Engine.Calibration;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Phantoms;

/// <summary>Makes the uneven brightness of a volume: a full cubic polynomial (20 terms) with random coefficients.</summary>
internal static class BackgroundField
{
    private const int Degree = 3;

    /// <summary>Places along every axis at which the range is measured.</summary>
    private const int Samples = 25;

    /// <summary>A model fitted to real sections has the tissue's mean brightness as its constant term; it is never subtracted.</summary>
    private const double Constant = 28000;

    /// <summary>A model whose largest and smallest value in the volume differ by <paramref name="range"/> grey levels.</summary>
    public static BackgroundModel Make(uint seed, double range)
    {
        uint state = CounterHash.Mix(seed ^ 0xBAC46u);
        var terms = new List<BackgroundTerm>();
        for (int i = Degree; i >= 0; i--)
            for (int j = Degree - i; j >= 0; j--)
                for (int k = Degree - i - j; k >= 0; k--)
                    terms.Add(new BackgroundTerm(i, j, k, CounterHash.NextBetween(ref state, -1, 1)));

        // Coefficients are 32-bit in files: rounded here, what is added and what a reader subtracts are the same.
        double scale = range / Range(new BackgroundModel(terms));
        return new BackgroundModel(terms.Select(term => term with { Coefficient = (float)(term.IsConstant ? Constant : term.Coefficient * scale) }));
    }

    /// <summary>Mean over the volume, without the constant term.</summary>
    public static double Mean(BackgroundModel model)
        => model.Terms.Where(t => !t.IsConstant).Sum(t => t.Coefficient / ((t.PowerZ + 1.0) * (t.PowerY + 1.0) * (t.PowerX + 1.0)));

    /// <summary>Mean over a section at the scaled coordinate <paramref name="z"/>, without the constant term.</summary>
    public static double Mean(BackgroundModel model, double z)
        => model.Terms.Where(t => !t.IsConstant).Sum(t => t.Coefficient * PlainMath.Power(z, t.PowerZ) / ((t.PowerY + 1.0) * (t.PowerX + 1.0)));

    /// <summary>Adds the polynomial of one row to its pixels.</summary>
    public static void Add(Span<float> row, RowPolynomial polynomial)
    {
        double[] c = polynomial.Coefficients;
        double step = row.Length > 1 ? 1.0 / (row.Length - 1) : 0;
        for (int x = 0; x < row.Length; x++)
        {
            double u = x * step;
            row[x] += (float)(((c[3] * u + c[2]) * u + c[1]) * u + c[0]);
        }
    }

    private static double Range(BackgroundModel model)
    {
        double low = double.MaxValue, high = double.MinValue;
        for (int i = 0; i < Samples; i++)
        {
            SectionBackground section = model.AtSection(i / (Samples - 1.0));
            for (int j = 0; j < Samples; j++)
            {
                RowPolynomial row = section.AtRow(j / (Samples - 1.0));
                for (int k = 0; k < Samples; k++)
                {
                    double v = row.Evaluate(k / (Samples - 1.0));
                    (low, high) = (Math.Min(low, v), Math.Max(high, v));
                }
            }
        }

        return high - low;
    }
}
