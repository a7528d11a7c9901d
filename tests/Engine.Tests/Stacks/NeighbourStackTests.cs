using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EmTools.Engine.Filters;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Tests.Stacks;

/// <summary>Filters over neighbouring sections in stacks, across the borders of tasks.</summary>
public sealed class NeighbourStackTests : IDisposable
{
    private const int Depth = 12;
    private const string Referred = "NonLocalMeans with references";
    private readonly TemporaryFolder _temporary = new();
    private readonly string[] _files;

    public NeighbourStackTests()
    {
        new Phantom(new PhantomOptions { Height = 48, Width = 64, Depth = Depth, SectionThickness = 5, Seed = 3 }).WriteStack(_temporary.File("ph"), 0, Depth);
        _files = [.. Directory.GetFiles(Path.Combine(_temporary.File("ph"), "raw")).Order(StringComparer.Ordinal)];
    }

    public void Dispose() => _temporary.Dispose();

    private StackFolder Folder => new(_temporary.File("out"));

    [Theory]
    [InlineData("NonLocalMeans", null, -1, 1)]
    [InlineData("NonLocalMeans", null, 7, 2)]
    [InlineData("NeighborhoodCorrelation", null, -1, 1)]
    [InlineData("MillingCorrection", null, -1, 1)]
    [InlineData("MillingCorrection", "NonLocalMeans", 4, 1)]
    [InlineData("NonLocalMeans", "MillingCorrection", -1, 3)]
    [InlineData("Denoise", null, -1, 2)]
    [InlineData(Referred, null, -1, 1)]
    [InlineData("MillingCorrection", Referred, 4, 2)]
    [InlineData(Referred, "Denoise", -1, 3)]
    public void Four_tasks_give_what_the_plain_pipeline_gives(string first, string? second, int missing, int workers)
    {
        int[] indices = [.. Enumerable.Range(0, Depth).Where(z => z != missing)];
        EmSection[] chain = Chain(indices, first, second);
        foreach (EmSection section in chain)
            SectionWriter.Write(section, _temporary.File($"plain/{section.Index}.tif"));

        Plan(chain);
        StackRun run = StackSamples.Run(StackWork.Open(Folder), tasks: 4);
        foreach (int task in (int[])[2, 0, 3, 1]) // in whatever order a cluster runs them, each in a process of its own
            Assert.Equal(0, TaskRunner.Run(StackWork.Open(Folder), run, task, new TaskOptions { ThrottleLimit = workers }).ExitCode);

        Assert.All(indices, z => Assert.Equal(File.ReadAllBytes(_temporary.File($"plain/{z}.tif")), File.ReadAllBytes(Folder.Output(z))));
        Assert.Equal(indices.Length, StackVerification.Verify(StackWork.Open(Folder), EvaluationContext.Default).Sound);
    }

    [Fact]
    public void A_changed_input_puts_out_of_date_what_looks_at_it()
    {
        StackWork work = Plan(Chain(Enumerable.Range(0, Depth).Where(z => z != 8), "NonLocalMeans", null));
        TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions());
        Assert.Empty(StackStatus.Of(work).ToDo());

        DateTime before = File.GetLastWriteTimeUtc(_files[4]);
        File.SetLastWriteTimeUtc(_files[4], before.AddSeconds(3));
        Assert.Equal([2, 3, 4, 5, 6], StackStatus.Of(work).ToDo());
        File.SetLastWriteTimeUtc(_files[4], before);
        File.SetLastWriteTimeUtc(_files[7], before.AddSeconds(3));
        Assert.Equal([5, 6, 7], StackStatus.Of(work).ToDo());

        byte[] old = File.ReadAllBytes(Folder.Output(4));
        // Only the time is another: what the files hold is compared, and nothing is computed.
        Assert.Equal(new TaskOutcome(0, 3, 0, false), TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions()));
        Assert.Empty(StackStatus.Of(work).ToDo());

        StackSamples.ChangePixel(_files[7]);
        File.SetLastWriteTimeUtc(_files[7], before.AddSeconds(5));
        Assert.Equal(3, TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions()).Done);
        Assert.Equal(old, File.ReadAllBytes(Folder.Output(4)));
        Assert.Empty(StackStatus.Of(work).ToDo());
    }

    [Fact]
    public void A_section_that_cannot_be_read_fails_those_that_look_at_it()
    {
        StackWork work = Plan(Chain(Enumerable.Range(0, Depth), "NonLocalMeans", null));
        File.WriteAllText(_files[9], "no image");
        Assert.Equal(new TaskOutcome(7, 0, 5, false), TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions()));
        Assert.Equal([7, 8, 9, 10, 11], StackStatus.Of(work).Failures.Select(f => f.Section));
        Assert.Equal("NotTiff", StackStatus.Of(work).Failures[0].ErrorId);
    }

    [Theory]
    [InlineData("NonLocalMeans", 1, false)]
    [InlineData("NonLocalMeans", 2, true)]
    [InlineData("NonLocalMeans", 4, true)]
    [InlineData(Referred, 1, false)]
    [InlineData(Referred, 2, true)]
    [InlineData(Referred, 4, true)]
    public void What_comes_before_is_computed_once_a_section_of_a_task(string first, int atATime, bool announced)
    {
        var counting = new Counting();
        var recipe = new Recipe([counting, .. Recipe.Of(Chain([0], first, "MillingCorrection")[0]).Steps]);
        var plan = new Plan(new PlanHeader { Software = "EmTools", Work = RestoreWork.Kind, Radius = recipe.Radius, Count = Depth }, [.. _files.Select((f, z) => PlanEntry.Of(Raw(z)))]);
        var sections = new PlannedSections(plan, recipe);
        PlanEntry[] task = [.. Enumerable.Range(5, 3).Select(z => plan.At(z)!)];
        if (announced)
            sections.Announce(task, atATime);
        Parallel.ForEach(task, new ParallelOptions { MaxDegreeOfParallelism = atATime }, entry => sections.Section(entry).Compute().Dispose());
        Assert.Equal(Enumerable.Range(1, 11).ToDictionary(z => z, _ => 1), counting.Times.OrderBy(t => t.Key).ToDictionary());
        sections.Release();
    }

    [Theory]
    [InlineData("NonLocalMeans", "MillingCorrection", 1, false)]
    [InlineData("NonLocalMeans", "MillingCorrection", 2, false)]
    [InlineData("NonLocalMeans", "MillingCorrection", 4, false)]
    [InlineData("NonLocalMeans", "MillingCorrection", 3, true)]
    [InlineData(Referred, "MillingCorrection", 1, false)]
    [InlineData(Referred, "MillingCorrection", 3, true)]
    [InlineData("MillingCorrection", Referred, 2, false)]
    public void A_task_computes_what_comes_before_once_however_many_sections_are_in_hand(string first, string second, int workers, bool some)
    {
        var counting = new Counting();
        var recipe = new Recipe([counting, .. Recipe.Of(Chain([0], first, second)[0]).Steps]);
        var plan = RestoreWork.PlanOf(recipe, [.. _files.Select((f, z) => PlanEntry.Of(Raw(z)))], TiffCompression.None);
        plan.Write(Folder.PlanFile);
        var work = new RestoreWork(Folder, plan, recipe);
        if (some)
        {
            TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions());
            foreach (int z in (int[])[1, 2, 9])
                File.Delete(Folder.Output(z));
            counting.Times.Clear();
        }

        TaskOutcome outcome = TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions { ThrottleLimit = workers, Threads = workers });
        Assert.Equal(new TaskOutcome(some ? 3 : Depth, 0, 0, false), outcome);
        Assert.Equal(Enumerable.Range(0, Depth).ToDictionary(z => z, _ => 1), counting.Times.OrderBy(t => t.Key).ToDictionary());
    }

    [Fact]
    public void Neighbours_that_are_not_planned_are_refused()
    {
        EmSection[] chain = Chain(Enumerable.Range(0, Depth), "NonLocalMeans", null);
        EmException error = Assert.Throws<EmException>(() => Plan(chain[..6]));
        Assert.Equal("NeighboursNotPlanned", error.Id);
        Assert.Contains("looks at the sections 2 to 6, but in the stack of all sections given it would look at 2 to 5", error.Message, StringComparison.Ordinal);
        Assert.Equal("NeighboursNotPlanned", Assert.Throws<EmException>(() => Plan([.. Chain(Enumerable.Range(0, 6), "NonLocalMeans", null), .. Chain(Enumerable.Range(6, 6), "NonLocalMeans", null)])).Id);
    }

    [Fact]
    public void The_window_counts_for_memory()
    {
        Recipe recipe = Recipe.Of(Chain([0], "NonLocalMeans", "MillingCorrection")[0]);
        Assert.Equal(SectionMemory.PeakOf(100, 200) + 10 * 100 * 200 * sizeof(float), SectionMemory.PeakOf(100, 200, recipe, 2));
        const long Plane = 4L * 9000 * 13750;
        Assert.InRange(SectionMemory.PeakOf(9000, 13750, Recipe.Of(Chain([0], Referred, null)[0]), 2) - SectionMemory.PeakOf(9000, 13750), 10 * Plane, 11 * Plane);
        Assert.Equal(SectionMemory.PeakOf(100, 200), SectionMemory.PeakOf(100, 200, new Recipe([]), 2));
    }

    /// <summary>Jobs are asked memory for by this; the figures are what whole processes took for a section of that size.</summary>
    [Theory]
    [InlineData("Destripe", 1.67, 2.0)]
    [InlineData("Denoise", 1.08, 2.0)]
    [InlineData("DenoiseSameSign", 1.17, 2.0)]
    [InlineData("Enhance", 1.13, 2.0)]
    [InlineData("DenoiseExponential", 4.99, 6.0)]
    public void What_a_filter_takes_beside_its_planes_counts_for_memory(string filter, double least, double most)
    {
        FilterDefinition definition = FilterCatalog.Get(filter);
        SectionStep step = new FilterStep(definition, definition.CreateOptions(new Dictionary<string, object?>()));
        Assert.InRange(SectionMemory.PeakOf(9000, 13750, new Recipe([new IntensityOffsetStep(1), step]), 2) / 1e9, least, most);
    }

    private EmSection Raw(int z) => new(ImageSource.Open(_files[z]), z, inverted: true);

    /// <summary>An offset before, filters of radius 2, an offset after.</summary>
    private EmSection[] Chain(IEnumerable<int> indices, string first, string? second)
    {
        IEnumerable<EmSection> sections = indices.Select(z => Raw(z).With(new IntensityOffsetStep(5)));
        foreach (string name in new[] { first, second }.OfType<string>())
            sections = Over(name, sections);
        return [.. sections.Select(s => s.With(new IntensityOffsetStep(-3)))];
    }

    private static EmSection[] Over(string name, IEnumerable<EmSection> sections)
    {
        FilterDefinition filter = FilterCatalog.Get(name.Split(' ')[0]);
        Dictionary<string, object?> values = name switch
        {
            "NeighborhoodCorrelation" => new() { ["Neighborhood"] = 3, ["Block"] = 3 },
            "Denoise" => new() { ["Radius"] = 2 },
            _ => new() { ["Radius"] = 2, ["Neighborhood"] = 5 },
        };
        sections = [.. sections];
        FilterDefinition denoise = FilterCatalog.Get("Denoise");
        EmSection[]? references = name == Referred ? [.. sections.Select(s => s.With(new FilterStep(denoise, denoise.CreateOptions(new Dictionary<string, object?>()))))] : null;
        NeighbourhoodWindows windows = NeighbourhoodWindows.For(filter, filter.CreateOptions(values), references)!;
        return [.. sections.SelectMany(windows.Push).ToArray(), .. windows.Complete()];
    }

    private StackWork Plan(IEnumerable<EmSection> sections)
    {
        var planner = new StackPlanner(Folder);
        foreach (EmSection section in sections)
            planner.Add(section);
        planner.Write(planner.ToWork(TiffCompression.Deflate));
        return StackWork.Open(Folder);
    }

    private sealed record Counting(int Index = -1) : SectionStep
    {
        public ConcurrentDictionary<int, int> Times { get; } = [];

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
