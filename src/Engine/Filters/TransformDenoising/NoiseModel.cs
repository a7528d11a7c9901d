namespace EmTools.Engine.Filters.TransformDenoising;

/// <summary>
/// What noise can look like: white, or white noise that an instrument or an interpolation has smoothed, above some white noise that came
/// after (<see cref="NoiseSpectrum"/>).
/// </summary>
/// <remarks>
/// Tissue only ever adds to what is measured, most at low frequencies, so the model lies below most of the measured powers: it is fitted
/// by a low quantile (Koenker and Bassett 1978, doi:10.2307/1913643). Noise counts as white where high frequencies alone, which
/// tissue reaches least, know no better.
/// </remarks>
internal static class NoiseModel
{
    /// <summary>The quantile of the measured powers that the model goes through.</summary>
    private const double Quantile = 0.2;

    /// <summary>Frequencies u + v from which white noise is told, and from which smoothed noise is, in blocks of 8.</summary>
    private const int High = 5;

    private const int Middle = 3;

    /// <summary>Each smoothing is this many times the one before; then steps of a fourth of that are tried.</summary>
    private const double Ratio = 1.11;

    private const int FinerSteps = 4;

    /// <summary>Noise is not white where smoothed noise fits better than white noise by this factor.</summary>
    private const double MuchBetter = 0.7;

    /// <summary>Largest share of white noise that came after smoothing.</summary>
    private static readonly double[] s_floors = [0, 3e-4, 1e-3, 2e-3, 5e-3];

    /// <summary>Smoothings that are tried: sigmas in pixels.</summary>
    private static readonly double[] s_sigmas = [0, .. Enumerable.Range(0, 21).Select(i => 0.25 * Math.Pow(Ratio, i))];

    /// <summary>The model of measured standard deviations.</summary>
    public static NoiseTable Fit(int block, float[] measured)
    {
        var high = ModelFit.From(High, block, measured);
        (double whiteLoss, NoiseSpectrum white) = high.Best([0], [0], [0]);
        (double loss, NoiseSpectrum spectrum) = high.Best(s_sigmas, s_sigmas, [0]);
        if (!(loss < MuchBetter * whiteLoss))
            return NoiseTable.White(block, Math.Sqrt(white.Variance));
        (_, spectrum) = ModelFit.From(Middle, block, measured).Best(Around(spectrum.SmoothingY), Around(spectrum.SmoothingX), s_floors);
        double[] alongY = Powers(block, spectrum.SmoothingY), alongX = Powers(block, spectrum.SmoothingX);
        var table = new float[measured.Length];
        for (int i = 0; i < table.Length; i++)
            table[i] = (float)Math.Sqrt(spectrum.Variance * (alongY[i / block] * alongX[i % block] + spectrum.Floor));
        return new NoiseTable(block, table, spectrum);
    }

    /// <summary>Sigmas as far to either side as the next ones that were tried.</summary>
    private static double[] Around(double sigma)
        => sigma == 0 ? [0] : [.. Enumerable.Range(-FinerSteps, 2 * FinerSteps + 1).Select(i => sigma * Math.Pow(Ratio, (double)i / FinerSteps))];

    /// <summary>
    /// The power of each coefficient of a line of white noise of variance 1 after a Gaussian smoothing: sum over x, y of c_u(x) c_u(y) r(x - y),
    /// with the cosines c_u and the autocorrelation r of the smoothing's kernel.
    /// </summary>
    private static double[] Powers(int block, double sigma)
    {
        double[] kernel = NoiseSpectrum.Kernel(sigma);
        double[] correlation = [.. Enumerable.Range(0, block).Select(d => Enumerable.Range(0, Math.Max(0, kernel.Length - d)).Sum(i => kernel[i] * kernel[i + d]))];
        var powers = new double[block];
        for (int u = 0; u < block; u++)
        {
            for (int x = 0; x < block; x++)
            {
                for (int y = 0; y < block; y++)
                    powers[u] += CosineTransform.Cosine(block, u, x) * CosineTransform.Cosine(block, u, y) * correlation[Math.Abs(x - y)];
            }
        }

        return powers;
    }

    /// <summary>Fits models to the logarithms of powers of some coefficients.</summary>
    private sealed class ModelFit(int block, int[] used, double[] powers)
    {
        /// <summary>Takes the coefficients from a frequency u + v on, in blocks of 8.</summary>
        public static ModelFit From(int lowest, int block, float[] measured)
        {
            int[] used = [.. Enumerable.Range(0, measured.Length).Where(i => 8 * (i / block + i % block) >= lowest * block && measured[i] > 0)];
            return new ModelFit(block, used, [.. used.Select(i => 2 * Math.Log(measured[i]))]);
        }

        private readonly double[] _rest = new double[used.Length];
        private readonly double[] _sorted = new double[used.Length];

        public (double Loss, NoiseSpectrum Spectrum) Best(double[] sigmasY, double[] sigmasX, double[] floors)
        {
            if (used.Length == 0)
                return (0, default);
            double[][] alongY = [.. sigmasY.Select(sigma => Powers(block, sigma))], alongX = [.. sigmasX.Select(sigma => Powers(block, sigma))];
            (double Loss, NoiseSpectrum Spectrum) best = (double.PositiveInfinity, default);
            for (int i = 0; i < sigmasY.Length; i++)
            {
                for (int j = 0; j < sigmasX.Length; j++)
                {
                    foreach (double floor in sigmasY[i] + sigmasX[j] > 0 ? floors : [0])
                    {
                        (double power, double loss) = Fit(alongY[i], alongX[j], floor);
                        if (loss < best.Loss - 1e-9)
                            best = (loss, new NoiseSpectrum(Math.Exp(power), sigmasY[i], sigmasX[j], floor));
                    }
                }
            }

            return best;
        }

        /// <summary>The logarithm of the variance with which a shape fits best, and how badly it fits.</summary>
        private (double Power, double Loss) Fit(double[] alongY, double[] alongX, double floor)
        {
            for (int i = 0; i < used.Length; i++)
                _rest[i] = powers[i] - Math.Log(Math.Max(alongY[used[i] / block] * alongX[used[i] % block], 0) + floor + 1e-12);
            _rest.CopyTo(_sorted, 0);
            Array.Sort(_sorted);
            double power = _sorted[(int)(Quantile * (_sorted.Length - 1))], loss = 0;
            foreach (double rest in _rest)
                loss += rest > power ? Quantile * (rest - power) : (1 - Quantile) * (power - rest);
            return (power, loss);
        }
    }
}
