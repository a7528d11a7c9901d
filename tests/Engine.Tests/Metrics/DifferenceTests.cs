using EmTools.Engine.Imaging;
using EmTools.Engine.Metrics;

namespace EmTools.Engine.Tests.Metrics;

/// <summary>Absolute differences, regions and masks, against sorting and plain loops.</summary>
public sealed class DifferenceTests
{
    private static readonly double[] Percents = [0, 0.1, 10, 50, 66.6, 95, 99.9, 100];

    public enum Pixels
    {
        Bytes,
        Words,
        Floats,
    }

    [Theory]
    [InlineData(Pixels.Bytes)]
    [InlineData(Pixels.Words)]
    [InlineData(Pixels.Floats)]
    public void Percentiles_are_the_sorted_differences_themselves(Pixels type)
    {
        using Plane a = Image(type, 61, 83, 1), b = Image(type, 61, 83, 2);

        AbsoluteDifference told = ImageQuality.Compare(a, b, new ComparisonOptions { Percentiles = Percents }).Difference;

        float[] sorted = [.. Differences(a, b, (_, _) => true).Select(d => d.Value).Order()];
        Assert.Equal(61 * 83, told.Count);
        Assert.Equal(sorted.Average(d => (double)d), told.Mean, 1e-9 * sorted[^1]);
        foreach (Percentile percentile in told.Percentiles)
        {
            int rank = Math.Max(1, (int)Math.Ceiling(sorted.Length * (decimal)percentile.Percent / 100));
            Assert.Equal(sorted[rank - 1], percentile.Value);
        }

        Assert.Equal(Percents, told.Percentiles.Select(p => p.Percent));
    }

    [Fact]
    public void The_largest_difference_is_found_where_it_lies()
    {
        using Plane<byte> a = Filled<byte>(40, 50, 100), b = Filled<byte>(40, 50, 103);
        a.Row(31)[7] = 10;
        a.Row(31)[9] = 10;

        AbsoluteDifference whole = ImageQuality.Compare(a, b, new ComparisonOptions { Range = 255 }).Difference;
        Assert.Equal((93.0, 31, 7), (whole.Maximum, whole.MaximumY, whole.MaximumX));

        AbsoluteDifference part = ImageQuality.Compare(a, b, new ComparisonOptions { Range = 255, Region = new Region(20, 8, 15, 30) }).Difference;
        Assert.Equal((93.0, 31, 9), (part.Maximum, part.MaximumY, part.MaximumX));
        Assert.Equal(15 * 30, part.Count);
        Assert.Equal((3.0 * 449 + 93) / 450, part.Mean, 1e-12);
    }

    [Fact]
    public void A_region_is_as_if_it_had_been_cut_out()
    {
        using Plane a = Image(Pixels.Words, 61, 83, 1), b = Image(Pixels.Words, 70, 90, 2);
        var region = new Region(9, 17, 33, 41);
        using Plane smallA = region.CutFrom(Image(Pixels.Words, 61, 83, 1)), smallB = region.CutFrom(Image(Pixels.Words, 70, 90, 2));

        ImageComparison part = ImageQuality.Compare(a, b, new ComparisonOptions { Region = region, MatchIntensities = true });
        ImageComparison cut = ImageQuality.Compare(smallA, smallB, new ComparisonOptions { MatchIntensities = true });

        Assert.Equal((cut.Psnr, cut.Ssim, cut.Range, cut.Match), (part.Psnr, part.Ssim, part.Range, part.Match));
        Assert.Equal(cut.Difference.Percentiles, part.Difference.Percentiles);
        Assert.Equal((cut.Difference.MaximumY + 9, cut.Difference.MaximumX + 17), (part.Difference.MaximumY, part.Difference.MaximumX));
    }

    [Fact]
    public void Pixels_outside_the_mask_are_as_those_without_data()
    {
        using Plane<float> a = (Plane<float>)Image(Pixels.Floats, 61, 83, 1), b = (Plane<float>)Image(Pixels.Floats, 61, 83, 2), holed = a.Clone();
        using Plane<byte> mask = Filled<byte>(61, 83, 1);
        for (int y = 20; y < 30; y++)
            mask.Row(y)[40..60].Clear();
        for (int y = 20; y < 30; y++)
            holed.Row(y)[40..60].Fill(float.NaN);
        float[,] untouched = a.ToArray();

        ImageComparison masked = ImageQuality.Compare(a, b, new ComparisonOptions { Mask = mask, Range = 1000 });
        ImageComparison missing = ImageQuality.Compare(holed, b, new ComparisonOptions { Range = 1000 });

        Assert.Equal(61 * 83 - 200, masked.Difference.Count);
        Assert.Equal((missing.Psnr, missing.Ssim, missing.Difference.Mean), (masked.Psnr, masked.Ssim, masked.Difference.Mean));
        Assert.Equal(untouched, a.ToArray());
    }

    [Fact]
    public void The_range_is_that_of_the_reference_where_it_is_compared()
    {
        using Plane<byte> a = Filled<byte>(30, 30, 100), b = Filled<byte>(30, 30, 100), mask = Filled<byte>(30, 30, 1);
        (b.Row(3)[3], b.Row(4)[4], b.Row(20)[20]) = (90, 120, 255);
        mask.Row(20)[20] = 0;

        Assert.Equal(165, ImageQuality.Compare(a, b).Range);
        Assert.Equal(30, ImageQuality.Compare(a, b, new ComparisonOptions { Mask = mask }).Range);
        Assert.Equal(30, ImageQuality.Compare(a, b, new ComparisonOptions { Region = new Region(0, 0, 15, 15) }).Range);
    }

    [Fact]
    public void Structural_similarity_is_NaN_where_no_window_is_left()
    {
        using Plane<byte> a = (Plane<byte>)Image(Pixels.Bytes, 30, 30, 1), b = (Plane<byte>)Image(Pixels.Bytes, 30, 30, 2), mask = Filled<byte>(30, 30, 0);
        mask.Row(12)[5..20].Fill(1);

        ImageComparison line = ImageQuality.Compare(a, b, new ComparisonOptions { Mask = mask });
        ImageComparison small = ImageQuality.Compare(a, b, new ComparisonOptions { Region = new Region(2, 2, 10, 20) });

        Assert.Equal((double.NaN, 15L), (line.Ssim, line.Difference.Count));
        Assert.Equal((double.NaN, 200L), (small.Ssim, small.Difference.Count));
        Assert.True(double.IsFinite(small.Psnr));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using Plane<byte> a = Filled<byte>(30, 30, 100), b = Filled<byte>(20, 30, 100), mask = Filled<byte>(30, 29, 1), none = Filled<byte>(30, 30, 0);
        Assert.Equal("RegionOutside", Assert.Throws<EmException>(() => ImageQuality.Compare(a, b, new ComparisonOptions { Region = new Region(15, 0, 10, 10) })).Id);
        Assert.Equal("MaskSize", Assert.Throws<EmException>(() => ImageQuality.Compare(a, a, new ComparisonOptions { Mask = mask })).Id);
        Assert.Equal("CompareNothing", Assert.Throws<EmException>(() => ImageQuality.Compare(a, a, new ComparisonOptions { Mask = none })).Id);
    }

    private static IEnumerable<(float Value, int Y, int X)> Differences(Plane a, Plane b, Func<int, int, bool> counts)
    {
        for (int y = 0; y < a.Height; y++)
            for (int x = 0; x < a.Width; x++)
                if (counts(y, x))
                    yield return (MathF.Abs(At(b, y, x) - At(a, y, x)), y, x);
    }

    private static float At(Plane plane, int y, int x) => plane switch
    {
        Plane<byte> bytes => bytes.Row(y)[x],
        Plane<ushort> words => words.Row(y)[x],
        _ => ((Plane<float>)plane).Row(y)[x],
    };

    private static Plane Image(Pixels type, int height, int width, int seed)
    {
        var random = new Random(seed);
        return type switch
        {
            Pixels.Bytes => Made(height, width, () => (byte)random.Next(256)),
            Pixels.Words => Made(height, width, () => (ushort)random.Next(65536)),
            _ => Made(height, width, () => (float)(random.NextDouble() * 700 - 100)),
        };
    }

    private static Plane<T> Filled<T>(int height, int width, T value)
        where T : unmanaged
        => Made(height, width, () => value);

    private static Plane<T> Made<T>(int height, int width, Func<T> value)
        where T : unmanaged
    {
        Plane<T> plane = Plane.Rent<T>(height, width);
        for (int y = 0; y < height; y++)
            foreach (ref T pixel in plane.Row(y))
                pixel = value();
        return plane;
    }
}
