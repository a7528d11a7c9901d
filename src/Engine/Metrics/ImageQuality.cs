using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Metrics;

/// <summary>Measures of agreement between an image and a reference of equal size.</summary>
/// <remarks>
/// <para>Which to take. Where both are in the same units (a destriped or denoised section against a phantom's truth),
/// compare them as they are. Where a section went through <c>Contrast</c>, its grey levels are neither those of the truth
/// nor a linear function of them: pass the truth through the same <c>Contrast</c> step and compare the two results over
/// the range 255. Where a linear change of grey levels is all that lies between the two (another instrument, a rescaled
/// copy), <see cref="Match"/> finds the gain and the offset that fit best, and <see cref="Compare"/> applies them first;
/// it can only better the figures, so do not mix matched and unmatched ones.</para>
/// <para>Pixels that are NaN or infinite in either image, or outside the mask, do not count, nor do windows that hold one. All sums are of 64 bits and are
/// taken row by row, so that the results do not depend on the number of threads.</para>
/// </remarks>
public static class ImageQuality
{
    /// <summary>All measures at once.</summary>
    /// <param name="image">The image to judge, 8-bit, 16-bit or float.</param>
    /// <param name="reference">What it should be; of the same size, unless a region is asked for.</param>
    /// <param name="options">What is compared, and how; null for all, as it is.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    /// <exception cref="EmException">Sizes differ, the region does not lie in both, the mask has another size, the range is not above 0, or no pixel counts.</exception>
    public static ImageComparison Compare(Plane image, Plane reference, ComparisonOptions? options = null, EvaluationContext? context = null)
    {
        context ??= EvaluationContext.Default;
        options ??= new ComparisonOptions();
        using var pair = new ImagePair(image, reference, context, options.Region, options.Mask);
        double scale = options.Range ?? pair.ReferenceRange();
        IntensityMatch match = IntensityMatch.None;
        if (options.MatchIntensities)
        {
            match = pair.Match();
            pair.Apply(match);
        }

        double error = pair.MeanSquareError();
        AbsoluteDifference difference = DifferenceMeter.Of(pair, options.Percentiles, options.Region?.Y ?? 0, options.Region?.X ?? 0);
        return new ImageComparison(Decibels(error, scale), StructuralSimilarity.Mean(pair, scale), Math.Sqrt(error), scale, match, difference);
    }

    /// <summary>Peak signal-to-noise ratio: 10 log10(range^2 / mean square error), in dB; positive infinity for equal images.</summary>
    /// <param name="image">The image to judge, 8-bit, 16-bit or float.</param>
    /// <param name="reference">What it should be, of the same size.</param>
    /// <param name="range">The range of grey levels that counts as full scale.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    /// <exception cref="EmException">Sizes differ, the range is not above 0, or no pixel counts.</exception>
    public static double Psnr(Plane image, Plane reference, double range, EvaluationContext? context = null)
    {
        using var pair = new ImagePair(image, reference, context ?? EvaluationContext.Default);
        return Decibels(pair.MeanSquareError(), range);
    }

    /// <summary>
    /// Mean structural similarity of Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image quality assessment: from
    /// error visibility to structural similarity", IEEE Trans. Image Processing 13 (2004) 600-612: Gaussian window of
    /// 11 x 11 pixels with sigma 1.5, K1 = 0.01, K2 = 0.03, averaged over the windows that lie wholly in the image.
    /// </summary>
    /// <inheritdoc cref="Psnr" path="/param"/>
    /// <exception cref="EmException">Sizes differ, an axis is shorter than 11 pixels, the range is not above 0, or no window counts.</exception>
    public static double Ssim(Plane image, Plane reference, double range, EvaluationContext? context = null)
    {
        using var pair = new ImagePair(image, reference, context ?? EvaluationContext.Default);
        if (image.Height < StructuralSimilarity.Window || image.Width < StructuralSimilarity.Window)
            throw new EmException(EmErrorKind.InvalidArgument, "CompareTooSmall", $"Structural similarity needs images of at least {StructuralSimilarity.Window} x {StructuralSimilarity.Window} pixels, but these are {image.Height} x {image.Width} (y, x).");
        double mean = StructuralSimilarity.Mean(pair, range);
        return double.IsNaN(mean) ? throw ImagePair.NothingCounts() : mean;
    }

    /// <summary>The gain and the offset that bring the image nearest to the reference in the least-squares sense. A constant image gets the gain 0.</summary>
    /// <inheritdoc cref="Psnr" path="/param"/>
    /// <exception cref="EmException">Sizes differ, or no pixel counts.</exception>
    public static IntensityMatch Match(Plane image, Plane reference, EvaluationContext? context = null)
    {
        using var pair = new ImagePair(image, reference, context ?? EvaluationContext.Default);
        return pair.Match();
    }

    /// <summary>Refuses a range that cannot be a full scale.</summary>
    internal static void RequireRange(double range)
    {
        if (!(range > 0 && double.IsFinite(range)))
            throw new EmException(EmErrorKind.InvalidArgument, "CompareRange", FormattableString.Invariant($"The range of grey levels to compare over must be above 0, but is {range}; where the reference is constant, give the range (-Range), such as 255 for 8-bit sections."), "Range");
    }

    private static double Decibels(double meanSquareError, double range)
    {
        RequireRange(range);
        return 10 * PlainMath.Log10(range * range / meanSquareError);
    }
}
