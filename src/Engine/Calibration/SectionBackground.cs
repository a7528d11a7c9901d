namespace EmTools.Engine.Calibration;

/// <summary>A background model at a fixed z: a polynomial in (y, x).</summary>
internal sealed class SectionBackground
{
    private readonly double[,] _coefficients;

    /// <param name="coefficients">Coefficients by the powers (y, x).</param>
    public SectionBackground(double[,] coefficients) => _coefficients = coefficients;

    /// <summary>The polynomial in x that is left for a fixed y.</summary>
    /// <param name="y">Scaled coordinate along y.</param>
    public RowPolynomial AtRow(double y)
    {
        double[] row = new double[_coefficients.GetLength(1)];
        for (int powerX = 0; powerX < row.Length; powerX++)
        {
            for (int powerY = _coefficients.GetLength(0) - 1; powerY >= 0; powerY--)
                row[powerX] = row[powerX] * y + _coefficients[powerY, powerX];
        }

        return new RowPolynomial(row);
    }
}

/// <summary>A polynomial in x.</summary>
/// <param name="Coefficients">Coefficients by rising power.</param>
internal readonly record struct RowPolynomial(double[] Coefficients)
{
    public double Evaluate(double x)
    {
        double sum = 0;
        for (int i = Coefficients.Length - 1; i >= 0; i--)
            sum = Math.FusedMultiplyAdd(sum, x, Coefficients[i]); // as rows are computed, to the last bit
        return sum;
    }
}
