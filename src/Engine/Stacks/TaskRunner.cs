using System.Diagnostics;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Stacks;

/// <summary>
/// Does a task's sections: leaves out what is complete, does the others, and notes each in the ledger. A section that
/// fails does not stop the others.
/// </summary>
public sealed class TaskRunner
{
    private readonly StackWork _work;
    private readonly TaskOptions _options;
    private readonly LedgerWriter _ledger;
    private readonly MemoryGate _gate;
    private readonly Lock _beginning = new();
    private int _threads = 1; // that work on a section
    private int _next;
    private int _done;
    private int _skipped;
    private int _failed;

    private TaskRunner(StackWork work, TaskOptions options, LedgerWriter ledger)
    {
        _work = work;
        _options = options;
        _ledger = ledger;
        _gate = new MemoryGate(options.MemoryLimit);
    }

    /// <summary>Runs a task to its end, or until it is cancelled.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="run">The run that the task belongs to.</param>
    /// <param name="task">The task's number.</param>
    /// <param name="options">Threads, limits, listeners.</param>
    /// <exception cref="EmException">The task does not exist, or the ledger cannot be written.</exception>
    public static TaskOutcome Run(StackWork work, StackRun run, int task, TaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);

        // A plan that was made anew since may have lost sections; they are nobody's concern then.
        PlanEntry[] entries = [.. run.SectionsOf(task).Select(work.Plan.At).OfType<PlanEntry>()];
        if (options.MemoryLimit < PlanePool.RetainedLimit)
            PlanePool.RetainedLimit = options.MemoryLimit;
        using LedgerWriter ledger = LedgerWriter.Start(work.Folder, run.Number, task, options.Job);
        var runner = new TaskRunner(work, options, ledger);
        TaskOutcome outcome;
        try
        {
            outcome = runner.RunAll(entries);
        }
        finally
        {
            work.Release();
        }

        ledger.Add(LedgerWriter.Now(LedgerEventKind.End) with { Skipped = outcome.Skipped, ExitCode = outcome.ExitCode, PeakBytes = LedgerWriter.PeakMemory() });
        return outcome;
    }

    private TaskOutcome RunAll(PlanEntry[] entries)
    {
        int workers = Math.Clamp(_options.ThrottleLimit, 1, Math.Max(1, entries.Length));
        _threads = Math.Max(1, _options.Threads / workers);
        var context = new EvaluationContext { Threads = _threads, Cancellation = _options.Cancellation };
        _work.Expect(entries, workers);
        Task[] running = [.. Enumerable.Range(0, workers).Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WhenAll(running).GetAwaiter().GetResult();
        bool interrupted = _options.Cancellation.IsCancellationRequested && _done + _skipped + _failed < entries.Length;
        return new TaskOutcome(_done, _skipped, _failed, interrupted);

        void Work()
        {
            while (Begin(entries) is { } entry)
                RunOne(entry, context);
        }
    }

    /// <summary>
    /// The next section that is to be done, when there is memory for it; null when there is none, or the task is cancelled.
    /// One worker at a time, so sections begin in the order of the stack: what is kept for the next ones stays within
    /// what those in hand are reckoned at.
    /// </summary>
    private PlanEntry? Begin(PlanEntry[] entries)
    {
        lock (_beginning)
        {
            while (_next < entries.Length && !_options.Cancellation.IsCancellationRequested)
            {
                PlanEntry entry = entries[_next];
                if (_work.Look(entry, out _) != OutputState.Complete)
                {
                    try
                    {
                        _gate.Enter(_work.PeakOf(entry, _threads), _options.Cancellation);
                    }
                    catch (OperationCanceledException)
                    {
                        return null; // it was not begun
                    }

                    _next++;
                    return entry;
                }

                _next++;
                Interlocked.Increment(ref _skipped);
                _options.OnSection?.Invoke(new SectionOutcome(entry, null));
            }

            return null;
        }
    }

    private void RunOne(PlanEntry entry, EvaluationContext context)
    {
        LedgerEvent what;
        try
        {
            _ledger.Add(LedgerWriter.Now(LedgerEventKind.Begin, entry.Index));
            what = Do(entry, context);
            _ledger.Add(what);
        }
        finally
        {
            _gate.Leave(_work.PeakOf(entry, _threads));
        }

        _options.OnSection?.Invoke(new SectionOutcome(entry, what));
    }

    private LedgerEvent Do(PlanEntry entry, EvaluationContext context)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            WorkResult result = _work.Perform(entry, context);
            Interlocked.Increment(ref _done);
            return Ended(LedgerEventKind.Done) with { Key = result.Key, Bytes = result.Bytes, Sha256 = result.Sha256, PeakBytes = LedgerWriter.PeakMemory() };
        }
        catch (OperationCanceledException) when (_options.Cancellation.IsCancellationRequested)
        {
            return Ended(LedgerEventKind.Abandoned);
        }
        catch (Exception trouble) when (trouble is not OutOfMemoryException)
        {
            // Also a bug: it is told with the section, and days of other sections go on.
            Interlocked.Increment(ref _failed);
            string id = trouble is EmException known ? known.Id : trouble.GetType().Name;
            string words = trouble is EmException or IOException or UnauthorizedAccessException or InsufficientMemoryException ? trouble.Message : trouble.ToString();
            return Ended(LedgerEventKind.Failed) with { Key = TryKey(entry), ErrorId = id, Error = words, PeakBytes = LedgerWriter.PeakMemory() };
        }

        LedgerEvent Ended(LedgerEventKind kind) => LedgerWriter.Now(kind, entry.Index) with { Seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3) };
    }

    private string? TryKey(PlanEntry entry)
    {
        try
        {
            return _work.KeyOf(entry);
        }
        catch (Exception e) when (e is EmException or IOException or UnauthorizedAccessException)
        {
            return null; // the failure that is being told is the one that counts
        }
    }
}
