namespace EmTools.Engine.Phantoms;

/// <summary>
/// The uneven brightness of a volume: a full cubic polynomial (20 terms) of z, y and x, each scaled to [0, 1] over the
/// whole volume. As in the published correction, the constant term is not part of what is added or removed.
/// </summary>
internal sealed class BackgroundField
{
    private const int Degree = 3;
    private const int TermCount = 20;
    private const int Samples = 25;

    private readonly int[,] _exponents = new int[3, TermCount];
    private readonly double[] _coefficients = new double[TermCount];

    /// <param name="seed">Which background.</param>
    /// <param name="range">Largest less smallest value in the volume, in grey levels.</param>
    public BackgroundField(uint seed, double range)
    {
        uint state = CounterHash.Mix(seed ^ 0xBAC46u);
        int term = 0;
        for (int i = Degree; i >= 0; i--)
            for (int j = Degree - i; j >= 0; j--)
                for (int k = Degree - i - j; k >= 0; k--)
                {
                    (_exponents[0, term], _exponents[1, term], _exponents[2, term]) = (i, j, k);
                    _coefficients[term++] = CounterHash.NextBetween(ref state, -1, 1);
                }

        (double low, double high) = Extremes();
        for (int t = 0; t < TermCount; t++)
            _coefficients[t] = (float)(_coefficients[t] * range / (high - low));

        // A model fitted to real sections has the mean brightness here.
        _coefficients[TermCount - 1] = 28000;
        Mean = MeanOverVolume();
    }

    /// <summary>Exponents, shape (3, terms): row 0 belongs to z, row 1 to y, row 2 to x.</summary>
    public int[,] Exponents => (int[,])_exponents.Clone();

    /// <summary>One coefficient a term, in grey levels; the last term is the constant one.</summary>
    public double[] Coefficients => (double[])_coefficients.Clone();

    /// <summary>Mean over the volume without the constant term.</summary>
    public double Mean { get; }

    /// <summary>Adds the background to row (z, y); the coordinates are scaled to [0, 1].</summary>
    public void Add(Span<float> row, double z, double y)
    {
        // For one row the polynomial is one in x alone.
        Span<double> c = stackalloc double[Degree + 1];
        c.Clear();
        for (int t = 0; t < TermCount - 1; t++)
            c[_exponents[2, t]] += _coefficients[t] * Power(z, _exponents[0, t]) * Power(y, _exponents[1, t]);
        double scale = row.Length > 1 ? 1.0 / (row.Length - 1) : 0;
        for (int x = 0; x < row.Length; x++)
        {
            double u = x * scale;
            row[x] += (float)(((c[3] * u + c[2]) * u + c[1]) * u + c[0]);
        }
    }

    private (double Low, double High) Extremes()
    {
        double low = double.MaxValue, high = double.MinValue;
        ForSamples(v => (low, high) = (Math.Min(low, v), Math.Max(high, v)));
        return (low, high);
    }

    private double MeanOverVolume()
    {
        double sum = 0;
        for (int t = 0; t < TermCount - 1; t++)
            sum += _coefficients[t] / ((double)(_exponents[0, t] + 1) * (_exponents[1, t] + 1) * (_exponents[2, t] + 1));
        return sum;
    }

    private void ForSamples(Action<double> take)
    {
        for (int i = 0; i < Samples; i++)
            for (int j = 0; j < Samples; j++)
                for (int k = 0; k < Samples; k++)
                {
                    double sum = 0;
                    for (int t = 0; t < TermCount - 1; t++)
                        sum += _coefficients[t] * Power((double)i / (Samples - 1), _exponents[0, t]) * Power((double)j / (Samples - 1), _exponents[1, t]) * Power((double)k / (Samples - 1), _exponents[2, t]);
                    take(sum);
                }
    }

    private static double Power(double v, int exponent)
    {
        double p = 1;
        for (int i = 0; i < exponent; i++)
            p *= v;
        return p;
    }
}
