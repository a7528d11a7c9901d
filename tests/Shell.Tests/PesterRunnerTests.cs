using EmTools.PesterRunner;
using Xunit;

namespace EmTools.Shell.Tests;

/// <summary>The runner must tell failing specs from passing ones: each test writes a spec and looks at its result.</summary>
public sealed class PesterRunnerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("specs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AFailedAssertionIsAFailureWithItsLineAndMessage()
    {
        PesterRun run = Run("""
            Describe 'numbers' {
                It 'adds' {
                    1 + 1 | Should -Be 3 -Because 'sums matter'
                }
            }
            """);

        PesterResult result = Assert.Single(run.Results);
        Assert.Equal(PesterOutcome.Failed, result.Outcome);
        Assert.Contains("Expected 2 to be 3, because sums matter.", result.Message, StringComparison.Ordinal);
        Assert.EndsWith("spec.Tests.ps1:3", result.Message, StringComparison.Ordinal);
        Assert.Equal("numbers.adds", result.Name);
        Assert.False(run.Succeeded);
    }

    [Theory]
    [InlineData("throw 'broken'", "broken")]
    [InlineData("[int]'x'", "Cannot convert value \"x\"")]
    [InlineData("Get-Nothing", "'Get-Nothing' is not recognized")]
    [InlineData("1 / 0", "divide by zero")]
    public void ATestThatThrowsFails(string body, string message)
    {
        PesterResult result = Assert.Single(Run("Describe 'd' {\n It 'i' {\n" + body + "\n}\n}").Results);
        Assert.Equal(PesterOutcome.Failed, result.Outcome);
        Assert.Contains(message, result.Message, StringComparison.Ordinal);
        Assert.EndsWith("spec.Tests.ps1:3", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Describe 'd' { throw 'in discovery' }", "in discovery")]
    [InlineData("Describe 'd' { 1 / 0; It 'i' { } }", "divide by zero")]
    [InlineData("Get-Nothing; Describe 'd' { It 'i' { } }", "'Get-Nothing' is not recognized")]
    [InlineData("Describe 'd' { It 'i' }", "It 'i' has no script block")]
    [InlineData("Describe 'd' { It 'i' { ", "Missing closing '}'")]
    [InlineData("Describe 'd' { 1 | Should -Be 2; It 'i' { } }", "Expected 1 to be 2")]
    public void WhatFailsInDiscoveryFailsTheFile(string spec, string message)
    {
        PesterRun run = Run(spec);
        Assert.False(run.Succeeded);
        Assert.Contains(message, Assert.Single(run.Errors.Take(1)), StringComparison.Ordinal);
        Assert.DoesNotContain(run.Results, r => r.Outcome == PesterOutcome.Passed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Describe 'd' { }")]
    [InlineData("Describe 'd' { It 'i' -ForEach @() { } }")]
    public void AFileWithoutTestsFails(string spec)
    {
        PesterRun run = Run(spec);
        Assert.False(run.Succeeded);
        Assert.Contains("has no tests", run.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void AFailingBeforeAllFailsEveryTestInItsBlock()
    {
        PesterRun run = Run("""
            Describe 'd' {
                Context 'bad' { BeforeAll { throw 'no set-up' }; It 'a' { }; Context 'inner' { It 'b' { } } }
                Context 'good' { It 'c' { } }
            }
            """);
        Assert.Equal([PesterOutcome.Failed, PesterOutcome.Failed, PesterOutcome.Passed], run.Results.Select(r => r.Outcome));
        Assert.All(run.Results.Take(2), r => Assert.Contains("no set-up", r.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void FailingTeardownsAreSeen()
    {
        PesterRun each = Run("Describe 'd' { AfterEach { throw 'left over' }; It 'i' { } }");
        Assert.Equal(PesterOutcome.Failed, Assert.Single(each.Results).Outcome);

        PesterRun all = Run("Describe 'd' { AfterAll { throw 'left over' }; It 'i' { } }");
        Assert.False(all.Succeeded);
        Assert.Contains("left over", all.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void AfterEachRunsAfterAFailure()
    {
        PesterRun run = Run("""
            Describe 'd' {
                BeforeAll { $log = [System.Collections.Generic.List[string]]::new() }
                AfterEach { $log.Add('after') }
                It 'fails' { throw 'x' }
                It 'sees it' { $log | Should -Be 'after' }
            }
            """);
        Assert.Equal([PesterOutcome.Failed, PesterOutcome.Passed], run.Results.Select(r => r.Outcome));
    }

    [Fact]
    public void SkippedTestsSayWhyAndDoNotRun()
    {
        PesterRun run = Run("""
            Describe 'd' {
                It 'a' -Skip { throw 'ran' }
                It 'b' { Set-ItResult -Skipped -Because 'no cluster'; throw 'ran on' }
                Context 'c' -Skip { BeforeAll { throw 'ran' }; It 'd' { } }
            }
            """);
        Assert.All(run.Results, r => Assert.Equal(PesterOutcome.Skipped, r.Outcome));
        Assert.Equal("no cluster", run.Results[1].Message);
    }

    [Fact]
    public void CasesAreFilesAndTestsAndFailuresOfDiscovery()
    {
        File.WriteAllText(Path.Combine(_folder, "a.Tests.ps1"), "Describe 'd' { It 'is <n>' -ForEach @{ n = 1 }, @{ n = 2 } { $n | Should -Be 1 } }");
        File.WriteAllText(Path.Combine(_folder, "b.Tests.ps1"), "throw 'no'");
        File.WriteAllText(Path.Combine(_folder, "c.Tests.ps1"), "Describe 'd' { AfterAll { throw 'late' }; It 'i' { } }");
        var specs = new PesterSpecs(_folder);

        Assert.Equal(["d.is 1", "d.is 2", "(discovery)", "d.i"], specs.Cases.Select(c => c.Name));
        PesterResult[] results = [.. specs.Cases.Select(c => specs.ResultOf(c.File, c.Number, c.Name))];
        Assert.Equal([PesterOutcome.Passed, PesterOutcome.Failed, PesterOutcome.Failed, PesterOutcome.Failed], results.Select(r => r.Outcome));
        Assert.Contains("late", results[3].Message, StringComparison.Ordinal);
        Assert.Contains("is now", specs.ResultOf("a.Tests.ps1", 1, "d.is 7").Message, StringComparison.Ordinal);
    }

    private PesterRun Run(string spec)
    {
        string file = Path.Combine(_folder, "spec.Tests.ps1");
        File.WriteAllText(file, spec);
        return PesterFile.Run(file);
    }
}
