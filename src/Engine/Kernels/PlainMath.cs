namespace EmTools.Engine.Kernels;

/// <summary>
/// Elementary functions of additions, multiplications and divisions alone, so that they are the same to the last bit on every
/// processor and system. Those of <see cref="Math"/> are the C library's, which has other code for other processors; their
/// last bit decides whether two nodes give the same pixels.
/// </summary>
/// <remarks>For tables and parameters, a few thousand values a section; errors of a few units in the last place.</remarks>
internal static class PlainMath
{
    private const double Log2E = 1.4426950408889634;
    private const double Ln2High = 6.93147180369123816490e-01; // ln 2, so that a small whole multiple of it is exact
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Sqrt2 = 1.4142135623730951;

    /// <summary>e^x.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (x > 710)
            return double.PositiveInfinity;
        if (x < -746)
            return 0;
        double n = Math.Floor(x * Log2E + 0.5);
        double rest = x - n * Ln2High - n * Ln2Low; // |rest| <= ln 2 / 2

        // The Taylor series; its 18th term is below 1e-22.
        double sum = 1;
        for (int k = 18; k > 0; k--)
            sum = 1 + rest / k * sum;
        return Math.ScaleB(sum, (int)n);
    }

    /// <summary>ln x; negative infinity for 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (!(x > 0) || double.IsInfinity(x))
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        int n = Math.ILogB(x);
        double m = Math.ScaleB(x, -n);
        if (m > Sqrt2)
            (m, n) = (m / 2, n + 1);

        // ln m = 2 atanh t with |t| <= 0.172: the series of odd powers.
        double t = (m - 1) / (m + 1), square = t * t, sum = 0;
        for (int k = 25; k > 0; k -= 2)
            sum = sum * square + 1.0 / k;
        return n * Ln2High + (2 * t * sum + n * Ln2Low);
    }

    /// <summary>The logarithm to base 10.</summary>
    public static double Log10(double x) => Log(x) * 0.43429448190325182765;

    /// <summary>The sine and cosine of <paramref name="turns"/> whole turns.</summary>
    public static (double Sine, double Cosine) OfTurns(double turns)
    {
        double eighths = Math.Round(turns * 8); // to the nearest eighth of a turn, exactly
        double rest = (turns - eighths / 8) * (2 * Math.PI); // |rest| <= pi / 8
        double square = rest * rest, sine = 1, cosine = 1;
        for (int k = 18; k > 0; k -= 2)
        {
            sine = 1 - square / (k * (k + 1)) * sine;
            cosine = 1 - square / (k * (k - 1)) * cosine;
        }

        sine *= rest;
        const double R = Sqrt2 / 2;
        return ((long)eighths & 7) switch
        {
            0 => (sine, cosine),
            1 => (R * (cosine + sine), R * (cosine - sine)),
            2 => (cosine, -sine),
            3 => (R * (cosine - sine), -R * (cosine + sine)),
            4 => (-sine, -cosine),
            5 => (-R * (cosine + sine), -R * (cosine - sine)),
            6 => (-cosine, sine),
            _ => (-R * (cosine - sine), R * (cosine + sine)),
        };
    }

    /// <summary>x to a whole power, 0 or above; 1 for the power 0.</summary>
    public static double Power(double x, int power)
    {
        double result = 1;
        for (; power > 0; power >>= 1, x *= x)
        {
            if ((power & 1) != 0)
                result *= x;
        }

        return result;
    }
}
