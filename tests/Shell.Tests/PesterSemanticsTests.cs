using EmTools.PesterRunner;
using Xunit;

namespace EmTools.Shell.Tests;

/// <summary>Specs that hold in Pester itself, and the operators' failures.</summary>
public sealed class PesterSemanticsTests : IDisposable
{
    private static readonly PesterSpecs s_specs = new(Path.Combine(AppContext.BaseDirectory, "Specs"));

    private readonly string _folder = Directory.CreateTempSubdirectory("specs-").FullName;

    public static TheoryData<string, int, string> Cases
    {
        get
        {
            var data = new TheoryData<string, int, string>();
            foreach (PesterCase one in s_specs.Cases)
                data.Add(one.File, one.Number, one.Name);
            return data;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory, MemberData(nameof(Cases))]
    public void Holds(string file, int number, string name)
    {
        PesterResult result = s_specs.ResultOf(file, number, name);
        Skip.If(result.Outcome == PesterOutcome.Skipped, result.Message);
        Assert.True(result.Outcome == PesterOutcome.Passed, result.Message);
    }

    [Theory]
    [InlineData("1 | Should -Be 2")]
    [InlineData("1, 2 | Should -Be 1")]
    [InlineData("1, 2 | Should -Be 1, 3")]
    [InlineData("'a' | Should -Not -Be 'A'")]
    [InlineData("'a' | Should -BeExactly 'A'")]
    [InlineData("1 | Should -BeGreaterThan 1")]
    [InlineData("1 | Should -BeLessThan 1")]
    [InlineData("1 | Should -BeGreaterOrEqual 2")]
    [InlineData("2 | Should -BeLessOrEqual 1")]
    [InlineData("1 | Should -BeNullOrEmpty")]
    [InlineData("'' | Should -Not -BeNullOrEmpty")]
    [InlineData("0 | Should -BeTrue")]
    [InlineData("1 | Should -BeFalse")]
    [InlineData("1 | Should -BeOfType [string]")]
    [InlineData("1 | Should -BeOfType NoSuchType")]
    [InlineData("'abc' | Should -Match '^b'")]
    [InlineData("'abc' | Should -MatchExactly 'B'")]
    [InlineData("'abc' | Should -BeLike 'b*'")]
    [InlineData("1, 2 | Should -Contain 3")]
    [InlineData("1, 2 | Should -Not -Contain 2")]
    [InlineData("1, 2 | Should -HaveCount 3")]
    [InlineData("3 | Should -BeIn 1, 2")]
    [InlineData("'/no/such/file' | Should -Exist")]
    [InlineData("{ } | Should -Throw")]
    [InlineData("{ throw 'x' } | Should -Not -Throw")]
    [InlineData("{ throw 'xyz' } | Should -Throw -ExpectedMessage 'y*'")]
    [InlineData("{ Get-Nothing } | Should -Throw -ErrorId 'Other'")]
    [InlineData("{ throw 'x' } | Should -Throw -ExceptionType ([System.IO.IOException])")]
    [InlineData("'not a block' | Should -Throw")]
    [InlineData("1, 5 | Should -BeLessThan 3")]
    [InlineData("1 | Should -NoSuchOperator 1")]
    public void EveryOperatorCanFail(string assertion)
    {
        string file = Path.Combine(_folder, "spec.Tests.ps1");
        File.WriteAllText(file, "Describe 'd' {\n It 'i' {\n" + assertion + "\n }\n}");
        PesterResult result = Assert.Single(PesterFile.Run(file).Results);
        Assert.Equal(PesterOutcome.Failed, result.Outcome);
        Assert.EndsWith(":3", result.Message, StringComparison.Ordinal);
    }
}
