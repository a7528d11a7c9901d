using EmTools.PesterRunner;

namespace EmTools.Cmdlets.Tests;

/// <summary>The specs in tests/*.Tests.ps1, which run under Pester too.</summary>
public sealed class PesterTests
{
    private static readonly PesterSpecs s_specs = new(Path.Combine(ModuleSession.RepositoryRoot, "tests"));

    /// <summary>Specs in folders below belong to other projects.</summary>
    public static IEnumerable<object[]> Cases
        => s_specs.Cases.Where(c => Path.GetFileName(c.File) == c.File).Select(c => new object[] { c.File, c.Number, c.Name });

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void It(string file, int number, string name)
    {
        PesterResult result = s_specs.ResultOf(file, number, name);
        Skip.If(result.Outcome == PesterOutcome.Skipped, result.Message);
        Assert.True(result.Outcome == PesterOutcome.Passed, $"{result.Name}: {result.Message}");
    }
}
