namespace EmTools.Engine.Filters.TransformDenoising;

/// <summary>
/// The spectrum of noise: white noise that was smoothed by a Gaussian along each axis, above a little white noise that came after. Its
/// power at the frequencies (fy, fx), in cycles a pixel, is Variance (exp(-(2 pi)^2 (SmoothingY^2 fy^2 + SmoothingX^2 fx^2)) + Floor).
/// </summary>
/// <param name="Variance">The variance before smoothing, in squared grey levels.</param>
/// <param name="SmoothingY">Sigma of the smoothing along y, in pixels; 0 for none.</param>
/// <param name="SmoothingX">Sigma of the smoothing along x, in pixels; 0 for none.</param>
/// <param name="Floor">The variance of the white noise that came after, as a share of <paramref name="Variance"/>.</param>
internal readonly record struct NoiseSpectrum(double Variance, double SmoothingY, double SmoothingX, double Floor)
{
    /// <summary>True where the power is the same at all frequencies.</summary>
    public bool IsWhite => SmoothingY == 0 && SmoothingX == 0;

    /// <summary>The standard deviation of the noise, in grey levels: of its power the mean over all frequencies.</summary>
    public double Deviation => Math.Sqrt(Variance * (Share(SmoothingY) * Share(SmoothingX) + Floor));

    /// <summary>What a Gaussian smoothing leaves of white noise's variance along an axis: the sum of its kernel's squares.</summary>
    private static double Share(double sigma)
    {
        if (sigma == 0)
            return 1;
        double[] kernel = Kernel(sigma);
        return kernel.Sum(value => value * value);
    }

    /// <summary>The kernel of a Gaussian smoothing, from -5 to 5 sigma; its sum is 1.</summary>
    public static double[] Kernel(double sigma)
    {
        if (sigma == 0)
            return [1];
        int reach = (int)Math.Ceiling(5 * sigma);
        double[] kernel = [.. Enumerable.Range(-reach, 2 * reach + 1).Select(x => Math.Exp(-x * x / (2 * sigma * sigma)))];
        double sum = kernel.Sum();
        return [.. kernel.Select(value => value / sum)];
    }
}
