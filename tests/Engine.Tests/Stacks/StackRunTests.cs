using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmTools.Engine.Formats;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Tests.Stacks;

public sealed class StackRunTests : IDisposable
{
    private readonly StackSamples _samples = new();

    public void Dispose() => _samples.Dispose();

    private string Output(int index) => _samples.Stack.Output(index);

    [Fact]
    public void A_run_does_all_sections_and_a_second_none()
    {
        StackWork work = _samples.Plan();
        Assert.Equal("0 done, 0 running, 0 failed, 4 pending, 0 out of date", StackSamples.States(work));

        TaskOutcome outcome = TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions { ThrottleLimit = 2, MemoryLimit = 1 });

        Assert.Equal(new TaskOutcome(4, 0, 0, false), outcome);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("4 done, 0 running, 0 failed, 0 pending, 0 out of date", StackSamples.States(work));
        LedgerEvent done = Ledger.Read(work.Folder).Of(2)!.Done!;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Output(2)))), done.Sha256);
        Assert.Equal((work.KeyOf(work.Plan.At(2)!), new FileInfo(Output(2)).Length), (done.Key, done.Bytes!.Value));

        var again = new StackRun { Number = 9, Scheduler = "Local", Tasks = 1, Sections = "0-3", Planned = DateTime.UtcNow };
        Assert.Equal(new TaskOutcome(0, 4, 0, false), TaskRunner.Run(work, again, 0, new TaskOptions()));
    }

    [Fact]
    public void Tasks_share_the_sections_out()
    {
        StackWork work = _samples.Plan();
        StackRun run = StackSamples.Run(work, tasks: 3);
        Assert.Equal(2, TaskRunner.Run(work, run, 0, new TaskOptions()).Done);
        Assert.Equal(1, TaskRunner.Run(work, run, 2, new TaskOptions()).Done);
        Assert.Equal([2], StackStatus.Of(work).ToDo());
        Assert.Equal("Run 1 has the tasks 0 to 2, but not 3.", Assert.Throws<EmException>(() => TaskRunner.Run(work, run, 3, new TaskOptions())).Message);
    }

    [Fact]
    public void A_section_that_fails_is_told_and_the_others_go_on()
    {
        StackWork work = _samples.Plan();
        File.WriteAllText(_samples.Input(1), "no image");
        _samples.WriteInput(2, height: 21);

        TaskOutcome outcome = TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions { Job = "77_3" });

        Assert.Equal((new TaskOutcome(2, 0, 2, false), 1), (outcome, outcome.ExitCode));
        var status = StackStatus.Of(work);
        Assert.Equal("2 done, 0 running, 2 failed, 0 pending, 0 out of date", StackSamples.States(work));
        Assert.Equal([(1, "NotTiff", "77_3"), (2, "SectionSize", "77_3")], status.Failures.Select(f => (f.Section, f.ErrorId, f.Job)));
        Assert.Contains("was 20 x 30 pixels (y, x) when the stack was planned and is 21 x 30 now", status.Failures[1].Error, StringComparison.Ordinal);
        Assert.Equal([1, 2], status.ToDo());

        _samples.WriteInput(1);
        Assert.Equal("2 done, 0 running, 1 failed, 1 pending, 0 out of date", StackSamples.States(work));
        Assert.Equal(1, TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions()).Done);
    }

    [Fact]
    public void Other_steps_another_input_and_another_compression_put_outputs_out_of_date()
    {
        StackWork work = _samples.Plan();
        TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions());

        Assert.Equal("0 done, 0 running, 0 failed, 0 pending, 4 out of date", StackSamples.States(_samples.Plan(offset: 6)));
        Assert.Equal("0 done, 0 running, 0 failed, 0 pending, 4 out of date", StackSamples.States(_samples.Plan(compression: TiffCompression.None)));
        work = _samples.Plan();
        Assert.Equal("4 done, 0 running, 0 failed, 0 pending, 0 out of date", StackSamples.States(work));
        File.SetLastWriteTimeUtc(_samples.Input(3), DateTime.UtcNow.AddHours(1));
        Assert.Equal("3 done, 0 running, 0 failed, 0 pending, 1 out of date", StackSamples.States(work));
        Assert.Equal([3], StackStatus.Of(work).ToDo());
        File.Delete(_samples.Input(2));
        Assert.Equal("3 done, 0 running, 0 failed, 0 pending, 1 out of date", StackSamples.States(work));
    }

    [Fact]
    public void A_half_output_does_not_count()
    {
        StackWork work = _samples.Plan();
        TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions());
        byte[] whole = File.ReadAllBytes(Output(1));
        File.WriteAllBytes(Output(1), whole[..(whole.Length / 2)]);
        File.WriteAllBytes(Output(2), []);
        Assert.Equal("2 done, 0 running, 0 failed, 0 pending, 2 out of date", StackSamples.States(work));
    }

    [Fact]
    public void Cancelling_leaves_nothing_of_the_section_in_hand()
    {
        StackWork work = _samples.Plan();
        using var cancelled = new CancellationTokenSource();
        TaskOutcome outcome = TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions { Cancellation = cancelled.Token, OnUnit = _ => cancelled.Cancel() });

        Assert.Equal((new TaskOutcome(1, 0, 0, true), 143), (outcome, outcome.ExitCode));
        Assert.Equal("1 done, 0 running, 0 failed, 3 pending, 0 out of date", StackSamples.States(work));
        Assert.DoesNotContain(_samples.Folder.Content(), name => name.EndsWith(".partial", StringComparison.Ordinal));
        Assert.Equal(3, TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions()).Done);
    }

    [Fact]
    public void Torn_lines_of_killed_processes_are_left_out()
    {
        StackWork work = _samples.Plan();
        TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions());
        string file = Assert.Single(Directory.GetFiles(work.Folder.Ledger));
        string[] lines = File.ReadAllLines(file);
        File.WriteAllText(file, string.Join('\n', lines[..3]) + "\n{\"kind\":\"Done\",\"at\":\"2026-0");
        File.WriteAllText(file + ".empty.jsonl", "");

        var ledger = Ledger.Read(work.Folder);

        Assert.Equal(3, Assert.Single(ledger.Tasks).Events.Count);
        Assert.NotNull(ledger.Of(0)!.Done);
        Assert.Null(ledger.Of(3)?.Done);
        Assert.Equal("4 done, 0 running, 0 failed, 0 pending, 0 out of date", StackSamples.States(work));
    }

    [Fact]
    public void A_section_runs_while_its_process_lives()
    {
        StackWork work = _samples.Plan();
        using var living = Process.Start("sleep", "60");
        try
        {
            WriteBegin(work, 0, living.Id);
            WriteBegin(work, 1, processId: int.MaxValue);
            Assert.Equal("0 done, 1 running, 0 failed, 3 pending, 0 out of date", StackSamples.States(work));
            Assert.Equal([0, 1, 2, 3], StackStatus.Of(work).ToDo());
        }
        finally
        {
            living.Kill();
            living.WaitForExit();
        }

        Assert.Equal("0 done, 0 running, 0 failed, 4 pending, 0 out of date", StackSamples.States(work));
    }

    [Fact]
    public void Temporary_files_of_dead_processes_are_removed_and_no_others()
    {
        StackWork work = _samples.Plan();
        string Partial(int process, string host) => Path.Combine(work.Folder.Destination, $".00001.tif.{Guid.NewGuid():N}.{process}@{host}.partial");
        string dead = Partial(int.MaxValue, Environment.MachineName), own = Partial(Environment.ProcessId, Environment.MachineName), elsewhere = Partial(int.MaxValue, "other.site"), old = Partial(1, "other.site"), foreign = Path.Combine(work.Folder.Destination, ".download.partial");
        foreach (string file in (string[])[dead, own, elsewhere, old, foreign])
            File.WriteAllText(file, "");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-1));

        Assert.Equal(2, LeftOvers.Remove(work.Folder));
        Assert.Equal([false, true, true, false, true], new[] { dead, own, elsewhere, old, foreign }.Select(File.Exists));
    }

    [Fact]
    public void Verifying_finds_what_is_wrong()
    {
        StackWork work = _samples.Plan();
        TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions());
        Assert.Equal((4, 4, 0), (StackVerification.Verify(work, EvaluationContext.Default) is var sound ? sound.Sections : 0, sound.Sound, sound.ExitCode));

        File.Delete(Output(0));
        byte[] bytes = File.ReadAllBytes(Output(1));
        bytes[^1] ^= 1;
        File.WriteAllBytes(Output(1), bytes);
        File.WriteAllBytes(Output(2), File.ReadAllBytes(Output(3)));

        StackReport report = StackVerification.Verify(work, EvaluationContext.Default);
        Assert.Equal([(0, "Missing"), (1, "Changed"), (2, "OutOfDate")], report.Problems.Select(p => (p.Section, p.Kind)));
        Assert.Equal((1, 1), (report.Sound, report.ExitCode));
        Assert.True(File.Exists(work.Folder.ReportFile));
    }

    [Fact]
    public void The_memory_gate_lets_one_in_at_least_and_no_more_than_fit()
    {
        var gate = new MemoryGate(25);
        gate.Enter(10, default);
        gate.Enter(10, default);
        using var entered = new ManualResetEventSlim();
        var third = new Thread(() =>
        {
            gate.Enter(10, default);
            entered.Set();
        });
        third.Start();
        Assert.False(entered.Wait(100), "a third section is in, which does not fit");
        gate.Leave(10);
        Assert.True(entered.Wait(TimeSpan.FromSeconds(30)), "the third section is never let in");
        third.Join();

        gate.Leave(10);
        gate.Leave(10);
        gate.Enter(1000, default);
        using var cancelled = new CancellationTokenSource(50);
        Assert.ThrowsAny<OperationCanceledException>(() => gate.Enter(1, cancelled.Token));
    }

    private static void WriteBegin(StackWork work, int section, int processId)
    {
        string at = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        File.WriteAllText(
            Path.Combine(work.Folder.Ledger, $"001-{section:00000}.jsonl"),
            $"{{\"kind\":\"Start\",\"at\":\"{at}\",\"run\":1,\"task\":{section},\"host\":\"{Environment.MachineName}\",\"processId\":{processId}}}\n{{\"kind\":\"Begin\",\"at\":\"{at}\",\"section\":{section}}}\n",
            new UTF8Encoding(false));
    }
}
