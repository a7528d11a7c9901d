using System.Globalization;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Text;
using EmTools.Engine;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Does one task of a planned stack, or its final job; schedulers' scripts call it on the nodes.</summary>
/// <remarks>
/// <para>
/// Reads the plan, takes the task's share of the run's sections, leaves out what is complete, and does the others one by one.
/// Each result is added to the ledger. SIGTERM leaves the section in hand and nothing of it, and ends the task.
/// </para>
/// <para>
/// Gives how the task ended. Its ExitCode is 0 when all is done, 1 when some sections failed, 2 when nothing could run, 143
/// when the task was told to end.
/// </para>
/// </remarks>
/// <example>
/// <para>Does task 12 of run 1, and ends the shell with the task's exit code.</para>
/// <code>exit (Invoke-EmStackTask restored/ -Run 1 -Task 12 -Threads 8).ExitCode</code>
/// </example>
/// <example>
/// <para>Does what comes when all tasks have ended: verifies the outputs.</para>
/// <code>Invoke-EmStackTask restored/ -Run 1 -Final</code>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "EmStackTask", DefaultParameterSetName = "Task")]
[OutputType(typeof(EmTaskResult))]
public sealed class InvokeEmStackTaskCommand : StackCmdlet
{
    private static readonly string[] s_jobVariables = ["SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "JOB_ID", "DISBATCH_TASKID"];

    /// <summary>The folder of the outputs, or its .emstack.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The run's number.</summary>
    [Parameter(Mandatory = true)]
    [ValidateRange(1, int.MaxValue)]
    public int Run { get; set; }

    /// <summary>The task's number, from 0.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Task")]
    [ValidateRange(0, int.MaxValue)]
    public int Task { get; set; }

    /// <summary>Does the job that comes when all tasks have ended.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Final")]
    public SwitchParameter Final { get; set; }

    /// <summary>How many processor threads work on a section. 0, the default, takes all that the machine has.</summary>
    [Parameter]
    [ValidateRange(0, 1024)]
    public int Threads { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // pwsh dies of SIGTERM where emsh stops the pipeline; the section in hand is to be left cleanly in both.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(StopToken);
        using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ending.Cancel();
        });
        int threads = Threads == 0 ? Environment.ProcessorCount : Threads;
        try
        {
            WriteObject(Attended(messages => Final ? Finish(messages, threads, ending.Token) : RunTask(messages, threads, ending.Token)));
        }
        catch (OperationCanceledException)
        {
            Say("told to end");
            WriteObject(new EmTaskResult(0, 0, 0, TaskOutcome.Terminated));
        }
        catch (Exception trouble) when (ErrorRecords.IsForUser(trouble))
        {
            WriteError(ErrorRecords.Of(trouble, Destination));
            WriteObject(new EmTaskResult(0, 0, 0, TaskOutcome.NothingRan));
        }
    }

    private EmTaskResult RunTask(MessageQueue messages, int threads, CancellationToken cancellation)
    {
        var work = StackWork.Open(new StackFolder(FullPath(Destination)));
        var run = StackRun.Read(work.Folder, Run);
        messages.Post(() => Say(string.Create(CultureInfo.InvariantCulture, $"run {Run}, task {Task} of {run.Tasks} on {Environment.MachineName}, {threads} threads")));
        TaskOutcome outcome = TaskRunner.Run(work, run, Task, new TaskOptions
        {
            Threads = threads,
            Job = JobName(),
            Cancellation = cancellation,
            OnSection = section => messages.Post(() => SayAll(section)),
        });
        messages.Post(() => Say(string.Create(CultureInfo.InvariantCulture, $"task {Task}: {outcome.Done} done, {outcome.Skipped} complete already, {outcome.Failed} failed{(outcome.Interrupted ? ", told to end" : "")}")));
        return new EmTaskResult(outcome.Done, outcome.Skipped, outcome.Failed, outcome.ExitCode);
    }

    private EmTaskResult Finish(MessageQueue messages, int threads, CancellationToken cancellation)
    {
        var work = StackWork.Open(new StackFolder(FullPath(Destination)));
        StackReport report = work.Finish(new EvaluationContext { Threads = threads, Cancellation = cancellation });
        messages.Post(() => Say($"{report.Sound} of {report.Sections} outputs are sound"));
        foreach (StackProblem problem in report.Problems)
            messages.Post(() => Say(string.Create(CultureInfo.InvariantCulture, $"section {problem.Section}: {problem.Kind}: {problem.Message}")));
        foreach (SectionWarning warning in report.Warnings)
            messages.Post(() => Say(string.Create(CultureInfo.InvariantCulture, $"section {warning.Section}: warning: {warning.Step}: {warning.Message}.")));
        return new EmTaskResult(report.Sound, 0, report.Problems.Count, report.ExitCode);
    }

    private void SayAll(SectionOutcome section)
    {
        Say(Line(section));
        foreach (ResultNotice notice in section.What?.Notices ?? [])
            Say(string.Create(CultureInfo.InvariantCulture, $"section {section.Entry.Index}: warning: {notice.Step}: {notice.Message}."));
    }

    private static string Line(SectionOutcome section) => section.What switch
    {
        null => string.Create(CultureInfo.InvariantCulture, $"section {section.Entry.Index}: complete already"),
        { Kind: LedgerEventKind.Done } done => string.Create(CultureInfo.InvariantCulture, $"section {section.Entry.Index}: done in {done.Seconds:0.0} s"),
        { Kind: LedgerEventKind.Failed } failed => string.Create(CultureInfo.InvariantCulture, $"section {section.Entry.Index}: failed: {failed.Error}"),
        { Seconds: var seconds } => string.Create(CultureInfo.InvariantCulture, $"section {section.Entry.Index}: left after {seconds:0.0} s"),
    };

    private static string? JobName()
    {
        string? array = Environment.GetEnvironmentVariable("SLURM_ARRAY_JOB_ID"), element = Environment.GetEnvironmentVariable("SLURM_ARRAY_TASK_ID");
        return array is not null && element is not null ? $"{array}_{element}" : s_jobVariables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(id => !string.IsNullOrEmpty(id));
    }

    /// <summary>A line of the log. File names may hold line breaks and control sequences; they are shown and do nothing.</summary>
    private void Say(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (char c in text)
            safe.Append(char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString());
        string stamp = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        WriteInformation(new HostInformationMessage { Message = $"{stamp} {safe}" }, ["PSHOST"]);
    }
}
