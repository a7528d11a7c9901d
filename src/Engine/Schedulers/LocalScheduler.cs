using System.Text.Json.Nodes;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Schedulers;

/// <summary>This machine: one task, run by the process that plans it.</summary>
public sealed class LocalScheduler : Scheduler
{
    /// <summary>Its name.</summary>
    public const string SchedulerName = "Local";

    /// <inheritdoc/>
    public override string Name => SchedulerName;

    /// <inheritdoc/>
    public override JsonObject Settings => [];

    /// <inheritdoc/>
    public override int TasksFor(int sections) => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<ScriptFile> ScriptsFor(StackRun run, StackWork work, NodeRuntime runtime) => [];
}
