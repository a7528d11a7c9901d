using EmTools.Engine;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>How far a stack is.</summary>
public sealed class EmStackInfo
{
    private readonly StackStatus _status;

    internal EmStackInfo(StackStatus status, IReadOnlyList<SlurmJob>? jobs)
    {
        _status = status;
        Failures = [.. status.Failures];
        Warnings = [.. status.Warnings];
        Jobs = jobs is null ? null : [.. jobs];
    }

    /// <summary>The folder of the outputs.</summary>
    public string Destination => _status.Destination;

    /// <summary>Sections in all; of a volume, its blocks.</summary>
    public int Sections => _status.Sections;

    /// <summary>Outputs that are complete and up to date.</summary>
    public int Done => _status.Done;

    /// <summary>Sections that a living process has in hand.</summary>
    public int Running => _status.Running;

    /// <summary>Sections that could not be done.</summary>
    public int Failed => _status.Failed;

    /// <summary>Sections still to be done.</summary>
    public int Pending => _status.Pending;

    /// <summary>Outputs that are to be made again.</summary>
    public int OutOfDate => _status.OutOfDate;

    /// <summary>Processes at work.</summary>
    public int RunningTasks => _status.RunningTasks;

    /// <summary>Sections an hour of late, or null where nothing runs.</summary>
    public double? SectionsPerHour => _status.SectionsPerHour;

    /// <summary>How long the rest takes at that rate, or null.</summary>
    public TimeSpan? TimeLeft => _status.TimeLeft;

    /// <summary>Why sections failed.</summary>
    public ReadableList<SectionFailure> Failures { get; }

    /// <summary>What was found of sections that are done, and may well mean that they are worth nothing.</summary>
    public ReadableList<SectionWarning> Warnings { get; }

    /// <summary>Sections that <see cref="Warnings"/> are of.</summary>
    public int Warned => Warnings.Select(warning => warning.Section).Distinct().Count();

    /// <summary>The scheduler's own view of the jobs that it still has; null where it cannot be asked.</summary>
    public ReadableList<SlurmJob>? Jobs { get; }

    /// <summary>For scripts: 0 when all is done, else 1.</summary>
    public int ExitCode => Done == Sections ? 0 : 1;
}
