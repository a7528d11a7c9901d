using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EmTools.Engine.Filters;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Pipeline;

/// <summary>Filters over neighbouring sections in a stream of sections.</summary>
public sealed class NeighbourhoodTests
{
    private readonly Counting _counting = new();

    [Fact]
    public void Each_section_comes_once_in_order_and_its_window_is_cut_at_the_ends()
    {
        EmSection[] given = [.. Stream("NonLocalMeans", 2, Enumerable.Range(5, 6))];

        Assert.Equal([5, 6, 7, 8, 9, 10], given.Select(s => s.Index));
        Assert.Equal([5, 6, 7], Window(given[0]));
        Assert.Equal([5, 6, 7, 8], Window(given[1]));
        Assert.Equal([5, 6, 7, 8, 9], Window(given[2]));
        Assert.Equal([8, 9, 10], Window(given[5]));
    }

    [Fact]
    public void Windows_that_must_be_symmetric_are_cut_on_both_sides()
    {
        EmSection[] given = [.. Stream("MillingCorrection", 2, Enumerable.Range(0, 5))];
        Assert.Equal([0], Window(given[0]));
        Assert.Equal([0, 1, 2], Window(given[1]));
        Assert.Equal([0, 1, 2, 3, 4], Window(given[2]));
        Assert.Equal([4], Window(given[4]));
    }

    [Fact]
    public void Filters_do_not_look_across_a_gap()
    {
        EmSection[] given = [.. Stream("NonLocalMeans", 2, [0, 1, 4, 5])];
        Assert.Equal([0, 1, 4, 5], given.Select(s => s.Index));
        Assert.Equal([0, 1], Window(given[1]));
        Assert.Equal([4, 5], Window(given[2]));
    }

    [Fact]
    public void A_section_is_held_back_only_until_its_window_is_full()
    {
        NeighbourhoodWindows windows = Windows("NonLocalMeans", 3);
        for (int z = 0; z < 50; z++)
            Assert.Equal(z < 3 ? [] : [z - 3], windows.Push(Section(z)).Select(s => s.Index));
        Assert.Equal([47, 48, 49], windows.Complete().Select(s => s.Index));
    }

    [Theory]
    [InlineData("NonLocalMeans")]
    [InlineData("DestripeAdaptive")]
    public void What_comes_before_is_computed_once_a_section(string filter)
    {
        foreach (EmSection section in Stream(filter, 2, Enumerable.Range(0, 9)))
            section.Compute().Dispose();
        Assert.Equal(Enumerable.Range(0, 9).ToDictionary(z => z, _ => 1), _counting.Times);
    }

    [Theory]
    [InlineData("DestripeAdaptive")]
    [InlineData("DenoiseTransform")]
    public void Without_neighbours_the_section_is_looked_at_alone(string filter)
    {
        FilterDefinition definition = FilterCatalog.Get(filter);
        EmSection alone = Section(3).With(new FilterStep(definition, definition.CreateOptions(new Dictionary<string, object?>())));
        Assert.Equal(alone.GetPixels().Cast<float>(), Assert.Single(Stream(filter, 1, [3])).GetPixels().Cast<float>());
    }

    [Fact]
    public void Filters_over_neighbours_follow_each_other()
    {
        NeighbourhoodWindows second = Windows("MillingCorrection", 1);
        EmSection[] given = [.. Stream("NonLocalMeans", 1, Enumerable.Range(0, 5)).SelectMany(second.Push).ToArray(), .. second.Complete()];
        foreach (EmSection section in given)
            section.Compute().Dispose();
        Assert.All(_counting.Times, time => Assert.Equal(1, time.Value));
        Assert.Equal(["Counting", "NonLocalMeans", "MillingCorrection"], given[2].StepNames);
    }

    [Theory]
    [InlineData("NonLocalMeans")]
    [InlineData("DestripeAdaptive")]
    public void Computing_side_by_side_gives_the_same_pixels(string filter)
    {
        EmSection[] given = [.. Stream(filter, 1, Enumerable.Range(0, 6))];
        Array[] alone = [.. given.Select(s => s.GetPixels())];
        var together = new Array[6];
        Parallel.For(0, 6, z => together[5 - z] = given[5 - z].GetPixels());
        for (int z = 0; z < 6; z++)
            Assert.Equal(alone[z].Cast<float>(), together[z].Cast<float>());
    }

    [Fact]
    public void The_description_tells_of_the_window_and_of_all_steps()
    {
        EmSection section = Stream("NonLocalMeans", 1, Enumerable.Range(0, 3)).ElementAt(1).With(new IntensityOffsetStep(3));
        JsonObject description = Provenance.Describe(section);
        JsonArray steps = description["steps"]!.AsArray();
        Assert.Equal(["Counting", "NonLocalMeans", "IntensityOffset"], steps.Select(s => (string)s!["step"]!));
        Assert.Equal([0, 1, 2], steps[1]!["neighbours"]!.AsArray().Select(n => (int)n!["index"]!));
        Assert.Equal(1, (int)steps[1]!["parameters"]!["Radius"]!);
        Assert.Equal(1, (int)description["index"]!);

        // Another step before the filter, even of a neighbour only, is another recipe.
        NeighbourhoodWindows windows = Windows("NonLocalMeans", 1);
        EmSection other = new EmSection[] { Section(0), Section(1), Section(2).With(new IntensityOffsetStep(1)) }.SelectMany(windows.Push).ElementAt(1).With(new IntensityOffsetStep(3));
        Assert.NotEqual(description.ToJsonString(), Provenance.Describe(other).ToJsonString());
    }

    [Fact]
    public void References_tell_what_is_similar()
    {
        EmSection[] references = [.. Enumerable.Range(0, 4).Select(z => Section(z).With(new IntensityOffsetStep(-100)))];
        NeighbourhoodWindows windows = NeighbourhoodWindows.For(FilterCatalog.Get("NonLocalMeans"), Options("NonLocalMeans", 1), references)!;
        EmSection[] given = [.. Enumerable.Range(0, 3).Select(Section).SelectMany(windows.Push), .. windows.Complete()];

        // A constant changes no correlation but near the edges.
        float[] plain = [.. Stream("NonLocalMeans", 1, Enumerable.Range(0, 3)).ElementAt(1).GetPixels().Cast<float>()];
        float[] referred = [.. given[1].GetPixels().Cast<float>()];
        int middle = 20 * 50 + 25;
        Assert.Equal(plain[middle], referred[middle], 0.1f);
        Assert.Equal("NoReference", Assert.Throws<EmException>(() => windows.Push(Section(9))).Id);
    }

    [Fact]
    public void Order_size_and_references_are_checked()
    {
        NeighbourhoodWindows windows = Windows("NonLocalMeans", 1);
        windows.Push(Section(0));
        Assert.Equal("NeighbourTwice", Assert.Throws<EmException>(() => windows.Push(Section(0))).Id);
        Assert.Equal("NeighbourSize", Assert.Throws<EmException>(() => windows.Push(new EmSection(new PixelSource(Plane.Rent<float>(3, 3)), 1))).Id);
        Assert.Equal("NeighbourType", Assert.Throws<EmException>(() => windows.Push(new EmSection(new PixelSource(Plane.Rent<byte>(40, 50)), 1))).Id);
        Assert.Equal([0], windows.Push(Section(1)).Select(s => s.Index));
        Assert.Equal("ReferenceNotTaken", Assert.Throws<EmException>(() => NeighbourhoodWindows.For(FilterCatalog.Get("MillingCorrection"), Options("MillingCorrection", 1), [Section(0)])).Id);
        Assert.Null(NeighbourhoodWindows.For(FilterCatalog.Get("Denoise"), FilterCatalog.Get("Denoise").CreateOptions(new Dictionary<string, object?>())));
    }

    /// <summary>Where a section may still come out of order, what looks at its place waits for the end.</summary>
    [Theory]
    [InlineData("5 6 7 8", "", "5 6 7 8")]
    [InlineData("0 1 2 4 5", "0", "1 2 4 5")]
    [InlineData("0 1 2 3 4", "0 1 2", "3 4")]
    public void What_may_turn_out_wrong_is_held_back(string order, string atOnce, string atTheEnd)
    {
        NeighbourhoodWindows windows = Windows("NonLocalMeans", 2);
        EmSection[] given = [.. Indices(order).Select(Section).SelectMany(windows.Push)];
        Assert.Equal(Indices(atOnce), given.Select(s => s.Place));
        Assert.Equal(Indices(atTheEnd), windows.Complete().Select(s => s.Place));
    }

    [Theory]
    [InlineData("3 2 1 0")]
    [InlineData("0 1 3 2 4")]
    [InlineData("4 5 6 7 0 1 2 3")]
    [InlineData("0 2 1 3 4 5")]
    [InlineData("0 2 4 1 3 5")]
    public void Nothing_with_a_wrong_window_is_given_of_sections_out_of_order(string order)
    {
        NeighbourhoodWindows windows = Windows("NonLocalMeans", 2);
        var given = new List<EmSection>();
        EmException? error = null;
        foreach (int z in Indices(order))
        {
            try
            {
                given.AddRange(windows.Push(Section(z)));
            }
            catch (EmException trouble)
            {
                error = trouble;
            }
        }

        given.AddRange(windows.Complete());
        Assert.Equal(NeighbourhoodWindows.OrderError, error!.Id);
        Assert.Contains("Sort-Object Index", error.Message, StringComparison.Ordinal);
        int[] all = Indices(order);
        Assert.All(given, s => Assert.Equal(all.Where(z => Math.Abs(z - s.Place) <= 2).Order(), Window(s)));
    }

    private static int[] Indices(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    private static IEnumerable<int> Window(EmSection section) => ((NeighbourhoodSource)section.Source).Sections.Select(s => s.Place);

    private static IFilterOptions Options(string filter, int radius)
        => FilterCatalog.Get(filter).CreateOptions(new Dictionary<string, object?> { ["Radius"] = radius, ["Neighborhood"] = 5 }.Where(value => FilterCatalog.Get(filter).Parameters.Any(parameter => parameter.Name == value.Key)).ToDictionary());

    private static NeighbourhoodWindows Windows(string filter, int radius) => NeighbourhoodWindows.For(FilterCatalog.Get(filter), Options(filter, radius))!;

    private IEnumerable<EmSection> Stream(string filter, int radius, IEnumerable<int> indices)
    {
        NeighbourhoodWindows windows = Windows(filter, radius);
        foreach (int z in indices)
        {
            foreach (EmSection ready in windows.Push(Section(z).With(_counting)))
                yield return ready;
        }

        foreach (EmSection rest in windows.Complete())
            yield return rest;
    }

    private static EmSection Section(int index)
    {
        var random = new Random(index);
        Plane<float> plane = Plane.Rent<float>(40, 50);
        for (int y = 0; y < 40; y++)
        {
            for (int x = 0; x < 50; x++)
                plane.Row(y)[x] = 1000 * MathF.Sin(x / 5f) * MathF.Sin(y / 4f) + random.Next(100);
        }

        return new EmSection(new PixelSource(plane, $"memory {index}"), index);
    }

    /// <summary>Counts how often it is computed.</summary>
    private sealed record Counting(int Index = -1) : SectionStep
    {
        public ConcurrentDictionary<int, int> Times { get; } = new();

        public override string Name => "Counting";

        public override SectionStep Bind(EmSection section) => this with { Index = section.Place };

        public override Plane Apply(Plane<float> input, EvaluationContext context)
        {
            Times.AddOrUpdate(Index, 1, (_, times) => times + 1);
            return input;
        }

        protected override JsonObject ToJson(StepForm form) => Json(null);
    }
}
