using System.Collections.Concurrent;
using System.Diagnostics;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Tests.Stacks;

/// <summary>Several planners and several runs at one stack at the same time.</summary>
public sealed class SharedWorkTests : IDisposable
{
    private readonly StackSamples _samples = new(count: 24);

    public void Dispose() => _samples.Dispose();

    [Fact]
    public void A_run_number_is_given_once()
    {
        StackWork work = _samples.Plan();
        var numbers = new ConcurrentBag<int>();
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => numbers.Add(new StackRun { Number = 1, Scheduler = "Local", Tasks = 1, Sections = "0", Planned = DateTime.UtcNow }.Claim(work.Folder).Number));
        Assert.Equal(Enumerable.Range(1, 200), numbers.Order());
        Assert.Equal(Enumerable.Range(1, 200), StackRun.NumbersIn(work.Folder));
        Assert.DoesNotContain(Directory.GetFiles(work.Folder.Runs), file => file.EndsWith(AtomicFile.Extension, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_several_files_with_one_name_one_is_kept()
    {
        for (int trial = 0; trial < 50; trial++)
        {
            string path = _samples.Folder.File($"once/{trial}");
            int kept = 0;
            Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            {
                try
                {
                    AtomicFile.WriteText(path, $"{i}", overwrite: false);
                    Interlocked.Increment(ref kept);
                }
                catch (EmException taken) when (taken.Kind == EmErrorKind.AlreadyExists)
                {
                }
            });
            Assert.Equal(1, kept);
        }
    }

    [Fact]
    public void Runs_at_the_same_time_do_no_section_twice()
    {
        StackWork first = _samples.Plan(24);
        StackRun run = StackSamples.Run(first);
        StackRun same = (run with { Number = 2 }).Claim(first.Folder);
        TaskOutcome[] outcomes = new TaskOutcome[2];
        using var both = new Barrier(2);
        Parallel.Invoke(
            () => outcomes[0] = Start(first, run),
            () => outcomes[1] = Start(StackWork.Open(_samples.Stack), same));

        Assert.Equal(24, outcomes.Sum(outcome => outcome.Done));
        Assert.Equal(24, outcomes.Sum(outcome => outcome.Skipped));
        Assert.All(outcomes, outcome => Assert.Equal(0, outcome.ExitCode));
        Assert.Equal(24, Ledger.Read(first.Folder).Tasks.SelectMany(task => task.Events).Count(e => e.Kind == LedgerEventKind.Done));
        Assert.Empty(Directory.GetFiles(first.Folder.Claims));

        TaskOutcome Start(StackWork work, StackRun its)
        {
            both.SignalAndWait();
            return TaskRunner.Run(work, its, 0, new TaskOptions { ThrottleLimit = 2 });
        }
    }

    [Fact]
    public async Task What_a_living_process_has_in_hand_is_waited_for_and_what_a_dead_one_left_is_taken_over()
    {
        StackWork work = _samples.Plan();
        using var holder = Process.Start("sleep", "60");
        Claim(work, 1, holder.Id);
        Claim(work, 2, int.MaxValue);
        using var waiting = new CountdownEvent(3);
        var done = new ConcurrentBag<int>();
        Task<TaskOutcome> run = Task.Run(() => TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions
        {
            OnUnit = outcome =>
            {
                done.Add(outcome.Unit.Number);
                if (waiting.CurrentCount > 0)
                    waiting.Signal();
            },
        }));
        Assert.True(waiting.Wait(TimeSpan.FromMinutes(1)), "the others are not done");
        Assert.Equal([0, 2, 3], done.Order());
        Assert.False(run.IsCompleted, "the run ends without the section that another has in hand");

        holder.Kill();
        holder.WaitForExit();
        Assert.Equal(4, (await run.WaitAsync(TimeSpan.FromMinutes(1))).Done);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"host\":\"elsewhere\",\"processId\":1,\"ledger\":\"../../secret\"}")]
    [InlineData("{\"host\":\"elsewhere\",\"processId\":1,\"ledger\":\"none.jsonl\"}")]
    public void A_claim_that_says_nothing_keeps_nobody_out(string text)
    {
        StackWork work = _samples.Plan();
        Directory.CreateDirectory(work.Folder.Claims);
        File.WriteAllText(work.Folder.Claim(1), text);
        Assert.Equal(4, TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions()).Done);
    }

    [Fact]
    public void A_request_to_end_ends_the_runs_that_there_are_and_no_later_one()
    {
        StackWork work = _samples.Plan(24);
        StackRun run = StackSamples.Run(work);
        var asked = new TaskCompletionSource();
        TaskOutcome outcome = TaskRunner.Run(work, run, 0, new TaskOptions
        {
            OnUnit = _ =>
            {
                if (!asked.TrySetResult())
                    return;
                StopRequest.Make(work.Folder);
                Thread.Sleep(TimeSpan.FromSeconds(3)); // longer than it takes to be looked at
            },
        });
        Assert.Equal((true, 143), (outcome.Interrupted, outcome.ExitCode));
        Assert.True(outcome.Done < 24);
        Assert.Equal(143, TaskRunner.Run(work, run, 0, new TaskOptions()).ExitCode);
        Assert.Equal(0, TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions()).ExitCode);
        Assert.Empty(StackStatus.Of(work).ToDo());
    }

    private static void Claim(StackWork work, int section, int process)
    {
        Directory.CreateDirectory(work.Folder.Claims);
        File.WriteAllText(work.Folder.Claim(section), $"{{\"host\":\"{Environment.MachineName}\",\"processId\":{process},\"ledger\":\"x.jsonl\"}}");
    }
}
