using System.Text.Json.Nodes;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Tests.Stacks;

/// <summary>Stacks whose inputs, folders or plans change between runs and under a run.</summary>
public sealed class ChangedStackTests : IDisposable
{
    private readonly StackSamples _samples = new();

    public void Dispose() => _samples.Dispose();

    [SkippableFact]
    public void A_changed_file_behind_a_link_puts_its_output_out_of_date()
    {
        Skip.If(OperatingSystem.IsWindows(), "links want rights there");
        for (int i = 0; i < 4; i++)
            StackLinks.Make(Link(i), _samples.Input(i), overwrite: false);
        StackWork work = PlanLinks();
        TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions());
        Assert.Empty(StackStatus.Of(work).ToDo());

        _samples.WriteInput(2);
        File.SetLastWriteTimeUtc(_samples.Input(2), DateTime.UtcNow.AddMinutes(1));
        Assert.Equal([2], StackStatus.Of(work).ToDo());

        // A link that leads to another file of the same size and time.
        DateTime time = File.GetLastWriteTimeUtc(_samples.Input(3));
        File.Copy(_samples.Input(3), _samples.Folder.File("raw/other.tif"));
        File.SetLastWriteTimeUtc(_samples.Folder.File("raw/other.tif"), time);
        StackLinks.Make(Link(3), _samples.Folder.File("raw/other.tif"), overwrite: true);
        Assert.Equal([2, 3], StackStatus.Of(work).ToDo());
    }

    [Fact]
    public void A_copied_stack_with_new_times_is_not_computed_again()
    {
        StackWork work = _samples.Plan();
        TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions());
        byte[][] before = [.. Enumerable.Range(0, 4).Select(i => File.ReadAllBytes(work.Folder.Output(i)))];
        DateTime now = DateTime.UtcNow.AddDays(1);
        for (int i = 0; i < 4; i++)
            File.SetLastWriteTimeUtc(_samples.Input(i), now);
        StackSamples.ChangePixel(_samples.Input(3));
        File.SetLastWriteTimeUtc(_samples.Input(3), now.AddDays(1));
        work = _samples.Plan();
        Assert.Equal([0, 1, 2, 3], StackStatus.Of(work).ToDo());

        Assert.Equal(new TaskOutcome(1, 3, 0, false), TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions()));
        Assert.Equal("4 done, 0 running, 0 failed, 0 pending, 0 out of date", StackSamples.States(work));
        Assert.Equal(before[..3], Enumerable.Range(0, 3).Select(i => File.ReadAllBytes(work.Folder.Output(i))));
        Assert.Equal(4, StackVerification.Verify(work, EvaluationContext.Default).Sound);

        // Other steps are another matter, whatever the inputs hold.
        Assert.Equal(4, StackStatus.Of(_samples.Plan(offset: 9)).ToDo().Length);
    }

    [Fact]
    public void A_folder_that_is_removed_under_a_run_is_no_success()
    {
        StackWork work = _samples.Plan();
        EmException error = Assert.Throws<EmException>(() => TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions { OnUnit = _ => Remove() }));
        Assert.Equal("StackGone", error.Id);

        void Remove()
        {
            if (Directory.Exists(work.Folder.Root))
                Directory.Delete(work.Folder.Destination, recursive: true);
        }
    }

    [Fact]
    public void Outputs_that_are_removed_under_a_run_are_no_success()
    {
        StackWork work = _samples.Plan();
        TaskOutcome outcome = TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions { OnUnit = section => File.Delete(work.Folder.Output(section.Unit.Number)) });
        Assert.Equal((0, 4, 1), (outcome.Done, outcome.Failed, outcome.ExitCode));
        Assert.All(StackStatus.Of(work).Failures, failure => Assert.Equal("OutputGone", failure.ErrorId));
    }

    [Fact]
    public void Another_recipe_that_is_planned_under_a_run_ends_it()
    {
        StackWork work = _samples.Plan();
        bool planned = false;
        EmException error = Assert.Throws<EmException>(() => TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions { OnUnit = _ => PlanOther() }));
        Assert.Equal("StackChanged", error.Id);
        Assert.Equal(2, Ledger.Read(work.Folder).Tasks.Single().Events[^1].ExitCode);

        void PlanOther()
        {
            if (!planned)
                _samples.Plan(offset: 77);
            planned = true;
        }
    }

    [Fact]
    public void A_newer_recipe_does_the_section_that_an_older_run_has_in_hand()
    {
        StackWork old = _samples.Plan();
        Directory.CreateDirectory(old.Folder.Claims);
        using var holder = System.Diagnostics.Process.Start("sleep", "100");
        File.WriteAllText(old.Folder.Claim(2), $"{{\"host\":\"{Environment.MachineName}\",\"processId\":{holder.Id},\"ledger\":\"x.jsonl\"}}");
        StackWork work = _samples.Plan(offset: 9);
        int ended = 0;
        TaskOutcome outcome = TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions
        {
            OnUnit = _ =>
            {
                if (++ended == 3)
                    holder.Kill(); // the older run ends, its section left or done with the older recipe
            },
        });
        Assert.Equal(new TaskOutcome(4, 0, 0, false), outcome);
        Assert.Empty(StackStatus.Of(work).ToDo());
    }

    [Fact]
    public void The_same_stack_planned_again_under_a_run_is_no_hindrance()
    {
        StackWork work = _samples.Plan();
        Assert.Equal(new TaskOutcome(4, 0, 0, false), TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions { OnUnit = _ => _samples.Plan() }));
    }

    [Fact]
    public void A_plan_with_another_recipe_beside_it_is_refused()
    {
        StackWork work = _samples.Plan();
        string recipe = File.ReadAllText(work.Folder.RecipeFile);
        _samples.Plan(offset: 8);
        File.WriteAllText(work.Folder.RecipeFile, recipe);
        Assert.Equal("PlanWithoutRecipe", Assert.Throws<EmException>(() => StackWork.Open(work.Folder)).Id);
    }

    [Fact]
    public void A_section_too_large_for_memory_does_not_end_the_run()
    {
        var recipe = new Recipe([new Exhausting(1)]);
        Plan plan = RestoreWork.PlanOf(recipe, [.. Enumerable.Range(0, 4).Select(i => PlanEntry.Of(_samples.Section(i)))], TiffCompression.None);
        plan.Write(_samples.Stack.PlanFile);
        var work = new RestoreWork(_samples.Stack, plan, recipe);
        Assert.Equal(new TaskOutcome(3, 0, 1, false), TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions()));
        LedgerEvent failure = Ledger.Read(work.Folder).Of(1)!.Failure!;
        Assert.Equal(("NotEnoughMemory", "no memory left for it"), (failure.ErrorId, failure.Error));
    }

    private string Link(int index) => _samples.Folder.File($"links/{SectionFileName.Of(index)}");

    private StackWork PlanLinks()
    {
        var planner = new StackPlanner(_samples.Stack);
        for (int i = 0; i < 4; i++)
            planner.Add(new EmSection(ImageSource.Open(Link(i)), i));
        StackWork work = planner.ToWork(TiffCompression.None);
        planner.Write(work);
        return StackWork.Open(work.Folder);
    }

    /// <summary>A step that no memory is left for in one section.</summary>
    private sealed record Exhausting(int Section) : SectionStep
    {
        private bool IsIt { get; init; }

        public override string Name => "Exhausting";

        public override SectionStep Bind(EmSection section) => this with { IsIt = section.Index == Section };

        public override Plane Apply(Plane<float> input, EvaluationContext context)
            => IsIt ? throw new InsufficientMemoryException("no memory left for it") : input;

        protected override JsonObject ToJson(StepForm form) => Json(null);
    }
}
