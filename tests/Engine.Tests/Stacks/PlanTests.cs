using EmTools.Engine.Formats;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Tests.Stacks;

public sealed class PlanTests : IDisposable
{
    private const string Nasty = "/data/a \"b\" 'c' $(touch x); `y` \\ \n\t\u2028 é日 {\"index\":1}.tif";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static PlanEntry Entry(int index, string path) => new() { Index = index, Size = 7 + index, Changed = new DateTime(2020, 2, 29, 1, 2, 3, DateTimeKind.Utc).AddTicks(index), Height = 20, Width = 30, Path = path, Inverted = index % 2 == 1 };

    private static PlanHeader Header(int radius = 0) => new() { Software = "EmTools 0.1.0", Work = RestoreWork.Kind, Count = 0, Radius = radius };

    [Fact]
    public void Comes_back_in_order_with_names_of_any_characters()
    {
        string path = _folder.File("plan.jsonl");
        new Plan(Header(), [Entry(5, Nasty), Entry(2, "/data/b.tif")]).Write(path);

        Assert.Equal(3, File.ReadAllLines(path).Length);
        var plan = Plan.Read(path);
        Assert.Equal([Entry(2, "/data/b.tif"), Entry(5, Nasty)], plan.Entries);
        Assert.Equal(Entry(5, Nasty), plan.At(5));
        Assert.Null(plan.At(3));
        Assert.Equal(("restore", 2), (plan.Header.Work, plan.Header.Count));
    }

    [Fact]
    public void Windows_are_cut_at_the_ends_and_gaps()
    {
        var plan = new Plan(Header(radius: 2), [.. new[] { 0, 1, 2, 3, 5, 6 }.Select(i => Entry(i, $"/{i}"))]);
        Assert.Equal((0, 2), plan.Around(0, 2));
        Assert.Equal((2, 0), plan.Around(3, 2));
    }

    [Fact]
    public void A_hundred_thousand_sections_are_read_back()
    {
        string path = _folder.File("plan.jsonl");
        PlanEntry[] entries = [.. Enumerable.Range(0, 100_000).Select(i => Entry(i, $"/mnt/ceph/users/somebody/volumes/a-long-name/raw/section-{i:000000}.tif"))];
        new Plan(Header(), [.. entries]).Write(path);
        Assert.Equal(entries.Select(e => (e.Index, e.Path)), Plan.Read(path).Entries.Select(e => (e.Index, e.Path)));
    }

    [Fact]
    public void Two_sections_of_one_index_are_refused()
        => Assert.Equal("Section 4 comes twice, from '/a' and '/b'. Give every section its own index (-Index).", Assert.Throws<EmException>(() => new Plan(Header(), [Entry(4, "/a"), Entry(4, "/b")])).Message);

    [Fact]
    public void No_section_is_refused() => Assert.Equal("PlanEmpty", Assert.Throws<EmException>(() => new Plan(Header(), [])).Id);

    [Theory]
    [InlineData("", "PlanNotReadable", "cannot be read as a plan")]
    [InlineData("{\"schema\":2,\"software\":\"EmTools 9\",\"work\":\"restore\",\"count\":0}", "PlanTooNew", "was written by a newer version (EmTools 9)")]
    [InlineData("{\"schema\":1,\"software\":\"EmTools 1\",\"work\":\"restore\",\"count\":2}", "PlanNotReadable", "it should hold 2 sections and holds 0")]
    public void A_file_that_is_no_whole_plan_is_refused(string text, string id, string says)
    {
        string path = _folder.File("plan.jsonl");
        File.WriteAllText(path, text);
        EmException error = Assert.Throws<EmException>(() => Plan.Read(path));
        Assert.Equal(id, error.Id);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Work_of_an_unknown_kind_is_refused()
    {
        using var samples = new StackSamples();
        samples.Plan();
        string plan = samples.Stack.PlanFile;
        File.WriteAllText(plan, File.ReadAllText(plan).Replace("\"restore\"", "\"align\"", StringComparison.Ordinal));
        Assert.Contains("asks for the work 'align', which this version does not know", Assert.Throws<EmException>(() => StackWork.Open(samples.Stack)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sections_with_other_steps_are_refused()
    {
        using var samples = new StackSamples();
        var planner = new StackPlanner(samples.Stack);
        planner.Add(samples.Section(0));
        planner.Add(samples.Section(1));
        Assert.Equal("RecipesDiffer", Assert.Throws<EmException>(() => planner.Add(samples.Section(2, offset: 6))).Id);
    }

    [Fact]
    public void An_input_is_never_written_over()
    {
        using var samples = new StackSamples();
        var planner = new StackPlanner(new StackFolder(samples.Folder.File("raw")), replaces: true);
        planner.Add(samples.Section(0));
        Assert.Equal("DestinationIsSource", Assert.Throws<EmException>(() => planner.ToWork(TiffCompression.None)).Id);
    }
}
