using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Enhancing;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Filters;

/// <summary><c>Enhance</c> tile by tile against the same over the whole section at once.</summary>
public sealed class EnhanceTilesTests
{
    private static readonly EnhanceOptions Small = new() { Sigma = [500], MeanSize = [31] };

    private static readonly Dictionary<string, EnhanceOptions> Options = new()
    {
        ["defaults"] = new(),
        ["one scale"] = new() { ScaleCount = 1 },
        ["simple"] = new() { Method = EnhanceMethod.Simple, Amount = [2, 1, 0.5] },
        ["low-pass"] = new() { Method = EnhanceMethod.LowPass, HighPass = [0.5] },
        ["expanding windows"] = new() { Method = EnhanceMethod.LowPass, ExpandWindow = true },
        ["same sign, expanding windows"] = new() { ScaleCount = 2, ExpandWindow = true },
        ["levels between the means"] = Small,
        ["another window at each scale"] = Small with { MeanSize = [61, 31, 11] },
        ["one scale alone by level"] = Small with { Sigma = [double.NaN, 500, double.NaN], ScaleCount = 3 },
        ["dark levels"] = Small with { RangeRule = [EnhanceRangeRule.Left], Curve = EnhanceCurve.Sigmoid },
        ["levels outside"] = Small with { RangeRule = [EnhanceRangeRule.Right], Sigma = [-500] },
        ["near the mean"] = Small with { RangeRule = [EnhanceRangeRule.Local] },
        ["below the mean"] = Small with { RangeRule = [EnhanceRangeRule.Mean], Curve = EnhanceCurve.Sigmoid, Method = EnhanceMethod.Simple },
        ["an interval"] = Small with { RangeRule = [EnhanceRangeRule.Interval], Range = [29000, 31000] },
        ["about a level"] = Small with { RangeRule = [EnhanceRangeRule.Centre], Range = [30000] },
        ["edges"] = new() { Distance = EnhanceDistance.Edge },
        ["the share of edges"] = new() { Distance = EnhanceDistance.Convolve, Method = EnhanceMethod.Simple },
        ["edges and levels"] = Small with { Distance = EnhanceDistance.Convolve },
    };

    public static TheoryData<string> Cases => [.. Options.Keys];

    /// <summary>Two tiles down or more and three across, so that every kind of border is there.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Tiles_give_what_the_whole_section_gives(string name)
    {
        VolumeWork work = Enhance.Work(Options[name]);
        using Plane<float> section = Section(430, 560), whole = section.Clone();
        work.Filter([whole], 0, EvaluationContext.Default);
        Assert.InRange(work.Reach, 3, 560 / (3 * 4));
        using Plane<float> tiled = VolumeTiles.Run(Enhance.Name, new NeighbourWindow([section], 0), work, new EvaluationContext { Threads = 2 }, leastSide: 120);

        // Grey levels are some 30000: single precision tells them apart by 0.002. A band's sign may flip where it is 0 but for that.
        Difference difference = Difference.Between(tiled, whole.ToArray());
        Assert.True(difference.Percentile(99.95) <= 0.1, $"{difference}, 99.95 %: {difference.Percentile(99.95)}");
    }

    /// <summary>What a tile holds around its pixels must be all that they depend on, and need not be much more.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_pixel_changes_others_within_the_reach_and_none_beyond(string name)
    {
        const int Height = 300, Width = 320, Y = 151, X = 160; // a row from which no mean level is taken
        VolumeWork work = Enhance.Work(Options[name]);
        using Plane<float> one = Section(Height, Width), two = one.Clone();
        two.Row(Y)[X] += 1e6f;
        work.Filter([one], 0, EvaluationContext.Default);
        work.Filter([two], 0, EvaluationContext.Default);
        int farthest = 0;
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                // Running sums keep a trace of what has left them.
                if (Math.Abs(one.Row(y)[x] - two.Row(y)[x]) > 0.5)
                    farthest = Math.Max(farthest, Math.Max(Math.Abs(y - Y), Math.Abs(x - X)));
            }
        }

        Assert.InRange(farthest, work.Reach / 2, work.Reach);
    }

    /// <summary>A section that is filtered in tiles: missing pixels stay missing, count as the whole section's mean, and threads change nothing.</summary>
    [Fact]
    public void Missing_pixels_count_as_the_mean_of_the_section()
    {
        Plane<float> section = Section(600, 1100);
        for (int y = 0; y < 600; y++)
            section.Row(y)[..520].Fill(float.NaN);
        using Plane<float> whole = section.Clone(), again = section.Clone();
        VolumeFilter.Run(Enhance.Name, [whole], EvaluationContext.Default, planes => Enhance.Work(new EnhanceOptions()).Filter(planes, 0, EvaluationContext.Default));
        using var tiled = (Plane<float>)Enhance.Compute(section, new EnhanceOptions(), null, new EvaluationContext { Threads = 2 });
        Assert.True(float.IsNaN(tiled.Row(300)[519]));
        Difference difference = Difference.Between(tiled, whole.ToArray());
        Assert.True(difference.Percentile(99.95) <= 0.1, $"{difference}");

        using var alone = (Plane<float>)Enhance.Compute(again.Clone(), new EnhanceOptions(), null, new EvaluationContext { Threads = 1 });
        Assert.Equal(alone.ToArray(), tiled.ToArray());
    }

    /// <summary>The nearest edge may be anywhere: such a section is not cut.</summary>
    [Theory]
    [InlineData(EnhanceCurve.Gaussian)]
    [InlineData(EnhanceCurve.Sigmoid)]
    public void The_distance_from_the_nearest_edge_is_taken_in_the_whole_section(EnhanceCurve curve)
    {
        var options = new EnhanceOptions { Distance = EnhanceDistance.Distance, SigmaRange = [200], Curve = curve };
        Plane<float> section = Plane.Make<float>(530, 1100, plane =>
        {
            for (int y = 0; y < 530; y++)
            {
                for (int x = 0; x < 1100; x++)
                    plane.Row(y)[x] = 30000 + x * x / 1000f + (x == 1000 ? 500 : 0); // edges at the far end only
            }
        });
        using Plane<float> whole = section.Clone();
        Enhance.Work(options).Filter([whole], 0, EvaluationContext.Default);
        using Plane result = Enhance.Compute(section, options, null, EvaluationContext.Default);
        Assert.Equal(0, Difference.Between(result, whole.ToArray()).Largest);
    }

    /// <summary>Tiles that see far overlap so much that the section at once is quicker, and in the end smaller.</summary>
    [Fact]
    public void Sections_with_long_windows_are_not_cut()
    {
        const long Plane = 4L * 9000 * 13750;
        Assert.InRange(Memory(new EnhanceOptions { Sigma = [500] }), 0, Plane / 2);
        Assert.Equal(4 * Plane, Memory(new EnhanceOptions { Sigma = [500], MeanSize = [301] }));
        Assert.Equal(4 * Plane, Memory(new EnhanceOptions { ScaleCount = 16, ExpandWindow = true }));
        Assert.Equal(4 * Plane, Memory(new EnhanceOptions { Distance = EnhanceDistance.Distance }));

        static long Memory(EnhanceOptions options) => Enhance.WorkingBytes(9000, 13750, threads: 2, options);
    }

    private static Plane<float> Section(int height, int width)
    {
        var random = new Random(7);
        return Plane.Make<float>(height, width, plane =>
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                    plane.Row(y)[x] = 30000 + 2000 * MathF.Sin(x / 9f) * MathF.Cos(y / 7f) + random.Next(1500);
            }
        });
    }
}
