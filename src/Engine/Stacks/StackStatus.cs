using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Stacks;

/// <summary>How far one section is.</summary>
public enum SectionState
{
    /// <summary>Its output is complete and up to date.</summary>
    Done,

    /// <summary>A living process has it in hand.</summary>
    Running,

    /// <summary>It could not be done, and nothing has changed since.</summary>
    Failed,

    /// <summary>It is still to be done.</summary>
    Pending,

    /// <summary>Its output was made by another recipe or version or of another input, and is to be made again.</summary>
    OutOfDate,
}

/// <summary>A section that could not be done.</summary>
/// <param name="Section">Its index.</param>
/// <param name="Path">The input.</param>
/// <param name="ErrorId">The error's stable name.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Host">On which machine.</param>
/// <param name="Job">The scheduler's name for the job, or null.</param>
public sealed record SectionFailure(int Section, string Path, string ErrorId, string Error, DateTime At, string Host, string? Job)
{
    /// <summary>Section and error.</summary>
    public override string ToString() => $"{Section}: {Error}";
}

/// <summary>Something about a section that was done, and may well mean that its output is worth nothing.</summary>
/// <param name="Section">Its index.</param>
/// <param name="Id">A stable name: <c>PixelsAtEnd</c>, <c>ResultConstant</c>, <c>ResultEmpty</c>, <c>OutsideRange</c>.</param>
/// <param name="Step">The step that it was found at.</param>
/// <param name="Message">What was found, and what to do.</param>
public sealed record SectionWarning(int Section, string Id, string Step, string Message)
{
    /// <summary>Section, step and message.</summary>
    public override string ToString() => $"{Section}, {Step}: {Message}";

    /// <summary>The warnings that the ledger holds of a section as it was done last.</summary>
    internal static IEnumerable<SectionWarning> Of(Ledger ledger, int section)
        => (ledger.Of(section)?.Done?.Notices ?? []).Select(notice => new SectionWarning(section, notice.Id, notice.Step, notice.Message));
}

/// <summary>How far a stack is: what its outputs and its ledger say at one moment.</summary>
public sealed class StackStatus
{
    /// <summary>The rate is that of so long before now; what was slower or faster yesterday tells little.</summary>
    private static readonly TimeSpan s_rateWindow = TimeSpan.FromHours(1);

    private readonly SectionState[] _states;

    private StackStatus(StackWork work, Ledger ledger, SectionState[] states)
    {
        Work = work;
        _states = states;
        At = DateTime.UtcNow;
        Destination = work.Folder.Destination;
        Failures = [.. FailuresOf(work, ledger, states)];
        Warnings = [.. In(SectionState.Done).SelectMany(section => SectionWarning.Of(ledger, section))];
        RunningTasks = ledger.Tasks.Count(t => t.IsAlive);
        (SectionsPerHour, TimeLeft) = Rate(ledger);
    }

    /// <summary>The folder of the outputs.</summary>
    public string Destination { get; }

    /// <summary>When the stack was looked at (UTC).</summary>
    public DateTime At { get; }

    /// <summary>Sections in all; of a volume, its blocks.</summary>
    public int Sections => _states.Length;

    /// <summary>Outputs that are complete and up to date.</summary>
    public int Done => Count(SectionState.Done);

    /// <summary>Sections that living processes have in hand.</summary>
    public int Running => Count(SectionState.Running);

    /// <summary>Sections that could not be done.</summary>
    public int Failed => Count(SectionState.Failed);

    /// <summary>Sections still to be done.</summary>
    public int Pending => Count(SectionState.Pending);

    /// <summary>Outputs that are to be made again.</summary>
    public int OutOfDate => Count(SectionState.OutOfDate);

    /// <summary>Processes that are at work, as far as can be told from here.</summary>
    public int RunningTasks { get; }

    /// <summary>Sections done in an hour of late, all processes together; null where none was.</summary>
    public double? SectionsPerHour { get; }

    /// <summary>How long the rest takes at that rate; null where nothing runs.</summary>
    public TimeSpan? TimeLeft { get; }

    /// <summary>Why sections failed.</summary>
    public IReadOnlyList<SectionFailure> Failures { get; }

    /// <summary>What was found of sections that are done, and may well mean that they are worth nothing.</summary>
    public IReadOnlyList<SectionWarning> Warnings { get; }

    /// <summary>The stack that was looked at.</summary>
    internal StackWork Work { get; }

    /// <summary>Looks at a stack.</summary>
    /// <exception cref="EmException">The ledger cannot be read.</exception>
    public static StackStatus Of(StackWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var ledger = Ledger.Read(work.Folder);
        IReadOnlyList<WorkUnit> units = work.Units;
        HashSet<string> present = Present(work.OutputFolder);
        var states = new SectionState[units.Count];

        // Opening a file on a network file system is waiting; many can wait at a time.
        Parallel.For(0, units.Count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i => states[i] = StateOf(work, ledger, units[i], present));
        return new StackStatus(work, ledger, states);
    }

    /// <summary>The indices of the sections in a state, ascending.</summary>
    public IEnumerable<int> In(SectionState state)
    {
        for (int i = 0; i < _states.Length; i++)
        {
            if (_states[i] == state)
                yield return Work.Units[i].Number;
        }
    }

    /// <summary>The indices of the sections that a new run is to see to: all that are not done. What another process has in hand is waited for, and done where that one does not.</summary>
    public int[] ToDo()
        => [.. Enumerable.Range(0, _states.Length).Where(i => _states[i] != SectionState.Done).Select(i => Work.Units[i].Number)];

    private static SectionState StateOf(StackWork work, Ledger ledger, WorkUnit unit, HashSet<string> present)
    {
        OutputState output = present.Contains(Path.GetFileName(work.OutputOf(unit))) ? work.Find(unit, ledger).State : OutputState.Missing;
        if (output == OutputState.Complete)
            return SectionState.Done;
        SectionRecord? record = ledger.Of(unit.Number);
        if (record?.InHand is not null)
            return SectionState.Running;

        // A failure of another recipe or another input says nothing of this one.
        if (record?.Failure is { } failure && (failure.Key is null || failure.Key == work.KeyOf(unit)))
            return SectionState.Failed;
        return output == OutputState.OutOfDate ? SectionState.OutOfDate : SectionState.Pending;
    }

    private static HashSet<string> Present(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(p => Path.GetFileName(p))] : [];
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(folder, e);
        }
    }

    private static IEnumerable<SectionFailure> FailuresOf(StackWork work, Ledger ledger, SectionState[] states)
    {
        for (int i = 0; i < states.Length; i++)
        {
            if (states[i] != SectionState.Failed)
                continue;
            WorkUnit unit = work.Units[i];
            SectionRecord record = ledger.Of(unit.Number)!;
            LedgerEvent what = record.Failure!;
            yield return new SectionFailure(unit.Number, unit.Source, what.ErrorId ?? "", what.Error ?? "", what.At, record.FailedIn!.Start.Host ?? "", record.FailedIn.Start.Job);
        }
    }

    private (double? SectionsPerHour, TimeSpan? TimeLeft) Rate(Ledger ledger)
    {
        // From when somebody worked: since the first of the processes that still do began, but an hour at most.
        LedgerTask[] alive = [.. ledger.Tasks.Where(t => t.IsAlive)];
        if (alive.Length == 0)
            return (null, null);
        DateTime from = alive.Min(t => t.Started);
        from = At - from > s_rateWindow ? At - s_rateWindow : from;
        int done = ledger.Tasks.SelectMany(t => t.Events).Count(e => e.Kind == LedgerEventKind.Done && e.At >= from);
        double hours = (At - from).TotalHours;
        if (done == 0 || hours <= 0)
            return (null, null);
        double rate = done / hours;
        return (rate, TimeSpan.FromHours((Sections - Done) / rate));
    }

    private int Count(SectionState state) => _states.Count(s => s == state);
}
