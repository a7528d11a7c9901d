namespace EmTools.Engine.Stacks;

/// <summary>What verifying a stack found.</summary>
public sealed record StackReport
{
    /// <summary>When (UTC).</summary>
    public required DateTime At { get; init; }

    /// <summary>Sections in all.</summary>
    public required int Sections { get; init; }

    /// <summary>Outputs that are complete, carry their key, decode, and are as the ledger has them.</summary>
    public required int Sound { get; init; }

    /// <summary>All others, with what is wrong.</summary>
    public required IReadOnlyList<StackProblem> Problems { get; init => field = ReadableList.Create<StackProblem>([.. value]); }

    /// <summary>Sound outputs that may well be worth nothing all the same, with what was found when they were made.</summary>
    public IReadOnlyList<SectionWarning> Warnings { get; init => field = ReadableList.Create<SectionWarning>([.. value]); } = ReadableList.Create<SectionWarning>([]);

    /// <summary>0 when all outputs are sound, else 1.</summary>
    public int ExitCode => Problems.Count == 0 ? 0 : 1;

    /// <summary>How many outputs are sound.</summary>
    public override string ToString() => $"{Sound} of {Sections} sound";
}

/// <summary>An output that is not sound.</summary>
/// <param name="Section">The section's index.</param>
/// <param name="Path">Its output.</param>
/// <param name="Kind"><c>Missing</c>, <c>OutOfDate</c>, <c>Damaged</c> or <c>Changed</c> (another checksum than the ledger's).</param>
/// <param name="Message">What is wrong.</param>
public sealed record StackProblem(int Section, string Path, string Kind, string Message)
{
    /// <summary>Section, kind and message.</summary>
    public override string ToString() => $"{Section}: {Kind}: {Message}";
}
