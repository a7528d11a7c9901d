using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Stacks;

/// <summary>
/// What all processes of a stack have done, put together from their files. It tells of failures, times and checksums;
/// whether a section is done is for its output to say.
/// </summary>
public sealed class Ledger
{
    /// <summary>A process on another machine that has written nothing for so long is taken for dead.</summary>
    private static readonly TimeSpan s_silence = 5 * LedgerWriter.BeatInterval;

    private readonly Dictionary<int, SectionRecord> _sections = [];
    private readonly List<LedgerTask> _tasks = [];

    private Ledger()
    {
    }

    /// <summary>All tasks that processes have begun, in the order of their start.</summary>
    public IReadOnlyList<LedgerTask> Tasks => _tasks;

    /// <summary>Reads a stack's ledger; none has been written yet where its folder is missing.</summary>
    /// <exception cref="EmException">A file cannot be read.</exception>
    public static Ledger Read(StackFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var ledger = new Ledger();
        if (!Directory.Exists(folder.Ledger))
            return ledger;
        FileInfo[] files = [.. new DirectoryInfo(folder.Ledger).EnumerateFiles("*.jsonl").Where(file => RegularFile.Is(file.FullName))];
        LedgerTask?[] read = new LedgerTask?[files.Length];
        try
        {
            // Many small files, each a round trip on a network file system.
            Parallel.For(0, files.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i => read[i] = ReadTask(files[i]));
        }
        catch (AggregateException several) when (several.InnerExceptions.FirstOrDefault(FileErrors.IsFileTrouble) is { } trouble)
        {
            throw FileErrors.Reading(folder.Ledger, trouble);
        }

        foreach (LedgerTask task in read.OfType<LedgerTask>().OrderBy(t => t.Started).ThenBy(t => t.File, StringComparer.Ordinal))
        {
            ledger._tasks.Add(task);
            foreach (LedgerEvent what in task.Events.Where(e => e.Section is not null))
                ledger.Note(task, what);
        }

        return ledger;
    }

    /// <summary>What the ledger knows of a section, or null where no process has touched it.</summary>
    public SectionRecord? Of(int section) => _sections.GetValueOrDefault(section);

    private static LedgerTask? ReadTask(FileInfo file)
    {
        LedgerEvent[] events = [.. JsonLines.Read(file.FullName, StackJson.Default.LedgerEvent)];
        if (events is not [{ Kind: LedgerEventKind.Start } start, ..])
            return null;
        bool alive = events[^1].Kind != LedgerEventKind.End && IsAlive(start, file);
        return new LedgerTask(file.FullName, start, events, alive);
    }

    private static bool IsAlive(LedgerEvent start, FileInfo file)
        => start.Host == Environment.MachineName
            ? start.ProcessId is { } id && ProcessLife.IsAlive(id, start.ProcessStart)
            : DateTime.UtcNow - file.LastWriteTimeUtc < s_silence;

    private void Note(LedgerTask task, LedgerEvent what)
    {
        if (!_sections.TryGetValue(what.Section!.Value, out SectionRecord? record))
            _sections.Add(what.Section.Value, record = new SectionRecord());
        record.Note(task, what);
    }
}

/// <summary>What one process did for one task.</summary>
/// <param name="File">The ledger's file.</param>
/// <param name="Start">Who began what.</param>
/// <param name="Events">All that it wrote.</param>
/// <param name="IsAlive">Whether it still runs, as far as can be told from here.</param>
public sealed record LedgerTask(string File, LedgerEvent Start, IReadOnlyList<LedgerEvent> Events, bool IsAlive)
{
    /// <summary>When it began (UTC).</summary>
    public DateTime Started => Start.At;

    /// <summary>True when the process is one of this machine.</summary>
    public bool IsHere => Start.Host == Environment.MachineName;
}

/// <summary>The last that the ledger knows of a section.</summary>
public sealed class SectionRecord
{
    /// <summary>The last failure, or null where it was done after it.</summary>
    public LedgerEvent? Failure { get; private set; }

    /// <summary>The last time that it was done.</summary>
    public LedgerEvent? Done { get; private set; }

    /// <summary>The last time that the output was found to be still right for inputs of other times.</summary>
    public LedgerEvent? Same { get; private set; }

    /// <summary>The process that has it in hand, or null.</summary>
    public LedgerTask? InHand { get; private set; }

    /// <summary>The process that <see cref="Failure"/> is of.</summary>
    public LedgerTask? FailedIn { get; private set; }

    internal void Note(LedgerTask task, LedgerEvent what)
    {
        switch (what.Kind)
        {
            case LedgerEventKind.Begin:
                if (task.IsAlive)
                    InHand = task;
                break;
            case LedgerEventKind.Done:
                Release(task);
                if (Done is null || what.At >= Done.At)
                    Done = what;
                if (Failure is not null && Failure.At <= what.At)
                    Failure = null;
                break;
            case LedgerEventKind.Same:
                if (Same is null || what.At >= Same.At)
                    Same = what;
                break;
            case LedgerEventKind.Failed:
                Release(task);
                if ((Done is null || Done.At < what.At) && (Failure is null || Failure.At <= what.At))
                    (Failure, FailedIn) = (what, task);
                break;
            case LedgerEventKind.Abandoned:
                Release(task);
                break;
        }
    }

    private void Release(LedgerTask task)
    {
        if (InHand == task)
            InHand = null;
    }
}
