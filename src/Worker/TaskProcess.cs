using System.Globalization;
using EmTools.Engine;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Stacks;

namespace EmTools.Worker;

/// <summary>Does one task of a planned stack, or its final job, and says so line by line.</summary>
internal sealed class TaskProcess(Arguments given, TextWriter log)
{
    private static readonly string[] s_jobVariables = ["SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "JOB_ID", "DISBATCH_TASKID"];

    private readonly Lock _gate = new();

    /// <summary>Runs it to its end; gives the exit code.</summary>
    /// <exception cref="EmException">The stack, the run or the task cannot be read, or the stack was changed or removed meanwhile.</exception>
    /// <exception cref="OperationCanceledException">Told to end.</exception>
    public int Run(CancellationToken cancellation)
    {
        var work = StackWork.Open(new StackFolder(given.Folder));
        return given.Task is { } task ? RunTask(work, task, cancellation) : Finish(work, cancellation);
    }

    private int RunTask(StackWork work, int task, CancellationToken cancellation)
    {
        var run = StackRun.Read(work.Folder, given.Run);
        Say(string.Create(CultureInfo.InvariantCulture, $"run {given.Run}, task {task} of {run.Tasks} on {Environment.MachineName}, {given.Threads} threads"));
        TaskOutcome outcome = TaskRunner.Run(work, run, task, new TaskOptions
        {
            Threads = given.Threads,
            Job = JobName(),
            Cancellation = cancellation,
            OnUnit = Tell,
        });
        Say(string.Create(CultureInfo.InvariantCulture, $"task {task}: {outcome.Done} done, {outcome.Skipped} complete already, {outcome.Failed} failed{(outcome.Left > 0 ? $", {outcome.Left} left to the final job" : "")}{(outcome.Interrupted ? ", told to end" : "")}"));
        return outcome.ExitCode;
    }

    private int Finish(StackWork work, CancellationToken cancellation)
    {
        TaskOutcome rest = TaskRunner.RunRest(work, StackRun.Read(work.Folder, given.Run), new TaskOptions { Threads = given.Threads, Job = JobName(), Cancellation = cancellation, OnUnit = Tell });
        if (rest.Interrupted)
            return rest.ExitCode;
        StackReport report = work.Finish(new EvaluationContext { Threads = given.Threads, Cancellation = cancellation });
        Say($"{report.Sound} of {report.Sections} outputs are sound");
        foreach (StackProblem problem in report.Problems)
            Say(string.Create(CultureInfo.InvariantCulture, $"{work.UnitName} {problem.Section}: {problem.Kind}: {problem.Message}"));
        foreach (SectionWarning warning in report.Warnings)
            Say(string.Create(CultureInfo.InvariantCulture, $"{work.UnitName} {warning.Section}: warning: {warning.Step}: {warning.Message}."));
        return report.ExitCode;
    }

    private void Tell(UnitOutcome outcome)
    {
        Say(string.Create(CultureInfo.InvariantCulture, $"{outcome.Unit.Label}: {Words(outcome.What)}"));
        foreach (ResultNotice notice in outcome.What?.Notices ?? [])
            Say(string.Create(CultureInfo.InvariantCulture, $"{outcome.Unit.Label}: warning: {notice.Step}: {notice.Message}."));
    }

    private static string Words(LedgerEvent? what) => what switch
    {
        null => "complete already",
        { Kind: LedgerEventKind.Done } done => string.Create(CultureInfo.InvariantCulture, $"done in {done.Seconds:0.0} s"),
        { Kind: LedgerEventKind.Failed } failed => $"failed: {failed.Error}",
        { Seconds: var seconds } => string.Create(CultureInfo.InvariantCulture, $"left after {seconds:0.0} s"),
    };

    private static string? JobName()
    {
        string? array = Environment.GetEnvironmentVariable("SLURM_ARRAY_JOB_ID"), element = Environment.GetEnvironmentVariable("SLURM_ARRAY_TASK_ID");
        return array is not null && element is not null ? $"{array}_{element}" : s_jobVariables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(id => !string.IsNullOrEmpty(id));
    }

    private void Say(string text)
    {
        string stamp = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        lock (_gate)
        {
            log.WriteLine($"{stamp} {LogText.Safe(text)}");
            log.Flush();
        }
    }
}
