using System.Management.Automation;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Ends all jobs of a stack.</summary>
/// <remarks>
/// <para>
/// Cancels the Slurm jobs that were submitted for the stack, and asks processes of this machine that work on it to end. They
/// leave the section in hand and nothing of it. What is done stays done; Restart-EmStack takes the stack up again.
/// </para>
/// <para>
/// Jobs of other schedulers are to be cancelled by their own means; that harms nothing either.
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
[Cmdlet(VerbsLifecycle.Stop, "EmStack", SupportsShouldProcess = true)]
public sealed class StopEmStackCommand : EmCmdlet
{
    /// <summary>The folder of the outputs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForItem(Destination, () =>
    {
        var folder = new StackFolder(FullPath(Destination));
        folder.RequirePlan();
        IReadOnlyList<SubmittedJob> submitted = SubmittedJob.In(folder);

        // Jobs that have long ended are not worth a word; where the queue cannot be asked, all are tried.
        string[] jobs = SlurmCommands.Jobs(submitted) is { } queued
            ? [.. queued.Select(j => j.Job.Split('_')[0]).Distinct()]
            : [.. submitted.Select(j => j.Job)];
        if (jobs.Length > 0 && ShouldProcess($"Jobs {string.Join(", ", jobs)}", "Cancel"))
            SlurmCommands.Cancel(jobs);
        foreach (LedgerTask task in Ledger.Read(folder).Tasks)
        {
            if (task.IsAlive && task.IsHere && task.Start.Job is null && ShouldProcess($"Process {task.Start.ProcessId} on {task.Start.Host}", "End"))
                task.Terminate();
        }
    });
}
