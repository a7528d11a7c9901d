using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

/// <summary>Stacks on a real Slurm of several nodes.</summary>
public sealed class SlurmTests : IClassFixture<SlurmCluster>, IDisposable
{
    private const int Count = 64;

    private readonly SlurmCluster _cluster;
    private readonly ModuleSession _session = new();

    public SlurmTests(SlurmCluster cluster) => _cluster = cluster;

    public void Dispose() => _session.Dispose();

    [SkippableFact]
    public void A_stack_survives_all_that_a_cluster_does_to_it()
    {
        Skip.IfNot(_cluster.IsHere, SlurmCluster.Missing);
        _session.Run("New-EmPhantom -Count $args[0] -Height 500 -Width 700 -Destination ph", Count).RequireNoErrors();
        const string Stack = "Read-EmSection ph/raw -Invert | Invoke-EmFilter Destripe | Set-IntensityOffset ph/info.h5 | Remove-Background ph/polymodel.h5 -VolumeShape 11260, 500, 700 | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast";
        string destination = _session.In("restored");

        PSObject run = _session.One($"{Stack} | Invoke-EmStack restored -Scheduler Slurm -ArraySize 16 -CpusPerTask 1 -Time 10:00 -Prologue 'sleep 1' -Submit");
        string[] jobs = [.. ((IReadOnlyList<string>)run.Properties["Jobs"].Value)];
        Assert.Equal(2, jobs.Length);
        string array = jobs[0];

        // The worker is killed with a section in hand.
        int[] Working() => [.. LedgerLines.Read(destination).Where(t => LedgerLines.Kind(t.Events[^1]) == "Begin").Select(t => t.ProcessId).Where(IsAlive)];
        SlurmCluster.Until(() => Working().Length > 0, 60, "a worker with a section in hand");
        using (var worker = Process.GetProcessById(Working()[0]))
            worker.Kill();

        // One element is cancelled, one is requeued, a node's daemon is killed and the node given up.
        SlurmCluster.Until(() => SlurmCluster.Elements(array, "RUNNING").Length > 2, 30, "three elements running");
        SlurmCluster.Ask("scancel", SlurmCluster.Elements(array, "RUNNING")[^1]);
        SlurmCluster.Until(() => SlurmCluster.Elements(array, "RUNNING").Length > 2, 30, "three elements running again");
        string requeued = SlurmCluster.Elements(array, "RUNNING")[^1];
        SlurmCluster.Ask("scontrol", "requeue", requeued);
        using (var daemon = Process.GetProcessById(_cluster.Daemon("slurmd.n3")))
            daemon.Kill();
        SlurmCluster.Ask("scontrol", "update", "NodeName=n3", "State=DOWN", "Reason=test");

        // Requeued elements wait for their credentials to run out; then everything ends, the verification too.
        SlurmCluster.Until(() => HasEnded(array), 90, "the array's end");
        SlurmCluster.Until(() => HasEnded(jobs[1]), 40, "the final job's end");
        Assert.True(File.Exists(Path.Combine(destination, ".emstack", "report.json")), "the final job leaves a report also when tasks failed");

        // What a worker that was given up still does, it may do to its end.
        SlurmCluster.Until(() => Working().Length == 0, 30, "no worker is left");
        PSObject between = _session.One("Get-EmStack restored");
        Assert.InRange((int)between.Properties["Done"].Value, 1, Count - 1);

        PSObject end = _session.One("Restart-EmStack restored -Prologue @() -Submit -Wait");

        Assert.Equal((Count, 0), ((int)end.Properties["Done"].Value, (int)end.Properties["Failed"].Value));
        Assert.Equal([], LedgerLines.LeftOvers(destination));

        // The worker of the node that was given up and the one that took over may have been at one section together.
        Assert.Equal([], LedgerLines.DoneTwice(destination, overlap: TimeSpan.FromSeconds(5)));
        PSObject report = _session.One("Test-EmStack restored");
        Assert.Equal(Count, report.Properties["Sound"].Value);
        _session.Run($"{Stack} | Write-EmSection plain").RequireNoErrors();
        foreach (string expected in Directory.GetFiles(_session.In("plain")))
            Assert.True(File.ReadAllBytes(expected).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(destination, Path.GetFileName(expected)))), $"{Path.GetFileName(expected)} differs from a plain local run's");
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void Names_of_any_characters_pass_through_and_run_nothing(int processes)
    {
        Skip.IfNot(_cluster.IsHere, SlurmCluster.Missing);
        const string Nasty = "a b 'q' \"d\" $(touch pwned) `touch pwned`; touch pwned; # %j %A &é日\n|* [x] ";
        for (int i = 0; i < 4; i++)
            TestTiff.WriteRamp(_session.In("raw " + Nasty, $"{Nasty}{i}.tif"), 40, 60);
        string destination = _session.In("out " + Nasty);

        PSObject end = _session.One("Read-EmSection -LiteralPath $args[0] | Set-IntensityOffset -Value 3 | Invoke-EmStack -Destination $args[1] -Scheduler Slurm -ArraySize 2 -ProcessCount $args[2] -Time 5:00 -Submit -Wait", _session.In("raw " + Nasty), destination, processes);

        Assert.Equal((4, 0), ((int)end.Properties["Done"].Value, (int)end.Properties["Failed"].Value));
        string emstack = Path.Combine(destination, ".emstack");
        Assert.Equal(3, Directory.GetFiles(Path.Combine(emstack, "logs")).Length);
        Assert.Equal(2 * processes, LedgerLines.Read(destination).Count);
        foreach (string script in Directory.GetFiles(Path.Combine(emstack, "scripts")))
            Assert.DoesNotContain("pwned", File.ReadAllText(script), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_session.Folder, "pwned", SearchOption.AllDirectories));
        Assert.Equal(997f, ModuleSession.Pixels(_session.One("Read-EmSection -LiteralPath ($args[0] + '/00003.tif')", destination)).GetValue(0, 0));
    }

    [SkippableFact]
    public void A_volume_is_written_by_tasks_and_the_final_job()
    {
        Skip.IfNot(_cluster.IsHere, SlurmCluster.Missing);
        const string Small = "-VoxelSize 8, 8, 8 -ChunkSize 4, 16, 16 -ShardSize 8, 32, 32 -LevelCount 4";
        _session.Run("New-EmPhantom -Count 24 -Height 90 -Width 120 -Destination ph").RequireNoErrors();
        _session.Run($"Export-EmVolume here.zarr -Path ph/raw {Small}").RequireNoErrors();

        PSObject end = _session.One($"Export-EmVolume there.zarr -Path ph/raw {Small} -Scheduler Slurm -ArraySize 3 -CpusPerTask 1 -Time 5:00 -Submit -Wait");

        Assert.Equal((end.Properties["Sections"].Value, 0), (end.Properties["Done"].Value, end.Properties["ExitCode"].Value));
        Assert.Equal(3 + 1, Directory.GetFiles(_session.In("there.zarr", ".emstack", "logs")).Length);
        string[] here = [.. Shards("here.zarr")];
        Assert.Equal(here, Shards("there.zarr"));
        Assert.All(here, shard => Assert.Equal(File.ReadAllBytes(_session.In("here.zarr", shard)), File.ReadAllBytes(_session.In("there.zarr", shard))));
        Assert.False(File.Exists(_session.In("there.zarr", ".emstack", "incomplete")));

        IEnumerable<string> Shards(string volume) => Directory.GetFiles(_session.In(volume), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_session.In(volume), file)).Where(file => file[0] != '.' && !file.EndsWith(".json", StringComparison.Ordinal)).Order();
    }

    [SkippableFact]
    public void Neighbours_are_looked_at_across_the_borders_of_tasks()
    {
        Skip.IfNot(_cluster.IsHere, SlurmCluster.Missing);
        _session.Run("New-EmPhantom -Count 9 -Height 120 -Width 150 -Destination ph").RequireNoErrors();
        const string Stack = "Read-EmSection ph/raw -Invert | Invoke-EmFilter DestripeAdaptive -Radius 1 | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast";

        PSObject end = _session.One($"{Stack} | Invoke-EmStack restored -Scheduler Slurm -ArraySize 3 -CpusPerTask 1 -Time 5:00 -Submit -Wait");

        Assert.Equal((9, 0), ((int)end.Properties["Done"].Value, (int)end.Properties["Failed"].Value));
        _session.Run($"{Stack} | Write-EmSection plain").RequireNoErrors();
        foreach (string expected in Directory.GetFiles(_session.In("plain")))
            Assert.Equal(File.ReadAllBytes(expected), File.ReadAllBytes(_session.In("restored", Path.GetFileName(expected))));
    }

    [SkippableFact]
    public void Stopping_a_stack_cancels_its_jobs_and_loses_nothing()
    {
        Skip.IfNot(_cluster.IsHere, SlurmCluster.Missing);
        _session.Run("New-EmPhantom -Count 6 -Height 200 -Width 300 -Destination ph").RequireNoErrors();
        const string Stack = "Read-EmSection ph/raw -Invert | Invoke-EmFilter Denoise | Invoke-EmStack out";
        PSObject run = _session.One($"{Stack} -Scheduler Slurm -ArraySize 3 -Throttle 1 -Time 5:00 -Prologue 'sleep 30' -Submit");
        string array = ((IReadOnlyList<string>)run.Properties["Jobs"].Value)[0];
        SlurmCluster.Until(() => SlurmCluster.Elements(array, "RUNNING").Length == 1, 30, "one element running");

        PSObject before = _session.One("Get-EmStack out");
        Assert.Contains(((System.Collections.IEnumerable)before.Properties["Jobs"].Value).Cast<object>(), job => (string)PSObject.AsPSObject(job).Properties["Job"].Value == array + "_0");
        _session.Run("Stop-EmStack out").RequireNoErrors();

        SlurmCluster.Until(() => HasEnded(array), 30, "the array's end");
        PSObject end = _session.One(Stack);
        Assert.Equal(6, end.Properties["Done"].Value);
    }

    private static bool HasEnded(string job)
        => SlurmCluster.Ask("squeue", "--noheader", "--me", "--format=%A %F").Split('\n', StringSplitOptions.RemoveEmptyEntries).All(line => !line.Split(' ').Contains(job));

    private static bool IsAlive(int process)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }
}
