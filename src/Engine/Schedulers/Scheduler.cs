using System.Text.Json.Nodes;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Schedulers;

/// <summary>A file among a run's scripts.</summary>
/// <param name="Name">Its name in the scripts' folder.</param>
/// <param name="Text">What it holds.</param>
public sealed record ScriptFile(string Name, string Text);

/// <summary>
/// Turns a run into scripts. They hold numbers of tasks and never a section's name: names stay in the plan, where no shell
/// reads them.
/// </summary>
public abstract class Scheduler
{
    /// <summary>The name that users know it by.</summary>
    public abstract string Name { get; }

    /// <summary>The settings, for the run's file.</summary>
    public abstract JsonObject Settings { get; }

    /// <summary>How many tasks so many sections are shared out over.</summary>
    public abstract int TasksFor(int sections);

    /// <summary>The scripts of a run; none where this process runs it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="work">What is done.</param>
    /// <param name="runtime">What runs a task on a node.</param>
    public abstract IReadOnlyList<ScriptFile> ScriptsFor(StackRun run, StackWork work, NodeRuntime runtime);

    /// <summary>The file that submits a run, among its scripts.</summary>
    public static string SubmitFile(int run) => ScriptNames.Of(run, "submit.sh");

    /// <summary>Plans a run over sections.</summary>
    /// <exception cref="EmException">The run's file cannot be written.</exception>
    public StackRun Plan(StackFolder folder, int[] sections)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(sections);
        int[] numbers = StackRun.NumbersIn(folder);
        return new StackRun
        {
            Number = numbers.Length == 0 ? 1 : numbers[^1] + 1,
            Scheduler = Name,
            Tasks = TasksFor(sections.Length),
            Sections = IndexRanges.Format(sections),
            Planned = DateTime.UtcNow,
            Settings = Settings,
        };
    }
}
