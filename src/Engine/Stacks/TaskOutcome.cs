namespace EmTools.Engine.Stacks;

/// <summary>How a task ended.</summary>
/// <param name="Done">Units that it did.</param>
/// <param name="Skipped">Units that were complete already.</param>
/// <param name="Failed">Units that could not be done.</param>
/// <param name="Interrupted">True when it was told to end before it was through.</param>
public sealed record TaskOutcome(int Done, int Skipped, int Failed, bool Interrupted)
{
    /// <summary>Units that are made of units of other tasks, which are not done yet: the final job does them.</summary>
    public int Left { get; init; }

    /// <summary>The exit code of a task that could not begin.</summary>
    public const int NothingRan = 2;

    /// <summary>128 and SIGTERM's number, as shells have it.</summary>
    public const int Terminated = 128 + 15;

    /// <summary>0 when all is done, 1 when some sections failed, 143 when it was told to end.</summary>
    public int ExitCode => Interrupted ? Terminated : Failed > 0 ? 1 : 0;
}

/// <summary>How one unit of a task ended.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="What">Done, failed or abandoned; null for one that was complete already.</param>
public readonly record struct UnitOutcome(WorkUnit Unit, LedgerEvent? What);

/// <summary>How a task is to be run.</summary>
public sealed record TaskOptions
{
    /// <summary>Threads in all. Default: the machine's processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Sections at a time, at most; the threads are shared out over them.</summary>
    public int ThrottleLimit { get; init; } = 1;

    /// <summary>Memory that all sections in hand may take, in bytes.</summary>
    public long MemoryLimit { get; init; } = long.MaxValue;

    /// <summary>The scheduler's name for the job, for the ledger.</summary>
    public string? Job { get; init; }

    /// <summary>Ends the task; sections in hand are abandoned, and nothing is left of them.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Told of every unit that has ended, from any thread; must return at once.</summary>
    public Action<UnitOutcome>? OnUnit { get; init; }
}
