using EmTools.Engine.Filters;
using EmTools.Engine.Filters.FlatBackground;
using EmTools.Engine.Filters.Ranges;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Tests.Filters;

/// <summary>Flat background, rescaling, and compressing outliers.</summary>
public sealed class RangeAndMaskTests
{
    [Fact]
    public void Flat_background_matches()
    {
        GoldenCase golden = GoldenCase.Load("flat-background");
        int[] values = golden.Values<int>("in/image");
        byte[,] expected = golden.Image<byte>("out/mask");
        using Plane<float> image = Plane.Rent<float>(expected.GetLength(0), expected.GetLength(1));
        for (int i = 0; i < values.Length; i++)
            image.Row(i / image.Width)[i % image.Width] = values[i];
        using Plane<byte> mask = FlatRegions.TissueMask(image, (double)golden.Parameters["threshold"]!, 0, EvaluationContext.Default);
        for (int y = 0; y < mask.Height; y++)
        {
            for (int x = 0; x < mask.Width; x++)
                Assert.Equal(expected[y, x] == 0 ? 255 : 0, mask.Row(y)[x]);
        }
    }

    [Fact]
    public void Missing_pixels_are_background_and_their_neighbours_are_not()
    {
        using Plane<float> image = Ramp(40, 50);
        for (int y = 0; y < 40; y++)
            image.Row(y)[..9].Fill(float.NaN);
        using Plane<byte> mask = FlatRegions.TissueMask(image, 0, 0, EvaluationContext.Default);
        for (int y = 0; y < 40; y++)
        {
            for (int x = 0; x < 50; x++)
                Assert.Equal(x < 9 ? 0 : 255, mask.Row(y)[x]);
        }

        Assert.True(float.IsNaN(image.Row(3)[3]));
    }

    [Theory]
    [InlineData(15, 0)]
    [InlineData(16, 255)]
    public void Small_areas_are_tissue(long minimumArea, byte expected)
    {
        using Plane<float> image = Ramp(40, 50);
        for (int y = 20; y < 24; y++)
            image.Row(y).Slice(30, 4).Fill(-7);
        using Plane<byte> mask = FlatRegions.TissueMask(image, 0, minimumArea, EvaluationContext.Default);
        Assert.Equal(expected, mask.Row(21)[31]);
        Assert.Equal(255, mask.Row(10)[10]);
    }

    [Theory]
    [InlineData(PixelType.UInt8, 0.0, 255.0)]
    [InlineData(PixelType.UInt16, 1000.0, 5000.0)]
    [InlineData(PixelType.Single, -1.0, 1.0)]
    public void Rescaling_is_linear_between_the_extremes(PixelType type, double low, double high)
    {
        using Plane<float> image = Ramp(30, 40);
        float maximum = image.Row(29)[39];
        using Plane result = Run("Rescale", image, new RescaleOptions { Range = [low, high], PixelType = type });
        Assert.Equal(type, result.PixelType);
        for (int y = 0; y < 30; y++)
        {
            for (int x = 0; x < 40; x++)
                Assert.Equal(low + (high - low) * (image.Row(y)[x] - 100) / (maximum - 100), Difference.Value(result, y, x), type == PixelType.Single ? 1e-5 : 0.501);
        }
    }

    [Fact]
    public void Given_limits_clip_and_NaN_becomes_the_lower_end_of_integers()
    {
        using Plane<float> image = Ramp(3, 5);
        image.Row(0)[2] = float.NaN;
        using var result = (Plane<byte>)Run("Rescale", image, new RescaleOptions { Minimum = 101, Maximum = 103 });
        Assert.Equal([0, 0, 0, 255, 255], result.Row(0).ToArray());
    }

    [Fact]
    public void Outliers_are_compressed_in_order_and_nothing_is_clipped()
    {
        using Plane<float> image = Ramp(100, 100);
        image.Row(50)[50] = 60000;
        image.Row(50)[51] = 61000;
        image.Row(60)[60] = -9000;
        using var result = (Plane<float>)Run("CompressOutliers", image, new CompressOutliersOptions { PixelType = PixelType.Single, Limit = [100, 10098], Range = [0, 1000], Margin = 0.1 });
        Assert.Equal(100, result.Row(0)[0], 0.01f);
        Assert.Equal(900, result.Row(99)[98], 0.01f);
        Assert.Equal(100 + 800 * 5000 / 9998f, result.Row(50)[0], 0.1f);
        Assert.Equal(900 + 100 * 3993 / 4093f, result.Row(50)[50], 0.1f);
        Assert.InRange(result.Row(50)[51], result.Row(50)[50] + 0.001f, 1000);
        Assert.Equal(100 - 100 * 728 / 828f, result.Row(60)[60], 0.1f);
    }

    [Fact]
    public void One_bright_spot_does_not_take_the_contrast_of_the_rest()
    {
        using Plane<float> image = Ramp(100, 100);
        image.Row(0)[0] = 1e6f;
        using var rescaled = (Plane<byte>)Run("Rescale", image, new RescaleOptions());
        using var compressed = (Plane<byte>)Run("CompressOutliers", image, new CompressOutliersOptions());
        Assert.True(rescaled.Row(99)[99] - rescaled.Row(0)[1] < 4);
        Assert.True(compressed.Row(99)[99] - compressed.Row(0)[1] > 225);
    }

    [Theory]
    [InlineData("Rescale")]
    [InlineData("CompressOutliers")]
    public void A_flat_section_stays_flat_and_threads_change_nothing(string filter)
    {
        using Plane<float> flat = Plane.Rent<float>(8, 9);
        for (int y = 0; y < 8; y++)
            flat.Row(y).Fill(77);
        IFilterOptions options = FilterCatalog.Get(filter).CreateOptions(new Dictionary<string, object?>());
        using var result = (Plane<byte>)Run(filter, flat, options);
        Assert.Equal(filter == "Rescale" ? 0 : 128, result.Row(5)[5]);

        using Plane<float> ramp = Ramp(77, 33);
        using var one = (Plane<byte>)FilterCatalog.Get(filter).Compute(ramp.Clone(), options, null, new EvaluationContext { Threads = 1 });
        using var six = (Plane<byte>)FilterCatalog.Get(filter).Compute(ramp.Clone(), options, null, new EvaluationContext { Threads = 6 });
        Assert.Equal(0, Difference.Between(six, one.ToArray()).Largest);
    }

    [Theory]
    [InlineData(new double[] { 0, 256 }, "does not fit UInt8")]
    [InlineData(new double[] { 9, 9 }, "is no range")]
    [InlineData(new double[] { -5 }, "is no range")]
    public void Ranges_must_fit_the_pixel_type(double[] range, string message)
    {
        EmException error = Assert.Throws<EmException>(() => FilterCatalog.Get("Rescale").Check(new RescaleOptions { Range = range }));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantiles_of_whole_numbers_are_exact()
    {
        using Plane<float> image = Ramp(100, 100);
        image.Row(1)[1] = float.NaN; // was 201
        Quantiles quantiles = Quantiles.Of(image, EvaluationContext.Default);
        Assert.Equal(9999, quantiles.Count);
        Assert.Equal(100, quantiles.At(0));
        Assert.Equal(100 + 5000, quantiles.At(50));
        Assert.Equal(100 + 9999, quantiles.At(100));
    }

    private static Plane Run(string filter, Plane<float> image, IFilterOptions options)
    {
        FilterCatalog.Get(filter).Check(options);
        return FilterCatalog.Get(filter).Compute(image.Clone(), options, null, EvaluationContext.Default);
    }

    /// <summary>100, 101, 102, ... row by row.</summary>
    private static Plane<float> Ramp(int height, int width)
    {
        Plane<float> image = Plane.Rent<float>(height, width);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                image.Row(y)[x] = 100 + y * width + x;
        }

        return image;
    }
}
