namespace EmTools.PesterRunner;

/// <summary>How a test ended.</summary>
public enum PesterOutcome
{
    /// <summary>Found, not run.</summary>
    NotRun,

    /// <summary>It ran to its end.</summary>
    Passed,

    /// <summary>An assertion failed, or something threw.</summary>
    Failed,

    /// <summary>It was told not to run.</summary>
    Skipped,
}

/// <summary>What became of a test.</summary>
/// <param name="Number">Its place in the file, from 1.</param>
/// <param name="Template">The path of names as written, with the data of discovery filled in.</param>
/// <param name="Name">The path of names, with all data filled in.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Message">Why it failed, with file and line; or why it was skipped.</param>
/// <param name="Duration">How long it took, with its BeforeEach and AfterEach.</param>
public sealed record PesterResult(int Number, string Template, string Name, PesterOutcome Outcome, string Message, TimeSpan Duration);

/// <summary>What became of a file.</summary>
/// <param name="File">Its full path.</param>
/// <param name="Results">Its tests, in order.</param>
/// <param name="Errors">What went wrong outside of the tests: in discovery, or in an AfterAll.</param>
public sealed record PesterRun(string File, IReadOnlyList<PesterResult> Results, IReadOnlyList<string> Errors)
{
    /// <summary>True when there were tests and none failed, and nothing outside of them did.</summary>
    public bool Succeeded => Errors.Count == 0 && Results.Count > 0 && Results.All(r => r.Outcome != PesterOutcome.Failed);

    /// <summary>What is wrong with the file as a whole, in words.</summary>
    public string Describe() => Errors.Count > 0
        ? string.Join(Environment.NewLine, Errors)
        : Results.Count == 0 ? $"{File} has no tests." : $"{File} has no such test.";
}
