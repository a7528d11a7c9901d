using System.Diagnostics;
using System.Management.Automation;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Ends all jobs of a stack.</summary>
/// <remarks>
/// <para>
/// Cancels the Slurm jobs that were submitted for the stack, and tells all processes that work on it, on whatever machine, to
/// end. They leave the section in hand and nothing of it. A shell that runs the stack itself gets its prompt back. No process is
/// killed. What is done stays done; Restart-EmStack takes the stack up again.
/// </para>
/// <para>
/// Jobs of other schedulers that have not begun are to be cancelled by their own means; when they begin, they end at once.
/// </para>
/// </remarks>
/// <example>
/// <para>Ends all jobs.</para>
/// <code>Stop-EmStack restored/</code>
/// </example>
/// <example>
/// <para>Says which jobs would be cancelled.</para>
/// <code>Stop-EmStack restored/ -WhatIf</code>
/// </example>
/// <seealso cref="RestartEmStackCommand"/>
/// <seealso cref="GetEmStackCommand"/>
/// <seealso href="about_EmTools_Stacks"/>
/// <seealso href="../cluster.md">Stacks and clusters</seealso>
[Cmdlet(VerbsLifecycle.Stop, "EmStack", HelpUri = HelpPages.StopEmStack, SupportsShouldProcess = true)]
public sealed class StopEmStackCommand : EmCmdlet
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>The folder of the outputs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForItem(Destination, () =>
    {
        var folder = new StackFolder(FullPath(Destination));
        folder.RequirePlan();
        CancelJobs(folder);
        LedgerTask[] alive = Living(folder);
        if (!ShouldProcess(folder.Destination, alive.Length == 0 ? "Tell all runs to end" : $"Tell all runs to end, now at work: {string.Join(", ", alive.Select(Describe))}"))
            return;
        StopRequest.Make(folder);
        if (WaitFor(folder) is { Length: > 0 } left)
            WriteWarning($"Told to end and still there after {s_patience.TotalSeconds:0} s: {string.Join(", ", left.Select(Describe))}. If a process does not end by itself, end it on its machine; nothing is lost by that.");
    });

    private static string Describe(LedgerTask task) => $"process {task.Start.ProcessId} on {task.Start.Host}";

    private static LedgerTask[] Living(StackFolder folder) => [.. Ledger.Read(folder).Tasks.Where(task => task.IsAlive)];

    private void CancelJobs(StackFolder folder)
    {
        IReadOnlyList<SubmittedJob> submitted = SubmittedJob.In(folder);
        if (submitted.Count == 0)
            return;

        // Only what the scheduler itself knows by this stack's name: a file of numbers proves nothing.
        if (SlurmCommands.Jobs(submitted, folder) is not { } queued)
        {
            WriteWarning($"Slurm cannot be asked from here, so its jobs are not cancelled; each ends by itself when it finds that the stack was stopped. Where Slurm's programs are: scancel {string.Join(' ', submitted.Select(job => job.Job).Distinct())}");
            return;
        }

        string[] jobs = [.. queued.Select(job => job.Job.Split('_')[0]).Distinct()];
        if (jobs.Length > 0 && ShouldProcess($"Jobs {string.Join(", ", jobs)}", "Cancel"))
            SlurmCommands.Cancel(jobs);
    }

    private LedgerTask[] WaitFor(StackFolder folder)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            // Of processes elsewhere it is only known later that they have ended; those of this machine are waited for.
            LedgerTask[] left = [.. Living(folder).Where(task => task.IsHere)];
            if (left.Length == 0 || Stopwatch.GetElapsedTime(start) > s_patience)
                return left;
            if (StopToken.WaitHandle.WaitOne(s_look))
                throw new OperationCanceledException(StopToken);
        }
    }
}
