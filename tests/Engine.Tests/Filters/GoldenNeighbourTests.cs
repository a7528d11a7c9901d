using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Milling;
using EmTools.Engine.Filters.NonLocal;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Filters;

/// <summary>The filters over neighbouring sections against what the published package computes, at the agreed bounds.</summary>
public sealed class GoldenNeighbourTests
{
    public static TheoryData<string> NonLocalCases => GoldenCase.Names("nlm-");

    [Theory]
    [MemberData(nameof(NonLocalCases))]
    public void NonLocalMeans_matches(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        NonLocalMeansOptions options = PublishedParameters.NonLocalMeans(golden.Parameters);
        using Plane<float> template = golden.Plane<float>("in/template");
        using Plane<float> result = NonLocalMeans.Compute(new NeighbourWindow(golden.PlanesLast("in/sections_yxz"), 2), template, double.IsNaN(options.SourceWeight) ? null : template, options, EvaluationContext.Default);
        Difference difference = Difference.Between(result, golden.Image<float>("out/nlm"));
        Assert.True(difference.Largest <= 0.1, $"{difference}");
    }

    public static TheoryData<string> MillingCases => GoldenCase.Names("milling-");

    [Theory]
    [MemberData(nameof(MillingCases))]
    public void MillingCorrection_matches(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        var options = new MillingCorrectionOptions
        {
            Sigma = (double)golden.Parameters["sigma"]!,
            Neighborhood = (int)golden.Parameters["nbhood"]!,
            Method = (string)golden.Parameters["method"]! switch { "xcorr" => MillingMethod.Correlation, "covar" => MillingMethod.Covariance, _ => MillingMethod.Variance },
        };
        using Plane<float> result = MillingCorrection.Compute(new NeighbourWindow(golden.PlanesLast("in/sections_yxz"), 2), options, EvaluationContext.Default);
        Difference difference = Difference.Between(result, golden.Image<float>("out/milling"));
        Assert.True(difference.Percentile(99.9) <= 0.5, $"99.9 %: {difference.Percentile(99.9)}, {difference}");
    }
}
