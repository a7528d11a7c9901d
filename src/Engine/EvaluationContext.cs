namespace EmTools.Engine;

/// <summary>How one section is to be computed: threads, cancellation, and who wants to hear of its progress.</summary>
public sealed class EvaluationContext
{
    /// <summary>The ordinary context: all processors, no cancellation, no listener.</summary>
    public static EvaluationContext Default { get; } = new();

    /// <summary>Threads that work on one section at the same time; at least 1. Default: the processors of the machine.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Ends the work within a strip or two.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Told at the start of every stage. Called on the computing thread; must return at once.</summary>
    public Action<StageStart>? OnStage { get; init; }

    /// <summary>Told at the end of every stage how long it took. Called on the computing thread; must return at once.</summary>
    public Action<StageTime>? OnStageEnd { get; init; }

    /// <summary>Told of what is no error and may spoil the result. Called on the computing thread; must return at once.</summary>
    public Action<ResultNotice>? OnNotice { get; init; }
}

/// <summary>A stage of the computation begins.</summary>
/// <param name="Name">What it is: <c>Read</c>, a filter's name, <c>Write</c>.</param>
/// <param name="Number">Its number in the chain, from 0.</param>
/// <param name="Count">Stages of the chain in all.</param>
public readonly record struct StageStart(string Name, int Number, int Count);

/// <summary>A stage of the computation is over.</summary>
/// <param name="Name">What it was.</param>
/// <param name="Elapsed">Wall time that it took.</param>
public readonly record struct StageTime(string Name, TimeSpan Elapsed);
