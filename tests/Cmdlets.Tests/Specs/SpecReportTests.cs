namespace EmTools.Cmdlets.Tests.Specs;

/// <summary>A spec that fails in whichever way is a test that fails.</summary>
public sealed class SpecReportTests : IDisposable
{
    private static readonly string s_pester = ModuleSession.Metadata("PesterVersion");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emtools-specs-");

    public void Dispose() => _folder.Delete(recursive: true);

    [SkippableFact]
    public void Outcomes_are_those_of_the_specs()
    {
        Write("good", """
            Describe 'numbers' {
                It 'adds <A>' -ForEach @(@{ A = 1 }, @{ A = 2 }) { $A + 1 | Should -BeGreaterThan $A }
                It 'is <_>' -ForEach 4, 5 { $_ | Should -Be 4 }
                It 'is left out' -Skip { throw 'ran' }
                It 'leaves itself out' { Set-ItResult -Skipped -Because 'it is late' }
                It 'throws' { throw 'broken' }
                It 'leaves' { exit 0 }
            }
            Describe 'set-up' {
                BeforeAll { throw 'no set-up' }
                Context 'inside' { It 'waits for it' { } }
            }
            Describe 'teardown' {
                AfterAll { throw 'left over' }
                It 'comes before it' { }
            }
            """);
        Write("torn", "Describe 'd' { It 'i' { ");
        Write("throwing", "Describe 'd' { throw 'while listing'; It 'i' { } }");
        Write("empty", "Describe 'd' { }");

        SpecReport list = SpecReport.Of(_folder.FullName, s_pester, list: true), run = SpecReport.Of(_folder.FullName, s_pester);
        Dictionary<string, string> outcomes = list.Cases(s_pester).ToDictionary(spec => $"{spec.File}: {spec.Name}", spec => Outcome(run, spec));
        Assert.Equal(
            [
                "empty.Tests.ps1: has tests", "good.Tests.ps1: numbers.adds 1", "good.Tests.ps1: numbers.adds 2", "good.Tests.ps1: numbers.is 4", "good.Tests.ps1: numbers.is 5",
                "good.Tests.ps1: numbers.is left out", "good.Tests.ps1: numbers.leaves", "good.Tests.ps1: numbers.leaves itself out", "good.Tests.ps1: numbers.throws", "good.Tests.ps1: set-up.inside.waits for it",
                "good.Tests.ps1: teardown.comes before it", "throwing.Tests.ps1: has tests", "torn.Tests.ps1: has tests",
            ],
            outcomes.Keys.Order(StringComparer.Ordinal));
        Expect("passed", "good.Tests.ps1: numbers.adds 1", "good.Tests.ps1: numbers.adds 2", "good.Tests.ps1: numbers.is 4");
        Expect("skipped: The spec says -Skip.", "good.Tests.ps1: numbers.is left out");
        Expect("skipped: *it is late*", "good.Tests.ps1: numbers.leaves itself out");
        Expect("failed: *line 3*Expected 4, but got 5*", "good.Tests.ps1: numbers.is 5");
        Expect("failed: *broken*good.Tests.ps1: line 6", "good.Tests.ps1: numbers.throws");
        Expect("failed: *", "good.Tests.ps1: numbers.leaves");
        Expect("failed: *no set-up*", "good.Tests.ps1: set-up.inside.waits for it");
        Expect("failed: *left over*", "good.Tests.ps1: teardown.comes before it");
        Expect("failed: *Missing closing '}'*", "torn.Tests.ps1: has tests");
        Expect("failed: *while listing*", "throwing.Tests.ps1: has tests");
        Expect("failed: *was not run*", "empty.Tests.ps1: has tests");

        // What was listed and is not told of, or is another spec now.
        Assert.StartsWith("failed", Outcome(run with { Specs = [.. run.Specs.Skip(1)] }, list.Cases(s_pester).First(spec => spec.Name == "numbers.adds 2")), StringComparison.Ordinal);
        Assert.StartsWith("failed", Outcome(run, new SpecCase(s_pester, "good.Tests.ps1", 2, 1, "numbers.counts")), StringComparison.Ordinal);

        void Expect(string pattern, params string[] specs)
        {
            foreach (string spec in specs)
                Assert.Matches($"(?s)^{System.Text.RegularExpressions.Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal)}$", outcomes[spec].TrimEnd());
        }
    }

    [SkippableFact]
    public void A_spec_that_ends_PowerShell_is_no_success()
    {
        Write("leaving", "Describe 'd' { It 'i' { [Environment]::Exit(0) } }");
        Pwsh.SkipIfMissing();
        var trouble = Assert.ThrowsAny<Exception>(() => SpecReport.Of(_folder.FullName, s_pester));
        Assert.Contains("did not come to their end", trouble.Message, StringComparison.Ordinal);
    }

    private static string Outcome(SpecReport run, SpecCase spec)
    {
        try
        {
            run.Require(spec);
            return "passed";
        }
        catch (SkipException skip)
        {
            return $"skipped: {skip.Message}";
        }
        catch (Xunit.Sdk.XunitException trouble)
        {
            return $"failed: {trouble.Message}";
        }
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, $"{name}.Tests.ps1"), text);
}
