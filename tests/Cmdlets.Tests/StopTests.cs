using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

/// <summary>Ctrl+C. The pipelines have no end of their own; how soon they stop is measured by bench/stopping.ps1.</summary>
public sealed class StopTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("New-EmPhantom -Height 2000 -Width 3000 | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Write-EmSection out -Force", "Read")]
    [InlineData("New-EmPhantom -Height 2000 -Width 3000 | Invoke-EmFilter Destripe | Write-EmSection out -Force", "Destripe")]
    [InlineData("New-EmPhantom -Height 2000 -Width 3000 | Write-EmSection out -Compression Deflate -Force", "Write")]
    [InlineData("New-EmPhantom -Height 2000 -Width 3000 | Invoke-EmFilter Denoise | Measure-EmSection", "Denoise")]
    [InlineData("New-EmPhantom -Height 2000 -Width 3000 | Export-EmPreview out -Force", "Read")]
    [InlineData("1..4 | ForEach-Object { New-EmPhantom -Height 1500 -Width 2000 } | Get-EmSuggestion -Verbose", "Destripe took")]
    public void Stops_in_the_middle_of_a_stage_and_leaves_no_half_file(string script, string stage)
    {
        using var shell = PowerShell.Create(_session.Runspace);
        shell.AddScript($"for (;;) {{ {script} }}");
        using var reached = new ManualResetEventSlim();
        shell.Streams.Progress.DataAdded += (_, e) => Look(shell.Streams.Progress[e.Index].StatusDescription);
        shell.Streams.Verbose.DataAdded += (_, e) => Look(shell.Streams.Verbose[e.Index].Message);
        Stop(shell, reached);
        OnlyWholeFiles();

        void Look(string message)
        {
            if (message.Contains($": {stage}", StringComparison.Ordinal))
                reached.Set();
        }
    }

    [Fact]
    public void Phantoms_stop_and_leave_no_half_file()
    {
        using var shell = PowerShell.Create(_session.Runspace);
        shell.AddScript("for (;;) { New-EmPhantom -Height 2000 -Width 3000 -Destination out -Force }");
        using var reached = new ManualResetEventSlim();
        shell.Streams.Progress.DataAdded += (_, _) => reached.Set();
        Stop(shell, reached);
        OnlyWholeFiles();
    }

    [Fact]
    public void The_session_can_be_used_after_a_stop()
    {
        using (var shell = PowerShell.Create(_session.Runspace))
        {
            shell.AddScript("for (;;) { New-EmPhantom -Height 2000 -Width 3000 | Measure-EmSection }");
            using var reached = new ManualResetEventSlim();
            shell.Streams.Progress.DataAdded += (_, _) => reached.Set();
            Stop(shell, reached);
        }

        Assert.Equal(64, _session.One("New-EmPhantom -Height 64 -Width 64 | Write-EmSection out; Read-EmSection out").Properties["Height"].Value);
    }

    private static void Stop(PowerShell shell, ManualResetEventSlim reached)
    {
        IAsyncResult running = shell.BeginInvoke();
        Assert.True(reached.Wait(TimeSpan.FromMinutes(1)), "the pipeline never came to where it is to be stopped");
        Assert.False(running.IsCompleted, "the pipeline has an end");
        IAsyncResult stopping = shell.BeginStop(null, null);
        Assert.True(stopping.AsyncWaitHandle.WaitOne(TimeSpan.FromMinutes(1)), "the pipeline does not stop");
        shell.EndStop(stopping);
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
    }

    /// <summary>What the rounds before the stop wrote is there; of the one in hand nothing is.</summary>
    private void OnlyWholeFiles()
    {
        string[] files = Directory.Exists(_session.In("out")) ? Directory.GetFiles(_session.In("out"), "*", SearchOption.AllDirectories) : [];
        Assert.All(files, file => Assert.Matches(@"[\\/](\d{5}\.(tif|png)|[a-z]+\.h5)$", file));
        foreach (string image in files.Where(file => file.EndsWith(".tif", StringComparison.Ordinal)))
            Assert.Equal(2000, ModuleSession.Pixels(_session.One("Read-EmSection -LiteralPath $args[0]", image)).GetLength(0));
    }
}
