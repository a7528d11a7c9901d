using EmTools.Engine.Imaging;
using EmTools.Engine.Metrics;

namespace EmTools.Engine.Tests.Metrics;

/// <summary>
/// Reference values are of an independent computation in 64 bits with SciPy 1.10: for the two images below,
/// <c>correlate1d</c> along both axes with the normalised Gaussian weights exp(-(k/1.5)^2/2), k = -5..5, of a, b, a^2, b^2 and
/// ab, the formula of Wang et al. (2004), and the mean over [5:-5, 5:-5].
/// </summary>
public sealed class ImageQualityTests
{
    [Theory]
    [InlineData(40, 57, 3000, 26.951602313154034, 0.9883685411538401)]
    [InlineData(11, 11, 3000, 26.94605198933569, 0.9912930044275405)]
    public void Measures_agree_with_SciPy(int height, int width, double range, double psnr, double ssim)
    {
        (Plane<float> a, Plane<float> b) = Images(height, width);
        Assert.Equal(psnr, ImageQuality.Psnr(a, b, range), 1e-9);
        Assert.Equal(ssim, ImageQuality.Ssim(a, b, range), 2e-6);
    }

    [Fact]
    public void A_small_range_keeps_its_accuracy_on_large_grey_levels()
    {
        (Plane<float> a, Plane<float> b) = Images(40, 57);
        Assert.Equal(0.9883025629134783, ImageQuality.Ssim(a, b, 255), 2e-6);
    }

    [Fact]
    public void Psnr_of_a_constant_difference_is_that_of_the_definition()
    {
        // Mean square error 25, range 250: 10 log10(62500/25) = 20 log10(50).
        using Plane<byte> a = Filled<byte>(3, 4, 100), b = Filled<byte>(3, 4, 105);
        Assert.Equal(20 * Math.Log10(50), ImageQuality.Psnr(a, b, 250), 1e-12);
    }

    [Fact]
    public void Equal_images_are_perfect()
    {
        (Plane<float> a, _) = Images(20, 30);
        ImageComparison same = ImageQuality.Compare(a, a);
        Assert.Equal(double.PositiveInfinity, same.Psnr);
        Assert.Equal(1, same.Ssim, 1e-12);
        Assert.Equal(0, same.RootMeanSquareError);
        Assert.Equal(3000, same.Range);
    }

    [Fact]
    public void Matching_finds_the_least_squares_gain_and_offset()
    {
        // numpy.polyfit(floor(a/120), b, 1), then the measures of gain * image + offset.
        (Plane<float> a, Plane<float> b) = Images(40, 57);
        using Plane<byte> coarse = Plane.Rent<byte>(40, 57);
        for (int y = 0; y < 40; y++)
            for (int x = 0; x < 57; x++)
                coarse.Row(y)[x] = (byte)(a.Row(y)[x] / 120);
        ImageComparison matched = ImageQuality.Compare(coarse, b, new ComparisonOptions { Range = 3000, MatchIntensities = true });
        Assert.Equal(120.08396949480678, matched.Match.Gain, 1e-6);
        Assert.Equal(31.631429768922246, matched.Match.Offset, 1e-3);
        Assert.Equal(26.816780484827675, matched.Psnr, 1e-4);
        Assert.Equal(0.9877675981393861, matched.Ssim, 2e-5);
    }

    [Fact]
    public void Matching_leaves_the_callers_image_alone()
    {
        (Plane<float> a, Plane<float> b) = Images(20, 30);
        float[,] before = a.ToArray();
        ImageQuality.Compare(a, b, new ComparisonOptions { Range = 3000, MatchIntensities = true });
        Assert.Equal(before, a.ToArray());
    }

    [Fact]
    public void Pixels_without_data_do_not_count()
    {
        (Plane<float> a, Plane<float> b) = Images(40, 57);
        using Plane<float> spoiled = b.Clone();
        spoiled.Row(3)[4] = float.NaN;
        ImageComparison c = ImageQuality.Compare(a, spoiled);
        Assert.Equal(ImageQuality.Psnr(a, b, c.Range), c.Psnr, 0.01);
        Assert.InRange(c.Ssim, 0.98, 1);
    }

    [Fact]
    public void Threads_do_not_change_the_result()
    {
        (Plane<float> a, Plane<float> b) = Images(130, 57);
        ImageComparison one = ImageQuality.Compare(a, b, context: new EvaluationContext { Threads = 1 });
        ImageComparison four = ImageQuality.Compare(a, b, context: new EvaluationContext { Threads = 4 });
        Assert.Equal(one.Difference.Percentiles, four.Difference.Percentiles);
        Assert.Equal(one.Difference with { Percentiles = [] }, four.Difference with { Percentiles = [] });
        Assert.Equal(one with { Difference = four.Difference }, four);
    }

    [Fact]
    public void Misfits_are_refused_in_words()
    {
        (Plane<float> a, Plane<float> b) = Images(12, 14);
        (Plane<float> other, _) = Images(12, 15);
        Assert.Equal("The image is 12 x 14 pixels (y, x), but the reference is 12 x 15. Compare images of one size, or a region that lies in both.", Assert.Throws<EmException>(() => ImageQuality.Psnr(a, other, 1)).Message);
        Assert.Equal("The range of grey levels to compare over must be above 0, but is 0; where the reference is constant, give the range (-Range), such as 255 for 8-bit sections.", Assert.Throws<EmException>(() => ImageQuality.Psnr(a, b, 0)).Message);
        (Plane<float> small, Plane<float> same) = Images(10, 14);
        Assert.Equal("Structural similarity needs images of at least 11 x 11 pixels, but these are 10 x 14 (y, x).", Assert.Throws<EmException>(() => ImageQuality.Ssim(small, same, 1)).Message);
        using Plane<float> empty = Filled(12, 14, float.NaN);
        Assert.Equal("CompareNothing", Assert.Throws<EmException>(() => ImageQuality.Compare(a, empty)).Id);
    }

    private static (Plane<float> A, Plane<float> B) Images(int height, int width)
    {
        Plane<float> a = Plane.Rent<float>(height, width), b = Plane.Rent<float>(height, width);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                a.Row(y)[x] = (x * 37 + y * 91 + x * y * 13) % 101 * 30 + 20000;
                b.Row(y)[x] = a.Row(y)[x] + ((x * y * 7 + 3 * x) % 11 - 5) * 40;
            }

        return (a, b);
    }

    private static Plane<T> Filled<T>(int height, int width, T value)
        where T : unmanaged
    {
        Plane<T> plane = Plane.Rent<T>(height, width);
        for (int y = 0; y < height; y++)
            plane.Row(y).Fill(value);
        return plane;
    }
}
