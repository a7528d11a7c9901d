namespace EmTools.Engine.Tests.Bits;

/// <summary>Something whose result must be the same bits on every processor and for any number of threads.</summary>
/// <param name="Subject">The filter, the step, or what else is computed.</param>
/// <param name="Revision">Its revision; 0 for what has none, because no output's key depends on it.</param>
/// <param name="Source">The file that holds the revision.</param>
/// <param name="Variant">Parameters and input, a line without tabs.</param>
/// <param name="Add">Computes it, and hands the result to the hash.</param>
internal sealed record BitCase(string Subject, int Revision, string Source, string Variant, Action<BitHash, EvaluationContext> Add)
{
    /// <summary>One without a revision.</summary>
    public BitCase(string subject, Action<BitHash, EvaluationContext> add)
        : this(subject, 0, "", "", add)
    {
    }

    /// <summary>All cases.</summary>
    public static IReadOnlyList<BitCase> All { get; } = [.. FilterBitCase.All.Select(each => each.ToCase()), .. OtherBitCases.All];

    /// <summary>Subject and variant.</summary>
    public string Name => Variant.Length == 0 ? Subject : $"{Subject} {Variant}";

    /// <summary>Computes the hash.</summary>
    public string Hash(int threads)
    {
        using var hash = new BitHash();
        Add(hash, new EvaluationContext { Threads = threads });
        return hash.Finish();
    }

    public override string ToString() => Name;
}
