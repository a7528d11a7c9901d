using EmTools.Engine.Estimation;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Filters;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Tests.Stacks;

/// <summary>Measuring a stack by a plan and tasks.</summary>
public sealed class MeasureWorkTests : IDisposable
{
    private const int Depth = 12;
    private readonly TemporaryFolder _temporary = new();
    private readonly EmSection[] _sections;
    private readonly CalibrationInfo _stack;

    public MeasureWorkTests()
    {
        var phantom = new Phantom(new PhantomOptions { Height = 96, Width = 128, Depth = Depth, SectionThickness = 30, Seed = 6 });
        phantom.WriteStack(_temporary.File("ph"), 0, Depth);
        _sections = [.. Directory.GetFiles(Path.Combine(_temporary.File("ph"), "raw")).Order(StringComparer.Ordinal).Select((path, z) => new EmSection(ImageSource.Open(path), z, inverted: true))];
        _stack = new CalibrationInfo { Volume = phantom.VolumeShape, BackgroundOptions = new BackgroundFitOptions() };
    }

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Tasks_and_the_final_job_give_what_one_process_gives()
    {
        var direct = new CalibrationFolder(_temporary.File("direct"));
        var meter = new StackMeter(direct, new MeasuringOptions());
        for (int z = 0; z < Depth; z++)
            meter.Measure(_sections[z], z == 0 ? null : _sections[z - 1]);
        var builder = new CalibrationBuilder(direct, _stack.Volume, new MeasuringOptions());
        builder.BuildOffsets();
        builder.BuildBackground(new BackgroundFitOptions());

        StackFolder folder = Plan("tasks");
        StackWork work = StackWork.Open(folder);
        Assert.IsType<MeasureWork>(work);
        int[][] tasks = [[5, 6, 7, 8, 9, 10, 11], [0, 1, 2, 3, 4]]; // in whatever order a cluster runs them
        foreach (int[] sections in tasks)
            Assert.Equal(new TaskOutcome(sections.Length, 0, 0, false), Run(StackWork.Open(folder), sections));
        StackReport report = StackWork.Open(folder).Finish(EvaluationContext.Default);

        Assert.Equal((Depth, 0), (report.Sound, report.ExitCode));
        var calibration = new CalibrationFolder(folder.Destination);
        Assert.Equal(File.ReadAllBytes(direct.OffsetFile), File.ReadAllBytes(calibration.OffsetFile));
        Assert.Equal(File.ReadAllBytes(direct.BackgroundFile), File.ReadAllBytes(calibration.BackgroundFile));
        Assert.True(File.Exists(calibration.ReportFile));
    }

    [Fact]
    public void A_stopped_run_goes_on_where_it_was()
    {
        StackFolder folder = Plan("c");
        Run(StackWork.Open(folder), [0, 1, 2]);

        Assert.Equal([3, 4, 5, 6, 7, 8, 9, 10, 11], StackStatus.Of(StackWork.Open(folder)).ToDo());
        Assert.Equal(new TaskOutcome(Depth - 3, 3, 0, false), Run(StackWork.Open(folder), [.. Enumerable.Range(0, Depth)]));

        // Another file in place of section 6: it and the one that is compared to it are to be done again.
        File.SetLastWriteTimeUtc(_sections[6].Path!, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal([6, 7], StackStatus.Of(StackWork.Open(folder)).ToDo());
    }

    [Fact]
    public void Filters_over_neighbours_are_refused()
    {
        FilterDefinition filter = FilterCatalog.Get("MillingCorrection");
        NeighbourhoodWindows windows = NeighbourhoodWindows.For(filter, filter.CreateOptions(new Dictionary<string, object?>()))!;
        windows.Push(_sections[0]);
        var planner = new StackPlanner(new StackFolder(_temporary.File("n")));
        planner.Add(Assert.Single(windows.Complete()));
        Assert.Equal("NeighboursNotMeasured", Assert.Throws<EmException>(() => planner.ToMeasuring(_stack)).Id);
    }

    private StackFolder Plan(string name)
    {
        var folder = new StackFolder(_temporary.File(name));
        var planner = new StackPlanner(folder);
        foreach (EmSection section in _sections)
            planner.Add(section);
        planner.Write(planner.ToMeasuring(_stack));
        return folder;
    }

    private static TaskOutcome Run(StackWork work, int[] sections)
    {
        StackRun run = new LocalScheduler().Plan(work.Folder, sections);
        run.Write(work.Folder);
        return TaskRunner.Run(work, run, 0, new TaskOptions { Threads = 2, ThrottleLimit = 2 });
    }
}
