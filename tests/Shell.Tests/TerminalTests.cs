using System.Text.RegularExpressions;
using Xunit;

namespace EmTools.Shell.Tests;

/// <summary>emsh on a terminal, which script(1) gives.</summary>
public sealed partial class TerminalTests
{
    private static readonly string? s_script = new[] { "/usr/bin/script", "/bin/script" }.FirstOrDefault(File.Exists);

    [SkippableFact]
    public void ThePromptEditsCompletesContinuesAndLeaves()
    {
        using ShellProcess terminal = Start("");
        terminal.WaitFor("PS ");
        terminal.Send("1 +\r");
        terminal.WaitFor(">> ");
        terminal.Send("41\r");
        terminal.WaitFor("\n42");
        terminal.Send("Get-Samp\t x -Cou\t 1\r");
        terminal.WaitFor("x       1");
        terminal.Send("'ab\u007fc'\r");
        terminal.WaitFor("\nac");
        terminal.Send("\e[A\r");
        Assert.True(SpinWait.SpinUntil(() => Regex.Count(terminal.Output, "\nac\r") == 2, TimeSpan.FromSeconds(20)), terminal.Output);
        terminal.Send("exit 5\r");
        Assert.Equal(5, terminal.Finish().ExitCode);
    }

    [SkippableFact]
    public void TabCompletesFilesOfTheSessionsLocation()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("emsh-");
        try
        {
            File.WriteAllText(Path.Combine(folder.CreateSubdirectory("raw").FullName, "section one.tif"), "");
            using ShellProcess terminal = Start("");
            terminal.WaitFor("PS ");
            terminal.Send($"$ExecutionContext.SessionState.Path.SetLocation('{folder.FullName}').Path + '!'\r");
            terminal.WaitFor($"\n{folder.FullName}!");
            terminal.Send("Get-Sample ra\tsec\t -Count 1\r");
            terminal.WaitFor("raw/section one.tif    1");
            terminal.Send("exit 0\r");
            Assert.Equal(0, terminal.Finish().ExitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [SkippableFact]
    public void ControlCLeavesALineAndStopsAPipelineButNotThePrompt()
    {
        using ShellProcess terminal = Start("");
        terminal.WaitFor("PS ");
        terminal.Send("throw 'never'\u0003");
        terminal.WaitFor("^C");
        terminal.Send("Wait-Sample\r");
        terminal.WaitFor("waiting");
        terminal.Send("\u0003");
        Thread.Sleep(500);
        terminal.Send("6 * 7\r");
        terminal.WaitFor("\n42");
        terminal.Send("\u0004");
        Assert.Equal(0, terminal.Finish().ExitCode);
        Assert.DoesNotContain("Exception", terminal.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void ProgressIsDrawnAndCleared()
    {
        using ShellProcess terminal = Start("-Command 'Wait-Sample -Steps 30; 99'");
        string output = terminal.Finish().Output;
        Assert.Matches(@"Waiting for samples: step \d+ \[#*\.+\]\s+\d+% 0:01:15 left", output);
        Assert.EndsWith("\e[K99\r\n", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void ErrorsAreRedUnlessColourIsUnwanted()
    {
        using ShellProcess coloured = Start("-Command Write-Sample");
        Assert.Contains("\e[31;1m", coloured.Finish().Output, StringComparison.Ordinal);

        using ShellProcess plain = Start("-Command Write-Sample", ("NO_COLOR", "1"));
        string output = plain.Finish().Output;
        Assert.Contains("sample 7 is damaged", output, StringComparison.Ordinal);
        Assert.DoesNotMatch(Colour(), output);
    }

    private static ShellProcess Start(string args, params (string Key, string Value)[] environment)
    {
        Skip.If(s_script is null, "script(1) is not installed.");
        return ShellProcess.Start(s_script, ["-qefc", $"stty cols 90 rows 30; exec {ShellProcess.Shell} {args}", "/dev/null"], environment.ToDictionary(e => e.Key, e => (string?)e.Value));
    }

    [GeneratedRegex(@"\e\[[0-9;]*m")]
    private static partial Regex Colour();
}
