using Xunit;

namespace EmTools.Shell.Tests;

/// <summary>emsh with its output redirected, as in a batch job.</summary>
public sealed class ShellTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emsh-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("exit 0", 0)]
    [InlineData("'done'", 0)]
    [InlineData("throw 'broken'", 1)]
    [InlineData("if ($true) { exit 3 }; 'never'", 3)]
    [InlineData("/bin/false; 'went on'", 0)]
    [InlineData("Write-Sample; 'went on'", 0)]
    [InlineData("& \"$PSScriptRoot/inner.ps1\"; exit 4", 4)]
    public void AScriptsExitCodeIsItsOwn(string script, int expected)
    {
        File.WriteAllText(Path.Combine(_folder, "inner.ps1"), "'inner'");
        Assert.Equal(expected, ShellProcess.Run(Script(script)).ExitCode);
    }

    [Theory]
    [InlineData("1", 0)]
    [InlineData("throw 'broken'", 1)]
    [InlineData("Get-Nothing", 1)]
    [InlineData("Get-Nothing; 1", 0)]
    [InlineData("/bin/false", 1)]
    [InlineData("exit 9", 9)]
    public void ACommandsExitCodeIsThatOfItsLastPart(string command, int expected)
        => Assert.Equal(expected, ShellProcess.Run("-Command", command).ExitCode);

    [Fact]
    public void TheRestOfTheLineIsTheCommand()
        => Assert.Equal("3\n", ShellProcess.Run("-Command", "1", "+", "2").Output);

    [Fact]
    public void ScriptParametersBindAsInPowerShell()
    {
        string script = Script("""
            param([string] $Name, [switch] $Fast, [int] $Count = 3, [switch] $Off, [Parameter(ValueFromRemainingArguments)] $Rest)
            "$Name|$Fast|$Count|$Off|$($Rest -join '+')|$PSScriptRoot"
            """);
        Assert.Equal($"a b|True|-4|False|x+y,z|{_folder}\n", ShellProcess.Run(script, "-Name", "a b", "-Fast", "-Count", "-4", "-Off:$false", "x", "y,z").Output);
        Assert.Equal($"v|False|5|True||{_folder}\n", ShellProcess.Run(script, "-Name:v", "-Count:", "5", "-Off").Output);

        ShellResult wrong = ShellProcess.Run(Script("[CmdletBinding()] param($A) 'ran'"), "-Bogus", "1");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Equal("", wrong.Output);
        Assert.StartsWith("script.ps1: A parameter cannot be found that matches parameter name 'Bogus'.", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ListsOfNumbersAreListsAndNotNumbersWithSeparators()
    {
        string script = Script("param([int[]] $Shape, [string] $Name, [int[]] $Origin) \"$($Shape.Count): $Shape\"; \"$($Origin.Count): $Origin\"; $Name");

        ShellResult result = ShellProcess.Run(script, "-Shape", "11260,9000,13750", "-Origin:1,2", "-Name", "a,b");

        Assert.Equal("3: 11260 9000 13750\n2: 1 2\na,b\n", result.Output);
    }

    [Theory]
    [InlineData("if(")]
    [InlineData("'open")]
    public void AnIncompleteCommandIsTold(string command)
    {
        ShellResult result = ShellProcess.Run("-Command", command);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("not complete", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void AnErrorThatEndsAScriptIsToldWithItsPosition()
    {
        ShellResult result = ShellProcess.Run(Script("'before'\nthrow 'broken'\n'after'"));
        Assert.Equal("before\n", result.Output);
        Assert.Contains($"{_folder}/script.ps1:2", result.Errors, StringComparison.Ordinal);
        Assert.Contains("broken", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void StreamsGoWhereTheyBelongWithoutEscapesOrProgress()
    {
        ShellResult result = ShellProcess.Run("-Command", "Write-Sample -Verbose");
        Assert.Equal(["41", "42", "for the host"], result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ToArray());
        Assert.Contains("WARNING: a warning", result.Errors, StringComparison.Ordinal);
        Assert.Contains("VERBOSE: a detail", result.Errors, StringComparison.Ordinal);
        Assert.Contains("sample 7 is damaged", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("a trace", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("for nobody", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Progress bar", result.Output + result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Output + result.Errors);
    }

    [Fact]
    public void ObjectsAreShownAsTables()
    {
        string[] lines = ShellProcess.Run("-Command", "Get-Sample a, b -Count 1").Output.Split('\n');
        Assert.Equal(["Name Size", "---- ----", "a       1", "b       1"], lines.Where(l => l.Trim().Length > 0).Select(l => l.TrimEnd()));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void ASignalStopsThePipeline(string signal, int expected)
    {
        using ShellProcess process = ShellProcess.Start(Script("try { Wait-Sample } finally { [Console]::WriteLine('cleaned up') }"));
        process.WaitFor("waiting");
        process.Signal(signal);
        ShellResult result = process.Finish();
        Assert.Equal(expected, result.ExitCode);
        Assert.EndsWith("cleaned up\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ASecondInterruptEndsACmdletThatHeedsNone()
    {
        using ShellProcess process = ShellProcess.Start("-Command", "Wait-Sample -Deaf");
        process.WaitFor("waiting");
        process.Signal("INT");
        Thread.Sleep(200);
        process.Signal("INT");
        Assert.Equal(130, process.Finish().ExitCode);
    }

    [Fact]
    public void PipedLinesRunLikeAPrompt()
    {
        ShellResult result = ShellProcess.Run("$x = 1\nif ($x) {\n  'yes'\n}\n\nGet-Nothing\n'on'\nexit 5\n'never'\n", []);
        Assert.Equal("yes\non\n", result.Output);
        Assert.Contains("Get-Nothing", result.Errors, StringComparison.Ordinal);
        Assert.Equal(5, result.ExitCode);
    }

    [Fact]
    public void QuestionsThatNobodyCanAnswerAreErrors()
    {
        ShellResult result = ShellProcess.Run("-Command", "Write-Sample -Confirm");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("nobody can give one", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("41", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongCommandLinesAreToldApartFromErrors()
    {
        ShellResult missing = ShellProcess.Run("no-such-script.ps1");
        Assert.Equal(64, missing.ExitCode);
        Assert.Equal("emsh: there is no script 'no-such-script.ps1'.\n", missing.Errors);
        Assert.Equal(64, ShellProcess.Run("-Nonsense").ExitCode);
        Assert.Equal(64, ShellProcess.Run("-Command").ExitCode);
        Assert.StartsWith("emsh 0.", ShellProcess.Run("-Version").Output, StringComparison.Ordinal);
        Assert.Contains("emsh SCRIPT.ps1", ShellProcess.Run("-Help").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AModuleThatIsNotThereIsNamed()
    {
        using ShellProcess process = ShellProcess.Start(ShellProcess.Shell, ["-Command", "1"], new Dictionary<string, string?> { ["EMTOOLS_MODULE"] = _folder });
        ShellResult result = process.Finish();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"there is no '{_folder}/EmTools.psd1'", result.Errors, StringComparison.Ordinal);
    }

    private string Script(string text)
    {
        string path = Path.Combine(_folder, "script.ps1");
        File.WriteAllText(path, text);
        return path;
    }
}
