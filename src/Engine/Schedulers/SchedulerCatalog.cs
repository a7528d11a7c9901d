using System.Collections.Immutable;

namespace EmTools.Engine.Schedulers;

/// <summary>All schedulers, by name.</summary>
public static class SchedulerCatalog
{
    /// <summary>The names, and what each is for.</summary>
    public static ImmutableArray<(string Name, string Summary)> All { get; } =
    [
        (LocalScheduler.SchedulerName, "This machine, a few sections at a time."),
        (SlurmScheduler.SchedulerName, "A Slurm job array, with a final job that verifies."),
        (DisBatchScheduler.SchedulerName, "A task file for disBatch within one Slurm job."),
        (ScriptScheduler.SchedulerName, "Bash files, one a task, for any other scheduler."),
    ];

    /// <summary>Makes a scheduler.</summary>
    /// <param name="name">Its name, whatever the letters' case.</param>
    /// <param name="options">What to ask the cluster for; not looked at by Local.</param>
    /// <exception cref="EmException">No such scheduler (<c>UnknownScheduler</c>), or a value that cannot stand in a script.</exception>
    public static Scheduler Create(string name, ClusterOptions options) => All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Name switch
    {
        LocalScheduler.SchedulerName => new LocalScheduler(),
        SlurmScheduler.SchedulerName => new SlurmScheduler(options, SlurmCommands.MaximumArraySize()),
        DisBatchScheduler.SchedulerName => new DisBatchScheduler(options),
        ScriptScheduler.SchedulerName => new ScriptScheduler(options),
        _ => throw new EmException(EmErrorKind.InvalidArgument, "UnknownScheduler", $"There is no scheduler '{name}'; there are {string.Join(", ", All.Select(s => s.Name))}.", "Scheduler"),
    };
}
