using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Milling;
using EmTools.Engine.Filters.NeighbourCorrelation;
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

    [Theory]
    [InlineData("nbhood3d-best")]
    [InlineData("nbhood3d-sum")]
    public void NeighborhoodCorrelation_matches(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        var options = new NeighborhoodCorrelationOptions
        {
            Block = (int)golden.Parameters["BLOCK"]!,
            Neighborhood = (int)golden.Parameters["NBHOOD"]!,
            WeightCount = (int?)golden.Parameters["K"] ?? 1,
            MinimumScore = (double?)golden.Parameters["min_xcorr"] ?? double.NaN,
        };
        Plane<float>[] volume = golden.Planes("in/volume");
        float[] pixels = golden.Values<float>("out/pixels");
        float[] weights = golden.Values<float>("out/weights");
        int size = volume.Length * volume[0].Height * volume[0].Width;
        bool best = double.IsNaN(options.MinimumScore);

        IReadOnlyList<Plane<float>> result = NeighborhoodCorrelation.ComputeVolume(volume, options, EvaluationContext.Default);

        int compared = 0;
        for (int i = 0; i < size; i++)
        {
            double sum = 0, weight = 0;
            for (int k = i; k < weights.Length; k += size)
            {
                sum += best ? (double)weights[k] * pixels[k] : pixels[k];
                weight += weights[k];
            }

            (int z, int y, int x) = (i / volume[0].Width / volume[0].Height, i / volume[0].Width % volume[0].Height, i % volume[0].Width);
            double expected = weight > 0 ? sum / (weight + 1.1920929e-07) : volume[z].Row(y)[x];
            compared += weight > 0 ? 1 : 0;
            Assert.Equal(expected, result[z].Row(y)[x], 0.1);
        }

        Assert.True(compared > size / 3, $"{compared} of {size}");
    }
}
