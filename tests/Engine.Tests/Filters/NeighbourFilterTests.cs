using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Milling;
using EmTools.Engine.Filters.NeighbourCorrelation;
using EmTools.Engine.Filters.NonLocal;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Filters;

/// <summary>What must hold of the filters over neighbouring sections whatever the numbers are.</summary>
public sealed class NeighbourFilterTests
{
    private static readonly NonLocalMeansOptions Small = new() { Radius = 1, Block = 5, Neighborhood = 5, WeightCount = 4 };

    [Fact]
    public void Tiles_leave_no_seams()
    {
        // The patch is one tile's interior or another's, according to where it begins.
        Plane<float>[] sections = Stack(3, 90, 600);
        using Plane<float> whole = NonLocalMeans.Compute(new NeighbourWindow(sections, 1), Small, EvaluationContext.Default);
        using Plane<float> patches = NonLocalMeans.Compute(new NeighbourWindow(sections, 1), Small with { PatchSize = [70, 170], PatchOverlap = [20, 20] }, EvaluationContext.Default);
        Difference difference = Difference.Between(patches, whole.ToArray());
        // Candidates of equal score may be taken either way; a seam would show in every pixel near it.
        Assert.True(difference.ShareAbove(0.5) < 0.01, $"{difference.ShareAbove(0.5)}");
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        Plane<float>[] sections = Stack(3, 150, 530);
        foreach (Func<EvaluationContext, Plane<float>> filter in (Func<EvaluationContext, Plane<float>>[])
            [
                context => NonLocalMeans.Compute(new NeighbourWindow(sections, 1), Small, context),
                context => MillingCorrection.Compute(new NeighbourWindow(sections, 1), new MillingCorrectionOptions { Neighborhood = 9 }, context),
                context => NeighborhoodCorrelation.ComputeVolume(sections, new NeighborhoodCorrelationOptions(), context)[1],
            ])
        {
            using Plane<float> one = filter(new EvaluationContext { Threads = 1 });
            using Plane<float> five = filter(new EvaluationContext { Threads = 5 });
            Assert.Equal(0, Difference.Between(five, one.ToArray()).Largest);
        }
    }

    [Theory]
    [InlineData(MillingMethod.Correlation)]
    [InlineData(MillingMethod.Covariance)]
    [InlineData(MillingMethod.Variance)]
    public void Missing_pixels_stay_missing_and_do_not_spread(MillingMethod method)
    {
        Plane<float>[] sections = Stack(3, 40, 50);
        sections[1].Row(10)[20] = float.NaN;
        sections[0].Row(30)[40] = float.NaN;
        using Plane<float> similar = NonLocalMeans.Compute(new NeighbourWindow(sections, 1), Small, EvaluationContext.Default);
        using Plane<float> milled = MillingCorrection.Compute(new NeighbourWindow(sections, 1), new MillingCorrectionOptions { Neighborhood = 9, Method = method }, EvaluationContext.Default);
        using Plane<float> correlated = NeighborhoodCorrelation.ComputeVolume(sections, new NeighborhoodCorrelationOptions(), EvaluationContext.Default)[1];
        for (int y = 0; y < 40; y++)
        {
            for (int x = 0; x < 50; x++)
            {
                Assert.Equal((y, x) == (10, 20), float.IsNaN(similar.Row(y)[x]));
                Assert.Equal((y, x) == (10, 20), float.IsNaN(milled.Row(y)[x]));
                Assert.Equal((y, x) == (10, 20), float.IsNaN(correlated.Row(y)[x]));
            }
        }
    }

    [Fact]
    public void Missing_pixels_are_never_averaged_in()
    {
        // A dark half with holes and a bright one: a hole counts as what is between the two in the blocks that are compared,
        // and would show in the dark half if it were averaged in.
        var random = new Random(5);
        Plane<float>[] sections = Stack(3, 40, 120);
        foreach (Plane<float> section in sections)
        {
            for (int y = 0; y < 40; y++)
            {
                Span<float> row = section.Row(y);
                for (int x = 0; x < 120; x++)
                    row[x] = x >= 60 ? row[x] + 30000 : random.Next(8) == 0 ? float.NaN : row[x];
            }
        }

        sections[1].Row(7).Fill(float.NaN);
        foreach (Func<Plane<float>> filter in (Func<Plane<float>>[])
            [
                () => NonLocalMeans.Compute(new NeighbourWindow(sections, 1), Small with { SourceWeight = 0.5 }, EvaluationContext.Default),
                () => NonLocalMeans.Compute(new NeighbourWindow(sections, 1), Small, EvaluationContext.Default),
                () => NeighborhoodCorrelation.ComputeVolume(sections, new NeighborhoodCorrelationOptions(), EvaluationContext.Default)[1],
                () => NeighborhoodCorrelation.ComputeVolume(sections, new NeighborhoodCorrelationOptions { MinimumScore = 0.9 }, EvaluationContext.Default)[1],
            ])
        {
            using Plane<float> result = filter();
            for (int y = 0; y < 40; y++)
            {
                for (int x = 0; x < 50; x++)
                {
                    float value = result.Row(y)[x];
                    Assert.Equal(float.IsNaN(sections[1].Row(y)[x]), float.IsNaN(value));
                    Assert.False(value is < 28000 or > 32000, $"({y}, {x}): {value} of {sections[1].Row(y)[x]}");
                }
            }
        }
    }

    [Fact]
    public void Non_local_means_brings_noisy_sections_nearer_to_the_clean_ones()
    {
        Plane<float>[] sections = Stack(5, 120, 140, noise: 300);
        using Plane<float> clean = Stack(5, 120, 140, noise: 0)[2];
        double before = Difference.Between(sections[2], clean.ToArray()).Mean;
        using Plane<float> result = NonLocalMeans.Compute(new NeighbourWindow(sections, 2), new NonLocalMeansOptions { Neighborhood = 3 }, EvaluationContext.Default);
        double after = Difference.Between(result, clean.ToArray()).Mean;
        Assert.True(after < 0.6 * before, $"{after} of {before}");
    }

    [Fact]
    public void Where_nothing_is_similar_pixels_stay_as_they_are()
    {
        Plane<float> flat = Plane.Rent<float>(20, 20);
        for (int y = 0; y < 20; y++)
            flat.Row(y).Fill(777);
        using Plane<float> result = NonLocalMeans.Compute(new NeighbourWindow([flat], 0, 1), Small, EvaluationContext.Default);
        Assert.Equal(0, Difference.Between(result, flat.ToArray()).Largest);
    }

    [Fact]
    public void Evenly_cut_sections_stay_in_their_place()
    {
        Plane<float>[] sections = Stack(5, 60, 70, noise: 0);
        using Plane<float> result = MillingCorrection.Compute(new NeighbourWindow(sections, 2), new MillingCorrectionOptions { Neighborhood = 31 }, EvaluationContext.Default);
        double toCentre = Difference.Between(result, sections[2].ToArray()).Mean;
        double toNext = Difference.Between(result, sections[3].ToArray()).Mean;
        Assert.True(toCentre < 0.35 * toNext, $"{toCentre}, {toNext}");
    }

    [Theory]
    [InlineData(new double[] { 1, 1 }, "expected 3 weights")]
    [InlineData(new double[] { 0, 0, 0 }, "all weights are 0")]
    public void Weights_must_fit_the_window(double[] weights, string message)
    {
        EmException error = Assert.Throws<EmException>(() => FilterCatalog.Get("NonLocalMeans").Check(Small with { SectionWeight = weights }));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    /// <summary>A pattern that drifts by a pixel a section.</summary>
    private static Plane<float>[] Stack(int depth, int height, int width, double noise = 100)
    {
        var random = new Random(11);
        var stack = new Plane<float>[depth];
        for (int z = 0; z < depth; z++)
        {
            stack[z] = Plane.Rent<float>(height, width);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                    stack[z].Row(y)[x] = (float)(30000 + 1500 * Math.Sin((x + z) / 6.0) * Math.Cos(y / 5.0) + noise * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2);
            }
        }

        return stack;
    }
}
