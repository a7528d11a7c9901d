using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Enhancing;
using EmTools.Engine.Filters.ExponentialDenoising;
using EmTools.Engine.Filters.SameSignDenoising;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Tests.Filters;

/// <summary>What must hold of the filters beside the main pipeline whatever the numbers are.</summary>
public sealed class EarlierFilterTests
{
    public static TheoryData<string, IFilterOptions> Filters { get; } = new()
    {
        { "DenoiseExponential", new DenoiseExponentialOptions() },
        { "DenoiseExponential", new DenoiseExponentialOptions { NoSplit = true, NoCrop = true, LocalSize = 21 } },
        { "DenoiseSameSign", new DenoiseSameSignOptions() },
        { "DenoiseSameSign", new DenoiseSameSignOptions { Element = StructuringElement.Full, NoSplit = true, ExpandWindow = true } },
        { "Enhance", new EnhanceOptions() },
        { "Enhance", new EnhanceOptions { Sigma = [300], MeanSize = [31], Distance = EnhanceDistance.Distance } },
        { "Enhance", new EnhanceOptions { Sigma = [-300], RangeRule = [EnhanceRangeRule.Centre], Range = [20000], Distance = EnhanceDistance.Edge } },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public void The_number_of_threads_changes_no_bit(string filter, IFilterOptions options)
    {
        using Plane one = FilterCatalog.Get(filter).Compute(Noisy(301, 217), options, null, new EvaluationContext { Threads = 1 });
        using Plane five = FilterCatalog.Get(filter).Compute(Noisy(301, 217), options, null, new EvaluationContext { Threads = 5 });
        Assert.Equal(0, Difference.Between(five, ((Plane<float>)one).ToArray()).Largest);
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void NaN_stays_and_does_not_spread(string filter, IFilterOptions options)
    {
        Plane<float> image = Noisy(90, 70);
        image.Row(40)[30] = float.NaN;
        using var result = (Plane<float>)FilterCatalog.Get(filter).Compute(image, options, null, EvaluationContext.Default);
        for (int y = 0; y < 90; y++)
        {
            for (int x = 0; x < 70; x++)
                Assert.Equal((y, x) == (40, 30), float.IsNaN(result.Row(y)[x]));
        }
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_flat_section_stays_as_it_is(string filter, IFilterOptions options)
    {
        Plane<float> flat = Plane.Rent<float>(33, 1);
        for (int y = 0; y < 33; y++)
            flat.Row(y)[0] = 12345;
        using var result = (Plane<float>)FilterCatalog.Get(filter).Compute(flat, options, null, EvaluationContext.Default);
        Assert.Equal(33, result.Height);
        for (int y = 0; y < 33; y++)
            Assert.Equal(12345, result.Row(y)[0], 0.01f);
    }

    [Theory]
    [InlineData("DenoiseExponential")]
    [InlineData("DenoiseSameSign")]
    public void Denoising_brings_a_noisy_section_nearer_to_the_clean_one(string filter)
    {
        using Plane<float> clean = Clean(300, 280);
        double before = Difference.Between(Noisy(300, 280), clean.ToArray()).Mean;
        using Plane result = FilterCatalog.Get(filter).Compute(Noisy(300, 280), FilterCatalog.Get(filter).CreateOptions(new Dictionary<string, object?>()), null, EvaluationContext.Default);
        double after = Difference.Between(result, clean.ToArray()).Mean;
        Assert.True(after < 0.6 * before, $"{after} of {before}");
    }

    [Fact]
    public void Same_sign_averages_in_three_dimensions_are_those_in_two_where_all_sections_are_alike()
    {
        Plane<float>[] volume = [.. Enumerable.Range(0, 6).Select(_ => Noisy(60, 50))];
        var options = new DenoiseSameSignOptions { NoSplit = true, ScaleCount = 2 };
        DenoiseSameSign.ComputeVolume(volume, options, EvaluationContext.Default);
        using Plane single = FilterCatalog.Get("DenoiseSameSign").Compute(Noisy(60, 50), options, null, EvaluationContext.Default);
        Difference difference = Difference.Between(volume[3], ((Plane<float>)single).ToArray());
        Assert.True(difference.Largest < 0.05, $"{difference}");
    }

    [Fact]
    public void Enhance_without_weights_doubles_the_bands()
    {
        using Plane<float> image = Noisy(64, 64);
        using Plane<float> low = image.Clone();
        PlaneFilters.LowPass([low], 0, EvaluationContext.Default);
        using var result = (Plane<float>)FilterCatalog.Get("Enhance").Compute(image.Clone(), new EnhanceOptions { ScaleCount = 1, Method = EnhanceMethod.Simple }, null, EvaluationContext.Default);
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x < 64; x++)
                Assert.Equal(2 * image.Row(y)[x] - low.Row(y)[x], result.Row(y)[x], 0.02f);
        }
    }

    [Theory]
    [InlineData(EnhanceRangeRule.Interval, new double[] { 1, 2, 3 }, 5.0, "two levels a scale")]
    [InlineData(EnhanceRangeRule.Interval, new double[] { 2, 1 }, 5.0, "above the upper level")]
    [InlineData(EnhanceRangeRule.Centre, null, 5.0, "one level a scale")]
    [InlineData(EnhanceRangeRule.Auto, new double[] { 1 }, 5.0, "uses none")]
    [InlineData(EnhanceRangeRule.Left, null, null, "no effect without it")]
    public void Levels_and_rules_of_Enhance_must_fit(EnhanceRangeRule rule, double[]? range, double? sigma, string message)
    {
        var options = new EnhanceOptions { RangeRule = [rule], Range = range, Sigma = sigma is { } s ? [s] : null };
        EmException error = Assert.Throws<EmException>(() => FilterCatalog.Get("Enhance").Check(options));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Distances_to_edges_are_exact()
    {
        using Plane<float> marks = Plane.Rent<float>(23, 31);
        (int Y, int X)[] edges = [(2, 3), (2, 4), (20, 30), (11, 15)];
        for (int y = 0; y < 23; y++)
            marks.Row(y).Clear();
        foreach ((int y, int x) in edges)
            marks.Row(y)[x] = 1;
        EdgeDistance.Transform(marks, EvaluationContext.Default);
        for (int y = 0; y < 23; y++)
        {
            for (int x = 0; x < 31; x++)
                Assert.Equal(edges.Min(e => MathF.Sqrt((e.Y - y) * (e.Y - y) + (e.X - x) * (e.X - x))), marks.Row(y)[x], 1e-5f);
        }
    }

    private static Plane<float> Clean(int height, int width)
    {
        Plane<float> image = Plane.Rent<float>(height, width);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                image.Row(y)[x] = 20000 + (Math.Sin(x / 17.0) * Math.Cos(y / 23.0) > 0 ? 1000 : -1000);
        }

        return image;
    }

    private static Plane<float> Noisy(int height, int width)
    {
        Plane<float> image = Clean(height, width);
        var random = new Random(5);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                image.Row(y)[x] += (float)(600 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5));
        }

        return image;
    }
}
