using EmTools.Engine.Files;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>What happened.</summary>
public enum LedgerEventKind
{
    /// <summary>A process began a task.</summary>
    Start,

    /// <summary>It took a section in hand.</summary>
    Begin,

    /// <summary>The section's output is complete.</summary>
    Done,

    /// <summary>The section's output stays: it was made of files of other times, whose contents are the same.</summary>
    Same,

    /// <summary>The section could not be done; the others go on.</summary>
    Failed,

    /// <summary>The section was left because the process was told to end.</summary>
    Abandoned,

    /// <summary>The process is alive.</summary>
    Beat,

    /// <summary>The process ended its task.</summary>
    End,
}

/// <summary>A line of the ledger.</summary>
public sealed record LedgerEvent
{
    /// <summary>What happened.</summary>
    public required LedgerEventKind Kind { get; init; }

    /// <summary>When (UTC), by the process's own clock.</summary>
    public required DateTime At { get; init; }

    /// <summary>The section concerned.</summary>
    public int? Section { get; init; }

    /// <summary>The key that its output carries, or should carry.</summary>
    public string? Key { get; init; }

    /// <summary>Seconds that the section took.</summary>
    public double? Seconds { get; init; }

    /// <summary>The process's largest memory so far, in bytes.</summary>
    public long? PeakBytes { get; init; }

    /// <summary>The output's size in bytes.</summary>
    public long? Bytes { get; init; }

    /// <summary>SHA-256 of the output, in lower-case hexadecimal digits.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The share of the output's pixels, 0 to 1, at its lowest grey level.</summary>
    public double? AtLowest { get; init; }

    /// <summary>The share of the output's pixels, 0 to 1, at its highest grey level.</summary>
    public double? AtHighest { get; init; }

    /// <summary>What is no error and may well mean that the output is worth nothing.</summary>
    public IReadOnlyList<ResultNotice>? Notices { get; init; }

    /// <summary>The files that the output was made of, as they were then.</summary>
    public IReadOnlyList<InputRecord>? Inputs { get; init; }

    /// <summary>A hash of what the section's own file holds; see <see cref="ContentHash"/>.</summary>
    public string? Content { get; init; }

    /// <summary>For <see cref="LedgerEventKind.Same"/>: the key that the output carries in place of <see cref="Key"/>.</summary>
    public string? Carries { get; init; }

    /// <summary>The error's stable name.</summary>
    public string? ErrorId { get; init; }

    /// <summary>The error in the user's words.</summary>
    public string? Error { get; init; }

    /// <summary>The run and, beside it, the task that the process works on.</summary>
    public int? Run { get; init; }

    /// <summary>The task.</summary>
    public int? Task { get; init; }

    /// <summary>The machine.</summary>
    public string? Host { get; init; }

    /// <summary>The process on that machine.</summary>
    public int? ProcessId { get; init; }

    /// <summary>When that process began, in its machine's own count; a number that is given anew later begins at another time.</summary>
    public long? ProcessStart { get; init; }

    /// <summary>The scheduler's name for the job.</summary>
    public string? Job { get; init; }

    /// <summary>The version that runs.</summary>
    public string? Software { get; init; }

    /// <summary>Sections of the task that were complete already.</summary>
    public int? Skipped { get; init; }

    /// <summary>How the task ended.</summary>
    public int? ExitCode { get; init; }
}

/// <summary>A file that an output was made of, as it was then.</summary>
/// <param name="Index">The section that it is of.</param>
/// <param name="Name">Its name.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Changed">When it had last been written (UTC).</param>
public sealed record InputRecord(int Index, string Name, long Size, DateTime Changed)
{
    /// <summary>The file as a key names it.</summary>
    internal InputIdentity Identity => new(Name, Size, Changed);
}
