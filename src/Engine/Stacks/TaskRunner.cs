using System.Collections.Concurrent;
using System.Diagnostics;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Stacks;

/// <summary>
/// Does a task's sections: leaves out what is complete or in hand of another process, does the others, and notes each in the
/// ledger. A section that fails does not stop the others.
/// </summary>
public sealed class TaskRunner
{
    /// <summary>How often it looks whether it is to end.</summary>
    private static readonly TimeSpan s_asked = TimeSpan.FromMilliseconds(500);

    /// <summary>How often it looks whether a section that another process has in hand is free.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    private readonly StackWork _work;
    private readonly TaskOptions _options;
    private readonly LedgerWriter _ledger;
    private readonly SectionClaims _claims;
    private readonly StackWatch _watch;
    private readonly MemoryGate _gate;
    private readonly CancellationTokenSource _ending;
    private readonly PlanEntry[] _entries;
    private readonly int _run;
    private readonly HashSet<int> _same = []; // outputs that are right though their keys are of older times
    private readonly Lock _beginning = new();
    private readonly Queue<PlanEntry> _elsewhere = [];
    private readonly ConcurrentDictionary<int, bool> _failedSections = [];
    private EmException? _trouble;
    private int _threads = 1; // that work on a section
    private int _next;
    private int _done;
    private int _skipped;
    private int _failed;

    private TaskRunner(StackWork work, int run, TaskOptions options, LedgerWriter ledger, PlanEntry[] entries, CancellationTokenSource ending)
    {
        (_work, _run, _options, _ledger, _entries, _ending) = (work, run, options, ledger, entries, ending);
        _claims = new SectionClaims(work.Folder, ledger.Path);
        _watch = new StackWatch(work, entries);
        _gate = new MemoryGate(options.MemoryLimit);
    }

    /// <summary>Runs a task to its end, or until it is cancelled or asked to end (<see cref="StopRequest"/>).</summary>
    /// <param name="work">What to do.</param>
    /// <param name="run">The run that the task belongs to.</param>
    /// <param name="task">The task's number.</param>
    /// <param name="options">Threads, limits, listeners.</param>
    /// <exception cref="EmException">
    /// The task does not exist, the ledger cannot be written, or the stack was removed (<c>StackGone</c>) or planned anew with
    /// other steps (<c>StackChanged</c>) meanwhile.
    /// </exception>
    public static TaskOutcome Run(StackWork work, StackRun run, int task, TaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);

        // A plan that was made anew since may have lost sections; they are nobody's concern then.
        PlanEntry[] entries = [.. run.SectionsOf(task).Select(work.Plan.At).OfType<PlanEntry>()];
        long retained = PlanePool.RetainedLimit;
        PlanePool.RetainedLimit = Math.Min(retained, options.MemoryLimit);
        using LedgerWriter ledger = LedgerWriter.Start(work.Folder, run.Number, task, options.Job);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(options.Cancellation);
        using var asked = new Timer(_ => EndIfAsked(work.Folder, run.Number, ending), null, TimeSpan.Zero, s_asked);
        var runner = new TaskRunner(work, run.Number, options, ledger, entries, ending);
        TaskOutcome outcome;
        try
        {
            outcome = runner.RunAll();
        }
        finally
        {
            work.Release();
            PlanePool.RetainedLimit = retained;
        }

        ledger.Add(LedgerWriter.Now(LedgerEventKind.End) with { Skipped = outcome.Skipped, ExitCode = runner._trouble is null ? outcome.ExitCode : TaskOutcome.NothingRan, PeakBytes = LedgerWriter.PeakMemory() });
        return runner._trouble is null ? outcome : throw runner._trouble;
    }

    private static void EndIfAsked(StackFolder folder, int run, CancellationTokenSource ending)
    {
        try
        {
            if (StopRequest.Concerns(folder, run))
                ending.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The task ended while it was looked up.
        }
    }

    private TaskOutcome RunAll()
    {
        int workers = Math.Clamp(_options.ThrottleLimit, 1, Math.Max(1, _entries.Length));
        _threads = Math.Max(1, _options.Threads / workers);
        var context = new EvaluationContext { Threads = _threads, Cancellation = _ending.Token };
        try
        {
            FindSame(workers);
            _work.Announce([.. _entries.Where(entry => !IsComplete(entry))], workers);
            Task[] running = [.. Enumerable.Range(0, workers).Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            Task.WhenAll(running).GetAwaiter().GetResult();
            if (_trouble is null && !_ending.IsCancellationRequested)
                CheckOutputs(workers);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // Told below.
        }

        bool interrupted = _ending.IsCancellationRequested && _done + _skipped + _failed < _entries.Length;
        return new TaskOutcome(_done, _skipped, _failed, interrupted);

        void Work()
        {
            try
            {
                while (Begin() is { } entry)
                    RunOne(entry, context);
            }
            catch (EmException trouble)
            {
                _trouble ??= trouble; // of the stack as a whole: no worker begins another section
            }
        }
    }

    /// <summary>Outputs whose inputs have other times than when they were made, and hold the same: noted, so that nobody has to look again.</summary>
    private void FindSame(int workers)
    {
        (PlanEntry Entry, string Key)[] aged = [.. _entries.Select(entry => (Entry: entry, Found: _work.Find(entry))).Where(pair => pair.Found is { State: OutputState.OutOfDate, Key: not null }).Select(pair => (pair.Entry, pair.Found.Key!))];
        if (aged.Length == 0)
            return;
        var ledger = Ledger.Read(_work.Folder);
        var same = new SameInputs(_work, ledger);
        Parallel.ForEach(aged, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = _ending.Token }, pair =>
        {
            bool known = _work.Find(pair.Entry, ledger).State == OutputState.Complete;
            if (!known && !same.Hold(pair.Entry, pair.Key, _ending.Token))
                return;
            if (!known)
                _ledger.Add(LedgerWriter.Now(LedgerEventKind.Same, pair.Entry.Index) with { Key = _work.KeyOf(pair.Entry), Carries = pair.Key });
            lock (_same)
                _same.Add(pair.Entry.Index);
        });
    }

    private bool IsComplete(PlanEntry entry) => _same.Contains(entry.Index) || _work.Find(entry).State == OutputState.Complete;

    /// <summary>
    /// The next section that is to be done, when there is memory for it and no other process has it; null when there is none, or
    /// the task ends. One worker at a time, so sections begin in the order of the stack: what is kept for the next ones stays
    /// within what those in hand are reckoned at.
    /// </summary>
    private PlanEntry? Begin()
    {
        lock (_beginning)
        {
            while (_trouble is null && !_ending.IsCancellationRequested)
            {
                _watch.Check();
                if (StopRequest.Concerns(_work.Folder, _run))
                    _ending.Cancel(); // looked for now and then too, but no section begins after it was asked
                bool first = _next < _entries.Length;
                if (!first && _elsewhere.Count == 0)
                    return null;
                PlanEntry entry = first ? _entries[_next] : _elsewhere.Peek();
                if (IsComplete(entry))
                {
                    Pass(first);
                    Interlocked.Increment(ref _skipped);
                    _options.OnSection?.Invoke(new SectionOutcome(entry, null));
                    continue;
                }

                if (!TryEnter(entry))
                    return null; // it was not begun
                if (_claims.Take(entry.Index) is null)
                {
                    Pass(first);
                    if (!IsComplete(entry))
                        return entry;

                    // Another process completed it between the two looks.
                    _elsewhere.Enqueue(entry);
                    Leave(entry);
                    continue;
                }

                _gate.Leave(_work.PeakOf(entry, _threads));
                Pass(first);
                _elsewhere.Enqueue(entry);
                if (!first)
                    _ending.Token.WaitHandle.WaitOne(s_look);
            }

            return null;
        }

        void Pass(bool first)
        {
            if (first)
                _next++;
            else
                _elsewhere.Dequeue();
        }
    }

    private bool TryEnter(PlanEntry entry)
    {
        try
        {
            _gate.Enter(_work.PeakOf(entry, _threads), _ending.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Leave(PlanEntry entry)
    {
        _claims.Release(entry.Index);
        _gate.Leave(_work.PeakOf(entry, _threads));
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
            Leave(entry);
        }

        _options.OnSection?.Invoke(new SectionOutcome(entry, what));
    }

    private LedgerEvent Do(PlanEntry entry, EvaluationContext context)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            InputRecord[] inputs = [.. _work.InputsOf(entry).Select(input => (input.Index, input.Identity)).Select(input => new InputRecord(input.Index, input.Identity.Name, input.Identity.Size, input.Identity.Changed))];
            WorkResult result = _work.Perform(entry, context);
            LedgerEvent done = Ended(LedgerEventKind.Done) with { Key = result.Key, Bytes = result.Bytes, Sha256 = result.Sha256, PeakBytes = LedgerWriter.PeakMemory(), AtLowest = Rounded(result.Levels?.AtLowest), AtHighest = Rounded(result.Levels?.AtHighest), Notices = result.Notices.Count > 0 ? result.Notices : null };
            if (_work.KeyWith(entry, [.. inputs.Select(input => input.Identity)]) == result.Key && ContentOf(entry, inputs) is { } content)
                done = done with { Inputs = inputs, Content = content };
            Interlocked.Increment(ref _done);
            return done;
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            return Ended(LedgerEventKind.Abandoned);
        }
        catch (Exception trouble)
        {
            // Also a bug, and a section that no memory is left for: it is told with the section, and days of other sections go on.
            return Failed(entry, trouble) with { Seconds = Ended(LedgerEventKind.Failed).Seconds };
        }

        LedgerEvent Ended(LedgerEventKind kind) => LedgerWriter.Now(kind, entry.Index) with { Seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3) };
    }

    /// <summary>The hash of the section's own file, or null where the file is another by now than the one that was read.</summary>
    private string? ContentOf(PlanEntry entry, InputRecord[] inputs)
    {
        // A page's file holds thousands of others: hashing it for each of them would take longer than all else.
        if (!entry.Location.IsFile)
            return null;
        try
        {
            string content = ContentHash.Of(entry.Path, _ending.Token);
            return inputs.Any(input => input.Index == entry.Index && input.Identity == entry.Identity) ? content : null;
        }
        catch (Exception e) when (e is EmException or OperationCanceledException)
        {
            return null; // the output is done; only a later look at new times will find nothing to compare with
        }
    }

    private LedgerEvent Failed(PlanEntry entry, Exception trouble)
    {
        _failedSections[entry.Index] = true;
        Interlocked.Increment(ref _failed);
        string id = trouble is EmException known ? known.Id : trouble is OutOfMemoryException ? "NotEnoughMemory" : trouble.GetType().Name;
        string words = trouble is EmException or IOException or UnauthorizedAccessException or OutOfMemoryException ? trouble.Message : trouble.ToString();
        return LedgerWriter.Now(LedgerEventKind.Failed, entry.Index) with { Key = TryKey(entry), ErrorId = id, Error = words, PeakBytes = LedgerWriter.PeakMemory() };
    }

    /// <summary>What was done must still be there at the end: a folder that is removed or written to by others meanwhile must not look like success.</summary>
    private void CheckOutputs(int workers)
    {
        _watch.Check();
        Parallel.ForEach(_entries, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(workers, 16) }, entry =>
        {
            if (_failedSections.ContainsKey(entry.Index) || IsComplete(entry))
                return;
            Interlocked.Decrement(ref _done);
            var gone = new EmException(EmErrorKind.NotFound, "OutputGone", $"'{_work.OutputOf(entry)}' was written, and is not there any more or is another file now. Run the stack again.", _work.OutputOf(entry));
            LedgerEvent what = Failed(entry, gone);
            _ledger.Add(what);
            _options.OnSection?.Invoke(new SectionOutcome(entry, what));
        });
    }

    private static double? Rounded(double? share) => share is { } value ? Math.Round(value, 4) : null;

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
