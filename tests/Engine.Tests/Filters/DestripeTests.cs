using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Tests.Filters;

/// <summary>What must hold of destriping whatever the numbers are.</summary>
public sealed class DestripeTests
{
    private static readonly EvaluationContext Context = new() { Threads = 2 };

    public static TheoryData<StripeMethod, int> Methods { get; } = new()
    {
        { StripeMethod.Predict, 9 }, { StripeMethod.Predict, 0 }, { StripeMethod.Limit, 5 }, { StripeMethod.Limit, 0 },
        { StripeMethod.Ratio, 5 }, { StripeMethod.Ratio, 0 }, { StripeMethod.Nearest, 5 }, { StripeMethod.Nearest, 0 },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void Horizontal_stripes_are_vertical_stripes_of_the_transposed_section(StripeMethod method, int window)
    {
        DestripeOptions options = Options(method, window);
        using Plane<float> image = Striped(70, 91);
        using Plane vertical = Destripe.Compute(image.Clone(), options, null, Context);
        using Plane horizontal = Destripe.Compute(Transpose.Of(image, Context), options with { Direction = StripeDirection.Horizontal }, null, Context);
        using Plane<float> back = Transpose.Of((Plane<float>)horizontal, Context);
        Assert.Equal(0, Difference.Between(back, ((Plane<float>)vertical).ToArray()).Largest);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_number_of_threads_changes_no_bit(StripeMethod method, int window)
    {
        DestripeOptions options = Options(method, window) with { ScaleCount = 5 };
        using Plane<float> image = Striped(611, 333);
        using Plane one = Destripe.Compute(image.Clone(), options, null, new EvaluationContext { Threads = 1 });
        using Plane seven = Destripe.Compute(image.Clone(), options, null, new EvaluationContext { Threads = 7 });
        Assert.Equal(0, Difference.Between(seven, ((Plane<float>)one).ToArray()).Largest);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Stripes_become_weaker(StripeMethod method, int window)
    {
        using Plane<float> clean = Smooth(400, 300);
        using Plane<float> striped = Striped(400, 300);
        double before = Distance(striped, clean);
        using var after = (Plane<float>)Destripe.Compute(striped.Clone(), Options(method, window), null, Context);
        Assert.True(Distance(after, clean) < 0.7 * before, $"{Distance(after, clean)} of {before}");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Pixels_outside_the_mask_and_NaN_stay_as_they_are(StripeMethod method, int window)
    {
        using Plane<float> image = Striped(120, 140);
        using Plane<byte> mask = Plane.Rent<byte>(120, 140);
        for (int y = 0; y < 120; y++)
        {
            for (int x = 0; x < 140; x++)
                mask.Row(y)[x] = (byte)(x + y > 60 ? 1 : 0);
        }

        image.Row(100)[100] = float.NaN;
        image.Row(3)[2] = float.NaN;
        float[,] before = image.ToArray();
        using var after = (Plane<float>)Destripe.Compute(image.Clone(), Options(method, window), mask, Context);
        int changed = 0;
        for (int y = 0; y < 120; y++)
        {
            for (int x = 0; x < 140; x++)
            {
                float found = after.Row(y)[x];
                if (mask.Row(y)[x] == 0 || float.IsNaN(before[y, x]))
                    Assert.Equal(before[y, x], found);
                else
                    Assert.True(float.IsFinite(found), $"({y}, {x}) is {found}");
                changed += found != before[y, x] ? 1 : 0;
            }
        }

        Assert.True(changed > 1000);
    }

    [Fact]
    public void A_mask_without_tissue_leaves_the_section_unchanged()
    {
        using Plane<float> image = Striped(40, 50);
        using Plane<byte> mask = Plane.FromArray(new byte[40, 50]);
        using Plane after = Destripe.Compute(image.Clone(), new DestripeOptions(), mask, Context);
        Assert.Equal(0, Difference.Between(after, image.ToArray()).Largest);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(40, 1)]
    [InlineData(2, 3)]
    [InlineData(33, 65)]
    public void Small_sections_are_filtered_with_windows_longer_than_they_are(int height, int width)
    {
        foreach (StripeMethod method in Enum.GetValues<StripeMethod>())
        {
            foreach (StripeDirection direction in Enum.GetValues<StripeDirection>())
            {
                using var after = (Plane<float>)Destripe.Compute(Striped(height, width), new DestripeOptions { Method = [method], Weight = [0.5], Direction = direction }, null, Context);
                for (int y = 0; y < height; y++)
                    Assert.True(after.Row(y).IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) < 0);
            }
        }
    }

    [Fact]
    public void A_section_of_one_value_stays_as_it_is()
    {
        using Plane<float> flat = Plane.Rent<float>(50, 60);
        for (int y = 0; y < 50; y++)
            flat.Row(y).Fill(51234);
        using var after = (Plane<float>)Destripe.Compute(flat, new DestripeOptions(), null, Context);
        Assert.Equal(0, Difference.Between(after, Filled(50, 60, 51234)).Largest, 0.01);
    }

    /// <summary>Nearest has no reference case; this is its definition, pixel by pixel.</summary>
    [Fact]
    public void Nearest_takes_the_value_of_the_nearest_pixel_in_range()
    {
        using Plane<float> band = Plane.Rent<float>(37, 29);
        var random = new Random(5);
        for (int y = 0; y < 37; y++)
        {
            for (int x = 0; x < 29; x++)
                band.Row(y)[x] = random.NextSingle() * 4 - 2 + (y is > 10 and < 20 ? 3 : 0);
        }

        float[] thresholds = [.. Enumerable.Range(0, 37).Select(y => 0.3f + 0.01f * y)];
        using Plane<float> filled = NearestInRange.Fill(band, thresholds, null, Context);
        for (int y = 0; y < 37; y++)
        {
            for (int x = 0; x < 29; x++)
            {
                double best = double.PositiveInfinity;
                var values = new HashSet<float>();
                for (int v = 0; v < 37; v++)
                {
                    for (int u = 0; u < 29; u++)
                    {
                        double distance = (v - y) * (v - y) + (u - x) * (u - x);
                        if (Math.Abs(band.Row(v)[u]) > thresholds[v] || distance > best)
                            continue;
                        if (distance < best)
                            values.Clear();
                        best = distance;
                        values.Add(band.Row(v)[u]);
                    }
                }

                Assert.Contains(filled.Row(y)[x], values); // several may be equally near
            }
        }
    }

    [Fact]
    public void Nearest_without_any_pixel_in_range_finds_no_stripes()
    {
        using Plane<float> band = Plane.FromArray(Filled(5, 6, 2));
        using Plane<float> filled = NearestInRange.Fill(band, new float[5], null, Context);
        Assert.Equal(0, Difference.Between(filled, Filled(5, 6, 0)).Largest);
    }

    [Theory]
    [InlineData("BandLength", new[] { 160 }, "Destripe -BandLength: expected an odd number, so that the window has a centre pixel (pixels), found 160, which is even.")]
    [InlineData("BandLength", new[] { -3 }, "Destripe -BandLength: expected odd, 1 to 1000001 (pixels), found -3.")]
    [InlineData("Window", new[] { 5, 4 }, "Destripe -Window: expected an odd number, so that the window has a centre pixel (pixels), found 4, which is even.")]
    [InlineData("BandLength", new int[0], "Destripe -BandLength: expected at least one value (pixels), found an empty list.")]
    [InlineData("ScaleCount", 0, "Destripe -ScaleCount: expected 1 to 16, found 0.")]
    [InlineData("MaxAngle", new[] { double.NaN }, "Destripe -MaxAngle: expected a finite number (degrees), found NaN.")]
    public void Wrong_parameters_are_named(string name, object value, string message)
    {
        EmException error = Assert.Throws<EmException>(() => FilterCatalog.Get("destripe").CreateOptions(new Dictionary<string, object?> { [name] = value }));
        Assert.Equal(message, error.Message);
        Assert.Equal(EmErrorKind.InvalidArgument, error.Kind);
    }

    [Fact]
    public void Ratio_asks_for_its_weight()
    {
        EmException error = Assert.Throws<EmException>(() => FilterCatalog.Get("Destripe").CreateOptions(new Dictionary<string, object?> { ["Method"] = new[] { StripeMethod.Ratio } }));
        Assert.Equal("RatioNeedsWeight", error.Id);
    }

    [Fact]
    public void Cancelling_ends_the_work()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Destripe.Compute(Striped(64, 64), new DestripeOptions(), null, new EvaluationContext { Threads = 2, Cancellation = source.Token }));
    }

    private static DestripeOptions Options(StripeMethod method, int window) => new()
    {
        Method = [method],
        Window = [window],
        Weight = [0.3],
        ScaleCount = 3,
        BandLength = [61, 81],
        ThresholdWindow = 31,
    };

    private static Plane<float> Smooth(int height, int width)
    {
        Plane<float> image = Plane.Rent<float>(height, width);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                image.Row(y)[x] = 50000 + 800 * MathF.Sin(y / 37f) * MathF.Cos(x / 53f);
        }

        return image;
    }

    private static Plane<float> Striped(int height, int width)
    {
        Plane<float> image = Smooth(height, width);
        var random = new Random(11);
        float[] stripes = [.. Enumerable.Range(0, width).Select(_ => (float)random.Next(-200, 200))];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                image.Row(y)[x] += stripes[x] + random.Next(-20, 20);
        }

        return image;
    }

    private static double Distance(Plane<float> a, Plane<float> b) => Difference.Between(a, b.ToArray()).Mean;

    private static float[,] Filled(int height, int width, float value)
    {
        var values = new float[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                values[y, x] = value;
        }

        return values;
    }
}
