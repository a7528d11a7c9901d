using System.Collections.Concurrent;
using System.Diagnostics;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Stacks;

/// <summary>
/// Does a task's units: leaves out what is complete or in hand of another process, does the others, and notes each in the
/// ledger. A unit that fails does not stop the others. What is made of units that are not done waits until they are, and is
/// left to the final job where they are other tasks'.
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
    private readonly WorkUnit[] _units;
    private readonly int _run;
    private readonly HashSet<int> _same = []; // outputs that are right though their keys are of older times
    private readonly Lock _beginning = new();
    private readonly Queue<WorkUnit> _elsewhere = [];
    private readonly List<WorkUnit> _waiting = []; // for units that they are made of
    private readonly ConcurrentDictionary<int, bool> _failedSections = [];
    private EmException? _trouble;
    private int _threads = 1; // that work on a section
    private int _next;
    private int _done;
    private int _skipped;
    private int _failed;
    private int _inHand;

    private TaskRunner(StackWork work, int run, TaskOptions options, LedgerWriter ledger, WorkUnit[] units, CancellationTokenSource ending)
    {
        (_work, _run, _options, _ledger, _units, _ending) = (work, run, options, ledger, units, ending);
        _claims = new SectionClaims(work.Folder, ledger.Path);
        _watch = new StackWatch(work, units);
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
        return Run(work, run, task, [.. run.SectionsOf(task).Select(work.UnitAt).OfType<WorkUnit>()], options);
    }

    /// <summary>Does what all tasks of a run had to leave, because it is made of units of several of them.</summary>
    /// <exception cref="EmException">As <see cref="Run(StackWork, StackRun, int, TaskOptions)"/>.</exception>
    public static TaskOutcome RunRest(StackWork work, StackRun run, TaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        WorkUnit[] left = [.. run.AllSections().Select(work.UnitAt).OfType<WorkUnit>().Where(unit => work.IsMadeOfOthers(unit) && work.Find(unit).State != OutputState.Complete)];
        return left.Length == 0 ? new TaskOutcome(0, 0, 0, false) : Run(work, run, run.Tasks, left, options);
    }

    private static TaskOutcome Run(StackWork work, StackRun run, int task, WorkUnit[] units, TaskOptions options)
    {
        long retained = PlanePool.RetainedLimit;
        PlanePool.RetainedLimit = Math.Min(retained, options.MemoryLimit);
        using LedgerWriter ledger = LedgerWriter.Start(work.Folder, run.Number, task, options.Job);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(options.Cancellation);
        using var asked = new Timer(_ => EndIfAsked(work.Folder, run.Number, ending), null, TimeSpan.Zero, s_asked);
        var runner = new TaskRunner(work, run.Number, options, ledger, units, ending);
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
        int workers = Math.Clamp(_options.ThrottleLimit, 1, Math.Max(1, _units.Length));
        _threads = Math.Max(1, _options.Threads / workers);
        var context = new EvaluationContext { Threads = _threads, Cancellation = _ending.Token };
        try
        {
            FindSame(workers);
            _work.Announce([.. _units.Where(unit => !IsComplete(unit))], workers);
            Task[] running = [.. Enumerable.Range(0, workers).Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            Task.WhenAll(running).GetAwaiter().GetResult();
            if (_trouble is null && !_ending.IsCancellationRequested)
                CheckOutputs(workers);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // Told below.
        }

        bool interrupted = _ending.IsCancellationRequested && _done + _skipped + _failed < _units.Length;
        return new TaskOutcome(_done, _skipped, _failed, interrupted) { Left = interrupted ? 0 : _waiting.Count };

        void Work()
        {
            try
            {
                while (Begin() is { } unit)
                    RunOne(unit, context);
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
        (WorkUnit Unit, string Key)[] aged = [.. _units.Select(unit => (Unit: unit, Found: _work.Find(unit))).Where(pair => pair.Found is { State: OutputState.OutOfDate, Key: not null }).Select(pair => (pair.Unit, pair.Found.Key!))];
        if (aged.Length == 0)
            return;
        var ledger = Ledger.Read(_work.Folder);
        var same = new SameInputs(_work, ledger);
        Parallel.ForEach(aged, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = _ending.Token }, pair =>
        {
            bool known = _work.Find(pair.Unit, ledger).State == OutputState.Complete;
            if (!known && !same.Hold(pair.Unit, pair.Key, _ending.Token))
                return;
            if (!known)
                _ledger.Add(LedgerWriter.Now(LedgerEventKind.Same, pair.Unit.Number) with { Key = _work.KeyOf(pair.Unit), Carries = pair.Key });
            lock (_same)
                _same.Add(pair.Unit.Number);
        });
    }

    private bool IsComplete(WorkUnit unit) => _same.Contains(unit.Number) || _work.Find(unit).State == OutputState.Complete;

    /// <summary>
    /// The next section that is to be done, when there is memory for it and no other process has it; null when there is none, or
    /// the task ends. One worker at a time, so sections begin in the order of the stack: what is kept for the next ones stays
    /// within what those in hand are reckoned at.
    /// </summary>
    private WorkUnit? Begin()
    {
        lock (_beginning)
        {
            while (_trouble is null && !_ending.IsCancellationRequested)
            {
                _watch.Check();
                if (StopRequest.Concerns(_work.Folder, _run))
                    _ending.Cancel(); // looked for now and then too, but no section begins after it was asked
                Wake();
                bool first = _next < _units.Length;
                if (!first && _elsewhere.Count == 0)
                {
                    // What this task has in hand itself may be what those wait for.
                    if (_waiting.Count == 0 || Volatile.Read(ref _inHand) == 0)
                        return null;
                    _ending.Token.WaitHandle.WaitOne(s_look);
                    continue;
                }

                WorkUnit unit = first ? _units[_next] : _elsewhere.Peek();
                if (IsComplete(unit))
                {
                    Pass(first);
                    Interlocked.Increment(ref _skipped);
                    _options.OnUnit?.Invoke(new UnitOutcome(unit, null));
                    continue;
                }

                if (!_work.IsReady(unit))
                {
                    Pass(first);
                    _waiting.Add(unit);
                    continue;
                }

                if (!TryEnter(unit))
                    return null; // it was not begun
                if (_claims.Take(unit.Number) is null)
                {
                    Pass(first);
                    if (!IsComplete(unit))
                    {
                        Interlocked.Increment(ref _inHand);
                        return unit;
                    }

                    // Another process completed it between the two looks.
                    _elsewhere.Enqueue(unit);
                    Leave(unit);
                    continue;
                }

                _gate.Leave(_work.PeakOf(unit, _threads));
                Pass(first);
                _elsewhere.Enqueue(unit);
                if (!first)
                    _ending.Token.WaitHandle.WaitOne(s_look);
            }

            return null;
        }

        // Those that wait are looked at again when all others have been begun.
        void Wake()
        {
            if (_next < _units.Length || _elsewhere.Count > 0)
                return;
            foreach (WorkUnit ready in _waiting.Where(unit => IsComplete(unit) || _work.IsReady(unit)).ToArray())
            {
                _waiting.Remove(ready);
                _elsewhere.Enqueue(ready);
            }
        }

        void Pass(bool first)
        {
            if (first)
                _next++;
            else
                _elsewhere.Dequeue();
        }
    }

    private bool TryEnter(WorkUnit unit)
    {
        try
        {
            _gate.Enter(_work.PeakOf(unit, _threads), _ending.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Leave(WorkUnit unit)
    {
        _claims.Release(unit.Number);
        _gate.Leave(_work.PeakOf(unit, _threads));
    }

    private void RunOne(WorkUnit unit, EvaluationContext context)
    {
        LedgerEvent what;
        try
        {
            _ledger.Add(LedgerWriter.Now(LedgerEventKind.Begin, unit.Number));
            what = Do(unit, context);
            _ledger.Add(what);
        }
        finally
        {
            Leave(unit);
            Interlocked.Decrement(ref _inHand);
        }

        _options.OnUnit?.Invoke(new UnitOutcome(unit, what));
    }

    private LedgerEvent Do(WorkUnit unit, EvaluationContext context)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            // Of sections only: nobody compares the contents of all that a block of a volume is made of.
            InputRecord[] inputs = unit is not PlanEntry ? [] : [.. _work.InputsOf(unit).Select(input => (input.Index, input.Identity)).Select(input => new InputRecord(input.Index, input.Identity.Name, input.Identity.Size, input.Identity.Changed))];
            WorkResult result = _work.Perform(unit, context);
            LedgerEvent done = Ended(LedgerEventKind.Done) with { Key = result.Key, Bytes = result.Bytes, Sha256 = result.Sha256, PeakBytes = LedgerWriter.PeakMemory(), AtLowest = Rounded(result.Levels?.AtLowest), AtHighest = Rounded(result.Levels?.AtHighest), Notices = result.Notices.Count > 0 ? result.Notices : null };
            if (unit is PlanEntry section && _work.KeyWith(unit, [.. inputs.Select(input => input.Identity)]) == result.Key && ContentOf(section, inputs) is { } content)
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
            return Failed(unit, trouble) with { Seconds = Ended(LedgerEventKind.Failed).Seconds };
        }

        LedgerEvent Ended(LedgerEventKind kind) => LedgerWriter.Now(kind, unit.Number) with { Seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3) };
    }

    /// <summary>The hash of the section's own file, or null where the file is another by now than the one that was read.</summary>
    private string? ContentOf(PlanEntry section, InputRecord[] inputs)
    {
        // A page's file holds thousands of others: hashing it for each of them would take longer than all else.
        if (!section.Location.IsFile)
            return null;
        try
        {
            string content = ContentHash.Of(section.Path, _ending.Token);
            return inputs.Any(input => input.Index == section.Index && input.Identity == section.Identity) ? content : null;
        }
        catch (Exception e) when (e is EmException or OperationCanceledException)
        {
            return null; // the output is done; only a later look at new times will find nothing to compare with
        }
    }

    private LedgerEvent Failed(WorkUnit unit, Exception trouble)
    {
        _failedSections[unit.Number] = true;
        Interlocked.Increment(ref _failed);
        string id = trouble is EmException known ? known.Id : trouble is OutOfMemoryException ? "NotEnoughMemory" : trouble.GetType().Name;
        string words = trouble is EmException or IOException or UnauthorizedAccessException or OutOfMemoryException ? trouble.Message : trouble.ToString();
        return LedgerWriter.Now(LedgerEventKind.Failed, unit.Number) with { Key = TryKey(unit), ErrorId = id, Error = words, PeakBytes = LedgerWriter.PeakMemory() };
    }

    /// <summary>What was done must still be there at the end: a folder that is removed or written to by others meanwhile must not look like success.</summary>
    private void CheckOutputs(int workers)
    {
        _watch.Check();
        Parallel.ForEach(_units, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(workers, 16) }, unit =>
        {
            if (_failedSections.ContainsKey(unit.Number) || _waiting.Contains(unit) || IsComplete(unit))
                return;
            Interlocked.Decrement(ref _done);
            string? why = _work.Find(unit).Why;
            var gone = new EmException(EmErrorKind.NotFound, "OutputGone", $"'{_work.OutputOf(unit)}' was written, and is not there any more or is another file now. {(why is null ? "" : $"{why} ")}Run the stack again.", _work.OutputOf(unit));
            LedgerEvent what = Failed(unit, gone);
            _ledger.Add(what);
            _options.OnUnit?.Invoke(new UnitOutcome(unit, what));
        });
    }

    private static double? Rounded(double? share) => share is { } value ? Math.Round(value, 4) : null;

    private string? TryKey(WorkUnit unit)
    {
        try
        {
            return _work.KeyOf(unit);
        }
        catch (Exception e) when (e is EmException or IOException or UnauthorizedAccessException)
        {
            return null; // the failure that is being told is the one that counts
        }
    }
}
