using EmTools.Engine.Filters;
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
}
