using System.Diagnostics;
using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

/// <summary>Ctrl+C.</summary>
public sealed class StopTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("New-EmPhantom -Height 4000 -Width 6000 | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Write-EmSection out", "Read")]
    [InlineData("New-EmPhantom -Height 4000 -Width 6000 | Invoke-EmFilter Destripe | Write-EmSection out", "Destripe")]
    [InlineData("New-EmPhantom -Height 4000 -Width 6000 | Write-EmSection out -Compression Deflate", "Write")]
    [InlineData("New-EmPhantom -Height 4000 -Width 6000 | Invoke-EmFilter Denoise | Measure-EmSection", "Denoise")]
    [InlineData("New-EmPhantom -Height 4000 -Width 6000 -Destination out", null)]
    public void Stops_within_a_second_and_leaves_no_file(string script, string? stage)
    {
        using var shell = PowerShell.Create(_session.Runspace);
        shell.AddScript(script);
        using var reached = new ManualResetEventSlim();
        shell.Streams.Progress.DataAdded += (_, e) =>
        {
            if (shell.Streams.Progress[e.Index].StatusDescription.EndsWith($": {stage}", StringComparison.Ordinal))
                reached.Set();
        };

        IAsyncResult running = shell.BeginInvoke();
        if (stage is null)
            Thread.Sleep(500);
        else
            Assert.True(reached.Wait(TimeSpan.FromSeconds(60)), $"stage {stage} never began");
        Thread.Sleep(50);
        Assert.False(running.IsCompleted, "the pipeline was over before it could be stopped");
        var clock = Stopwatch.StartNew();
        shell.Stop();
        TimeSpan needed = clock.Elapsed;

        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.True(needed < TimeSpan.FromSeconds(1), $"stopping took {needed.TotalSeconds:0.00} s");
        Assert.Equal([], Directory.Exists(_session.In("out")) ? Directory.GetFiles(_session.In("out"), "*", SearchOption.AllDirectories) : []);
    }

    [Theory]
    [InlineData("Measure-EmSection", 300)]
    [InlineData("Measure-EmSection", 900)]
    [InlineData("Measure-EmSection", 1500)]
    [InlineData("Get-EmSuggestion", 400)]
    [InlineData("Get-EmSuggestion", 2000)]
    [InlineData("Get-EmSuggestion", 5000)]
    public void Looking_at_pixels_stops_within_a_second(string cmdlet, int milliseconds)
    {
        _session.Run("New-EmPhantom -Height 4000 -Width 6000 | Write-EmSection in");
        using var shell = PowerShell.Create(_session.Runspace);
        shell.AddScript($"$s = Read-EmSection in; $s, $s, $s, $s | {cmdlet}");
        IAsyncResult running = shell.BeginInvoke();
        Thread.Sleep(milliseconds);
        Assert.False(running.IsCompleted, "the pipeline was over before it could be stopped");
        var clock = Stopwatch.StartNew();
        shell.Stop();
        TimeSpan needed = clock.Elapsed;

        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.True(needed < TimeSpan.FromSeconds(1), $"stopping took {needed.TotalSeconds:0.00} s");
    }

    [Fact]
    public void The_session_can_be_used_after_a_stop()
    {
        using (var shell = PowerShell.Create(_session.Runspace))
        {
            shell.AddScript("New-EmPhantom -Height 4000 -Width 6000 | Measure-EmSection");
            shell.BeginInvoke();
            Thread.Sleep(200);
            shell.Stop();
        }

        Assert.Equal(64, _session.One("New-EmPhantom -Height 64 -Width 64 | Write-EmSection out; Read-EmSection out").Properties["Height"].Value);
    }
}
