using System.Diagnostics;
using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

/// <summary>What belongs to others is left, stopped and run by nobody's mere word.</summary>
public sealed class OwnershipTests : IDisposable
{
    private const string Stack = "Read-EmSection raw | Set-IntensityOffset -Value 3 | Invoke-EmStack out";

    private readonly ModuleSession _session = new();

    public OwnershipTests()
    {
        for (int i = 0; i < 3; i++)
            TestTiff.WriteRamp(_session.In("raw", $"{i:00000}.tif"), 40, 60);
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Files_of_others_in_the_destination_are_left_unless_forced()
    {
        TestTiff.WriteRamp(_session.In("out", "00001.tif"), 40, 60);
        byte[] before = File.ReadAllBytes(_session.In("out", "00001.tif"));
        ErrorRecord error = _session.Run(Stack).RequireTerminating();
        Assert.StartsWith("OutputNotOurs", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_session.In("out", "00001.tif")));
        Assert.Equal(3, _session.One(Stack + " -Force").Properties["Done"].Value);
        Assert.NotEqual(before, File.ReadAllBytes(_session.In("out", "00001.tif")));
    }

    [Theory]
    [InlineData("Read-EmSection raw/*.tif -Index 1 | Set-IntensityOffset -Value 3 | Invoke-EmStack raw -Force")]
    [InlineData("Read-EmSection raw | Set-IntensityOffset -Value 3 | Export-EmChunk raw -Force")]
    [InlineData("Read-EmSection raw | Export-EmRecipe raw/00002.tif -Force")]
    public void Inputs_are_never_written_over(string command)
    {
        byte[][] before = Raw();
        ErrorRecord error = _session.Run(command).FirstError();
        Assert.StartsWith("DestinationIsSource", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(before, Raw());
    }

    [Fact]
    public void A_picture_is_not_written_over_what_it_shows()
    {
        byte[][] before = Raw();
        File.CreateSymbolicLink(_session.In("picture.png"), _session.In("raw", "00001.tif"));
        ErrorRecord error = _session.Run("Read-EmSection raw/00000.tif | Export-EmPreview picture.png -Before (Read-EmSection raw/00001.tif) -Force").FirstError();
        Assert.StartsWith("DestinationIsSource", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(before, Raw());
    }

    [Fact]
    public void Measuring_anew_removes_nothing_but_measurements()
    {
        Directory.CreateDirectory(_session.In("cal", "sections"));
        File.Copy(_session.In("raw", "00000.tif"), _session.In("cal", "sections", "00000.tif"));
        File.WriteAllText(_session.In("cal", "sections", "notes.json"), "{\"mine\":1}");
        _session.Run("Read-EmSection raw | Measure-EmStack -Destination cal -Step Measure -Force");
        Assert.True(File.Exists(_session.In("cal", "sections", "00000.tif")));
        Assert.True(File.Exists(_session.In("cal", "sections", "notes.json")));
    }

    [Fact]
    public void Stopping_ends_a_run_in_this_shell_and_leaves_the_shell()
    {
        _session.Run("New-EmPhantom -Count 12 -Height 1000 -Width 1500 -Destination ph").RequireNoErrors();
        string destination = _session.In("stopped");
        bool asked = false;

        // Before the run: on a busy machine a session takes as long to open as the whole run.
        using var other = new ModuleSession();
        using var shell = PowerShell.Create(_session.Runspace);
        shell.AddScript("Read-EmSection ph/raw -Invert | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast | Invoke-EmStack stopped -ThrottleLimit 1");
        shell.Streams.Progress.DataAdded += (_, e) =>
        {
            if (asked || !shell.Streams.Progress[e.Index].StatusDescription.Contains(": 1 of 12", StringComparison.Ordinal))
                return;
            asked = true;
            other.Run("Stop-EmStack $args[0]", destination).RequireNoErrors();
        };
        PSObject end = Assert.Single(shell.Invoke());
        Assert.InRange((int)end.Properties["Done"].Value, 1, 11);
        Assert.Contains(shell.Streams.Warning, warning => warning.Message.Contains("was ended by Stop-EmStack", StringComparison.Ordinal));
    }

    [Fact]
    public void A_process_that_a_ledger_names_is_not_killed()
    {
        _session.One(Stack);
        using var bystander = Process.Start("sleep", "100");
        try
        {
            string line = $"{{\"kind\":\"Start\",\"at\":\"{DateTime.UtcNow:O}\",\"run\":1,\"task\":0,\"host\":\"{Environment.MachineName}\",\"processId\":{bystander.Id}}}\n";
            File.WriteAllText(_session.In("out", ".emstack", "ledger", "999-forged.jsonl"), line);
            using var stopping = PowerShell.Create(_session.Runspace);
            stopping.AddScript("Stop-EmStack out");
            IAsyncResult running = stopping.BeginInvoke();
            Assert.False(bystander.WaitForExit(TimeSpan.FromSeconds(2)), "it was killed");
            stopping.Stop();
        }
        finally
        {
            bystander.Kill();
        }
    }

    [SkippableFact]
    public void Lines_that_others_may_have_written_are_not_run_unasked()
    {
        Skip.If(OperatingSystem.IsWindows(), "file modes");
        _session.One($"{Stack} -Scheduler Script -Prologue 'echo mine'");
        string run = _session.In("out", ".emstack", "runs", "001.json");
        Assert.Equal("echo mine", File.ReadAllText(_session.One("Restart-EmStack out").Properties["Files"].Value is IReadOnlyList<string> files ? files[0] : "").Split('\n').Single(line => line.StartsWith("echo", StringComparison.Ordinal)));

        File.Delete(_session.In("out", ".emstack", "runs", "002.json"));
        File.WriteAllText(run, File.ReadAllText(run).Replace("echo mine", "echo theirs", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(run, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        ErrorRecord error = _session.Run("Restart-EmStack out").RequireTerminating();
        Assert.StartsWith("SettingsOfOthers", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("echo theirs", error.ToString(), StringComparison.Ordinal);
        _session.One("Restart-EmStack out -Prologue 'echo mine'");
    }

    private byte[][] Raw() => [.. Enumerable.Range(0, 3).Select(i => File.ReadAllBytes(_session.In("raw", $"{i:00000}.tif")))];
}
