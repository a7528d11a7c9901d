using EmTools.Engine.Filters;
using EmTools.Engine.Filters.ExponentialDenoising;
using EmTools.Engine.Filters.SameSignDenoising;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Filters;

/// <summary>The filters beside the main pipeline against what the published package computes, at the agreed bounds.</summary>
public sealed class GoldenEarlierFilterTests
{
    public static TheoryData<string> ExponentialCases => GoldenCase.Names("denoise-exponential-2d");

    public static TheoryData<string> SameSignCases => GoldenCase.Names("denoise-samesign-");

    public static TheoryData<string> EnhanceCases => GoldenCase.Names("enhance-");

    [Theory]
    [MemberData(nameof(ExponentialCases))]
    public void DenoiseExponential_matches(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        using Plane result = Run("DenoiseExponential", golden, PublishedParameters.DenoiseExponential(golden.Parameters));
        Difference difference = Difference.Between(result, golden.Image<float>("out/denoise"));
        Assert.True(difference.Largest <= 0.5, $"{difference}");
    }

    [Fact]
    public void DenoiseExponential_matches_in_three_dimensions()
    {
        GoldenCase golden = GoldenCase.Load("denoise-exponential-3d");
        Plane<float>[] volume = golden.Planes("in/image");
        DenoiseExponential.ComputeVolume(volume, PublishedParameters.DenoiseExponential(golden.Parameters), EvaluationContext.Default);
        Plane<float>[] expected = golden.Planes("out/denoise");
        for (int z = 0; z < volume.Length; z++)
        {
            Difference difference = Difference.Between(volume[z], expected[z].ToArray());
            Assert.True(difference.Largest <= 0.5, $"z = {z}: {difference}");
        }
    }

    [Theory]
    [MemberData(nameof(SameSignCases))]
    public void DenoiseSameSign_matches(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        using Plane result = Run("DenoiseSameSign", golden, PublishedParameters.DenoiseSameSign(golden.Parameters));
        Difference difference = Difference.Between(result, golden.Image<float>("out/denoise"));
        Assert.True(difference.Percentile(99.9) <= 0.05, $"99.9 %: {difference.Percentile(99.9)}");
        Assert.True(difference.ShareAbove(1) <= 0.002, $"above 1: {difference.ShareAbove(1)}");
    }

    [Theory]
    [MemberData(nameof(EnhanceCases))]
    public void Enhance_matches(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        using Plane result = Run("Enhance", golden, PublishedParameters.Enhance(golden.Parameters));
        Difference difference = Difference.Between(result, golden.Image<float>("out/enhance"));
        Assert.True(difference.Percentile(99.9) <= 2.5, $"99.9 %: {difference.Percentile(99.9)}");
        Assert.True(difference.ShareAbove(0.5) <= 0.003, $"above 0.5: {difference.ShareAbove(0.5)}");
    }

    private static Plane Run(string filter, GoldenCase golden, IFilterOptions options)
        => FilterCatalog.Get(filter).Compute(golden.Plane<float>("in/image"), options, null, EvaluationContext.Default);
}
