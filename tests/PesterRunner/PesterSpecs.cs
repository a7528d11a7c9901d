using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;

namespace EmTools.PesterRunner;

/// <summary>
/// Pester specs as the cases of another test framework: each <c>It</c> is a case, each file runs once.
/// </summary>
/// <remarks>
/// <para>In an xUnit project:</para>
/// <code>
/// public class Specs
/// {
///     private static readonly PesterSpecs s_specs = new(Path.Combine(root, "tests"));
///
///     public static IEnumerable&lt;object[]&gt; Cases => s_specs.Cases.Select(c => new object[] { c.File, c.Number, c.Name });
///
///     [SkippableTheory, MemberData(nameof(Cases))]
///     public void It(string file, int number, string name)
///     {
///         PesterResult result = s_specs.ResultOf(file, number, name);
///         Skip.If(result.Outcome == PesterOutcome.Skipped, result.Message);
///         Assert.True(result.Outcome == PesterOutcome.Passed, result.Message);
///     }
/// }
/// </code>
/// <para>
/// A file without tests, one that cannot be parsed, and a Describe that throws are each a case that fails. What went wrong
/// outside the tests (an AfterAll that throws) fails the file's last case, so that it cannot go by unseen.
/// </para>
/// <para>
/// The keywords are those of Pester 5 and 6 and no others, so the same files run under Pester itself. The commands of
/// Microsoft.PowerShell.Utility and .Management are not there (no Join-Path, Select-Object, New-Item): specs use the
/// language and .NET. Not here: Mock, InModuleScope, tags to filter by, code coverage, legacy Should syntax.
/// </para>
/// </remarks>
public sealed class PesterSpecs
{
    private readonly Action<InitialSessionState>? _configure;
    private readonly Lazy<IReadOnlyList<PesterCase>> _cases;
    private readonly ConcurrentDictionary<string, Lazy<PesterRun>> _runs = new(StringComparer.Ordinal);

    /// <summary>Takes all <c>*.Tests.ps1</c> in a folder and below it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="configure">Prepares the session of each file: modules to import, variables.</param>
    public PesterSpecs(string folder, Action<InitialSessionState>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = Path.GetFullPath(folder);
        _configure = configure;
        _cases = new(() => [.. Files.SelectMany(Discover)]);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The spec files' full paths, in order.</summary>
    public IReadOnlyList<string> Files =>
    [
        .. Directory.EnumerateFiles(Folder, "*.Tests.ps1", SearchOption.AllDirectories).Where(IsSource).Order(StringComparer.Ordinal),
    ];

    /// <summary>Every test that discovery finds; no test has run yet.</summary>
    public IReadOnlyList<PesterCase> Cases => _cases.Value;

    /// <summary>The result of a case; runs its file if it has not run.</summary>
    /// <param name="file">The file, as in <see cref="PesterCase.File"/>.</param>
    /// <param name="number">The case's number in the file.</param>
    /// <param name="name">Its name, as discovery had it; a run that finds another there fails the case.</param>
    public PesterResult ResultOf(string file, int number, string name)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(name);
        PesterRun run = _runs.GetOrAdd(file, f => new(() => PesterFile.Run(Path.Combine(Folder, f), _configure))).Value;
        PesterResult? test = run.Results.FirstOrDefault(r => r.Number == number);
        if (test is null)
            return new PesterResult(number, name, name, PesterOutcome.Failed, run.Describe(), TimeSpan.Zero);
        if (test.Template != name)
            return test with { Outcome = PesterOutcome.Failed, Message = $"Discovery is not repeatable: case {number} of {file} was '{name}' and is now '{test.Template}'." };
        bool last = number == run.Results.Max(r => r.Number);
        return last && run.Errors.Count > 0 && test.Outcome != PesterOutcome.Failed
            ? test with { Outcome = PesterOutcome.Failed, Message = run.Describe() }
            : test;
    }

    // A build copies specs beside the tests' binaries; they would count twice.
    private bool IsSource(string path) => !Path.GetRelativePath(Folder, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj");

    private IEnumerable<PesterCase> Discover(string path)
    {
        string file = Path.GetRelativePath(Folder, path);
        PesterRun found = PesterFile.Discover(path, _configure);
        return found.Errors.Count > 0 || found.Results.Count == 0
            ? [new PesterCase(file, 0, "(discovery)")]
            : found.Results.Select(r => new PesterCase(file, r.Number, r.Template));
    }
}

/// <summary>A test that discovery found.</summary>
/// <param name="File">Its file, relative to the folder of the specs.</param>
/// <param name="Number">Its place in the file, from 1; 0 stands for a file without usable tests.</param>
/// <param name="Name">The path of names to it.</param>
public sealed record PesterCase(string File, int Number, string Name);
