using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Runs again what failed or is missing of a stack that was planned before.</summary>
/// <remarks>
/// <para>
/// Reads the plan in the destination's folder .emstack and makes a new run of only those sections that are not done: failed,
/// pending, or out of date. Takes the scheduler and the settings of the last run; what is given here goes before them, such as
/// more memory or time. The scheduler's own parameters are those of Invoke-EmStack.
/// </para>
/// <para>
/// Use Invoke-EmStack with the pipeline instead when sections were added or the steps have changed.
/// </para>
/// </remarks>
/// <example>
/// <para>Tries the failed sections again, as before but with twice the memory.</para>
/// <code>Restart-EmStack restored/ -Memory 16G -Submit</code>
/// </example>
/// <example>
/// <para>Does on this machine what a cluster has left over.</para>
/// <code>Restart-EmStack restored/ -Scheduler Local</code>
/// </example>
[Cmdlet(VerbsLifecycle.Restart, "EmStack", SupportsShouldProcess = true)]
[OutputType(typeof(EmStackInfo), typeof(EmStackRun))]
public sealed class RestartEmStackCommand : StackRunningCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        StackFolder folder = ForAll(() => new StackFolder(FullPath(Destination)));
        StackWork work = ForAll(() =>
        {
            LeftOvers.Remove(folder);
            return StackWork.Open(folder);
        });
        ClusterOptions basis = LastRun() is { Scheduler: not LocalScheduler.SchedulerName } last ? ForAll(() => ClusterOptions.From(last.Settings)) : new ClusterOptions();
        RunStack(work, ForAll(() => StackStatus.Of(work)), basis);
    }

    /// <inheritdoc/>
    protected override string DefaultScheduler() => LastRun()?.Scheduler ?? base.DefaultScheduler();

    private StackRun? LastRun()
    {
        // Asked for while parameters are bound and completed, when nothing may fail yet.
        try
        {
            var folder = new StackFolder(FullPath(Destination));
            int[] runs = StackRun.NumbersIn(folder);
            return runs.Length == 0 ? null : StackRun.Read(folder, runs[^1]);
        }
        catch (Exception e) when (e is EmException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
