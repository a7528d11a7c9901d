using System.Collections.Concurrent;
using System.Management.Automation.Language;
using System.Security.Cryptography;

namespace EmTools.Cmdlets.Tests.Specs;

/// <summary>The specs in tests/*.Tests.ps1, run by Pester in the real PowerShell: once a version, and each It is a test here.</summary>
public sealed class PesterTests
{
    private static readonly string s_folder = Path.Combine(ModuleSession.RepositoryRoot, "tests");
    private static readonly string s_pester = ModuleSession.Metadata("PesterVersion");
    private static readonly ConcurrentDictionary<string, Lazy<SpecReport>> s_runs = new();

    /// <summary>The older Pester takes as long once more; continuous integration asks for it.</summary>
    private static IEnumerable<string> Versions
        => Environment.GetEnvironmentVariable("EMTOOLS_OLDER_PESTER") == "1" ? [s_pester, ModuleSession.Metadata("OlderPesterVersion")] : [s_pester];

    private static string[] Files => [.. Directory.EnumerateFiles(s_folder, "*.Tests.ps1").Order(StringComparer.Ordinal)];

    public static IEnumerable<object[]> Cases
        => Pwsh.Missing is null
            ? Versions.SelectMany(version => Listed.Cases(version)).Select(spec => new object[] { spec })
            : Files.Select(file => new object[] { new SpecCase(s_pester, Path.GetFileName(file), 0, 1, "all specs") });

    /// <summary>What the list depends on: the specs, the cmdlets they list, and who lists.</summary>
    private static SpecReport Listed
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (string file in Files.Append(ModuleSession.Manifest).Append(Path.Combine(s_folder, "Cmdlets.Tests", "Specs", "Run-Specs.ps1")))
            {
                hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{s_pester}\n{Path.GetFileName(file)}\n"));
                hash.AppendData(File.ReadAllBytes(file));
            }

            return SpecReport.List(s_folder, s_pester, Convert.ToHexStringLower(hash.GetHashAndReset())[..16]);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void It(SpecCase spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Pwsh.SkipIfMissing();
        Run(spec.Pester).Require(spec);
    }

    [SkippableFact]
    public void All_that_ran_was_listed()
    {
        Pwsh.SkipIfMissing();
        foreach (string version in Versions)
            Assert.Equal(Listed.Cases(version).Select(spec => spec.ToString()), Run(version).Cases(version).Select(spec => spec.ToString()));
    }

    /// <summary>An It that stands in a branch not taken, or has no cases, would be missed by nobody.</summary>
    [SkippableFact]
    public void Every_It_in_the_files_was_run()
    {
        Pwsh.SkipIfMissing();
        HashSet<(string, int)> ran = [.. Run(s_pester).Specs.Select(spec => (spec.File, spec.Line))];
        foreach (string file in Files)
        {
            foreach (Ast command in Parser.ParseFile(file, out _, out _).FindAll(ast => ast is CommandAst command && command.GetCommandName() == "It", searchNestedScriptBlocks: true))
                Assert.True(ran.Contains((Path.GetFileName(file), command.Extent.StartLineNumber)), $"{file}, line {command.Extent.StartLineNumber}: {command.Extent.Text.Split('\n')[0]} was not run.");
        }
    }

    private static SpecReport Run(string pester) => s_runs.GetOrAdd(pester, version => new(() => SpecReport.Of(s_folder, version))).Value;
}
