using System.Diagnostics;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;
using EmTools.Engine.Tests.Stacks;

namespace EmTools.Engine.Tests.Schedulers;

public sealed class ScriptTests : IDisposable
{
    private readonly StackSamples _samples = new();

    public void Dispose() => _samples.Dispose();

    private IReadOnlyList<ScriptFile> Scripts(Scheduler scheduler, out StackRun run)
    {
        StackWork work = _samples.Plan();
        File.WriteAllText(_samples.Folder.File("emtools-task.dll"), "");
        run = scheduler.Plan(work.Folder, [0, 1, 2, 3]);
        return scheduler.ScriptsFor(run, work, NodeRuntime.In(_samples.Folder.Path, "/opt/.NET 'ten'/dotnet"));
    }

    [Fact]
    public void Slurm_gets_all_that_was_asked_for()
    {
        var options = new ClusterOptions { Partition = "ccn", Account = "lab", QualityOfService = "long", Constraint = "rome|icelake", Time = "1-00:00:00", CpusPerTask = 8, Memory = "16G", ArraySize = 3, Throttle = 2, NodeList = "n[1-2]", Exclude = "n3", Directive = ["--mail-type=END"], Prologue = ["module load dotnet"] };
        IReadOnlyList<ScriptFile> scripts = Scripts(new SlurmScheduler(options), out StackRun run);

        string array = scripts.Single(s => s.Name == "001-array.sh").Text;
        foreach (string line in (string[])["--partition=ccn", "--account=lab", "--qos=long", "--constraint=\"rome|icelake\"", "--time=1-00:00:00", "--cpus-per-task=8", "--mem=16G", "--nodelist=n[1-2]", "--exclude=n3", "--mail-type=END", "--requeue", "--signal=B:TERM@60", "--output=logs/001-%A_%a.log"])
            Assert.Contains($"#SBATCH {line}\n", array, StringComparison.Ordinal);
        Assert.Contains("\nset -euo pipefail\n", array, StringComparison.Ordinal);
        Assert.Contains("\nmodule load dotnet\n", scripts.Single(s => s.Name == "001-task.sh").Text, StringComparison.Ordinal);
        Assert.Contains("dotnet='/opt/.NET '\\''ten'\\''/dotnet'\n", scripts.Single(s => s.Name == "001-task.sh").Text, StringComparison.Ordinal);
        string submit = scripts.Single(s => s.Name == "001-submit.sh").Text;
        Assert.Contains("--array=0-2%2 scripts/001-array.sh 0)\n", submit, StringComparison.Ordinal);
        Assert.Contains("after=afterany\n", submit, StringComparison.Ordinal);
        Assert.Equal(3, run.Tasks);
        Assert.Equal(options.Constraint, ClusterOptions.From(run.Settings).Constraint);
        Assert.All(scripts, script => Assert.DoesNotContain(".tif", script.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void An_array_beyond_the_sites_limit_is_split()
    {
        var scheduler = new SlurmScheduler(new ClusterOptions { ArraySize = 2500, ProcessCount = 2 }, maximumArraySize: 1000);
        var run = new StackRun { Number = 1, Scheduler = "Slurm", Tasks = scheduler.TasksFor(11260), Sections = "0-11259", Planned = DateTime.UtcNow };
        Assert.Equal(5000, run.Tasks);
        Assert.Equal([("0-999", 0), ("0-999", 1000), ("0-499", 2000)], scheduler.ArraysFor(run));
        Assert.Equal(4, new SlurmScheduler(new ClusterOptions { ArraySize = 200 }).TasksFor(4));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\"; touch x; \"")]
    [InlineData("a # b")]
    [InlineData("")]
    public void Values_that_break_out_of_their_line_are_refused(string value)
    {
        Assert.Equal("SchedulerValue", Assert.Throws<EmException>(() => new SlurmScheduler(new ClusterOptions { Partition = value })).Id);
        Assert.Equal("SchedulerValue", Assert.Throws<EmException>(() => new SlurmScheduler(new ClusterOptions { Directive = [value] })).Id);
    }

    [Fact]
    public void DisBatch_gets_a_line_a_task_and_the_final_job_behind_a_barrier()
    {
        IReadOnlyList<ScriptFile> scripts = Scripts(new DisBatchScheduler(new ClusterOptions { ArraySize = 2, ProcessCount = 20, CpusPerTask = 4, Partition = "ccn" }), out _);
        string[] lines = scripts.Single(s => s.Name == "001-tasks.disbatch").Text.Split('\n');
        Assert.StartsWith("#DISBATCH PREFIX ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("#DISBATCH SUFFIX ", lines[1], StringComparison.Ordinal);
        Assert.Equal(["0", "1", "#DISBATCH BARRIER", "final", ""], lines[2..]);
        string submit = scripts.Single(s => s.Name == "001-submit.sh").Text;
        Assert.Contains("--ntasks=20 --cpus-per-task=4", submit, StringComparison.Ordinal);
        Assert.Contains("disBatch -e -p ", submit, StringComparison.Ordinal);
    }

    [Fact]
    public void Scripts_are_sound_bash()
    {
        foreach (Scheduler scheduler in (Scheduler[])[new SlurmScheduler(new ClusterOptions { ProcessCount = 2 }), new DisBatchScheduler(new ClusterOptions()), new ScriptScheduler(new ClusterOptions { Directive = ["#PBS -l walltime=1:00:00"], Prologue = ["module load dotnet"] })])
        {
            foreach (ScriptFile script in Scripts(scheduler, out _).Where(s => s.Name.EndsWith(".sh", StringComparison.Ordinal)))
            {
                string path = _samples.Folder.File(script.Name);
                File.WriteAllText(path, script.Text);
                Assert.Equal("", Bash("bash -n \"$1\" 2>&1", path));
            }
        }
    }

    [Theory]
    [InlineData("plain/path-1.tif")]
    [InlineData("a b")]
    [InlineData("it's \"q\" $(echo x) `echo x` ; # \\ * [a] ~ !")]
    [InlineData("line\nbreak\ttab 'q' \\ é日")]
    [InlineData("")]
    [InlineData("-n")]
    public void Quoted_words_stand_for_themselves(string word)
        => Assert.Equal(word, Bash($"printf %s {Engine.Schedulers.Bash.Quote(word)}"));

    private static string Bash(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", command, "bash", .. arguments]) { RedirectStandardOutput = true, Environment = { ["LC_ALL"] = "C.UTF-8" } })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
