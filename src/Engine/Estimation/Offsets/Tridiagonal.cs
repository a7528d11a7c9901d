namespace EmTools.Engine.Estimation.Offsets;

/// <summary>A symmetric positive definite tridiagonal system A x = b, made of squares of one or two neighbouring unknowns.</summary>
internal sealed class Tridiagonal(int size)
{
    private readonly double[] _diagonal = new double[size];
    private readonly double[] _below = new double[size]; // element (i, i - 1)
    private readonly double[] _right = new double[size];

    /// <summary>Adds weight * (x[i] - value)^2.</summary>
    public void Add(int i, double value, double weight)
    {
        _diagonal[i] += weight;
        _right[i] += weight * value;
    }

    /// <summary>Adds weight * (x[i] - factor * x[i - 1] - value)^2.</summary>
    public void Add(int i, double factor, double value, double weight)
    {
        _diagonal[i] += weight;
        _diagonal[i - 1] += weight * factor * factor;
        _below[i] -= weight * factor;
        _right[i] += weight * value;
        _right[i - 1] -= weight * factor * value;
    }

    /// <summary>The solution (Thomas' algorithm).</summary>
    public double[] Solve()
    {
        double[] pivot = Forward(), x = [.. _right];
        for (int i = 1; i < size; i++)
            x[i] -= _below[i] / pivot[i - 1] * x[i - 1];
        x[^1] /= pivot[^1];
        for (int i = size - 2; i >= 0; i--)
            x[i] = (x[i] - _below[i + 1] * x[i + 1]) / pivot[i];
        return x;
    }

    /// <summary>
    /// The diagonal of the inverse, the unknowns' variances where weights are inverse variances: 1 over the sum of the
    /// pivots from both ends less the diagonal.
    /// </summary>
    public double[] Variances()
    {
        double[] down = Forward(), up = new double[size], variances = new double[size];
        for (int i = size - 1; i >= 0; i--)
            up[i] = _diagonal[i] - (i < size - 1 ? _below[i + 1] * _below[i + 1] / up[i + 1] : 0);
        for (int i = 0; i < size; i++)
            variances[i] = 1 / (down[i] + up[i] - _diagonal[i]);
        return variances;
    }

    private double[] Forward()
    {
        var pivot = new double[size];
        for (int i = 0; i < size; i++)
            pivot[i] = _diagonal[i] - (i > 0 ? _below[i] * _below[i] / pivot[i - 1] : 0);
        return pivot;
    }
}
