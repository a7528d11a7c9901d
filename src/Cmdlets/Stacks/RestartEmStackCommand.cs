using System.Management.Automation;
using System.Management.Automation.Host;
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
/// Lines of bash that the last run had (-Prologue, -Directive) are used again where the run's file is yours and nobody else may
/// write it; else they are shown, and you are asked.
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
/// <seealso cref="InvokeEmStackCommand"/>
/// <seealso cref="GetEmStackCommand"/>
/// <seealso cref="StopEmStackCommand"/>
/// <seealso href="about_EmTools_Stacks"/>
/// <seealso href="../cluster.md">Stacks and clusters</seealso>
[Cmdlet(VerbsLifecycle.Restart, "EmStack", HelpUri = HelpPages.RestartEmStack, SupportsShouldProcess = true)]
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
        ClusterOptions basis = LastRun() is { Scheduler: not LocalScheduler.SchedulerName } last ? ForAll(() => Own(folder, last.Number, ClusterOptions.From(last.Settings))) : new ClusterOptions();
        RunStack(work, ForAll(() => StackStatus.Of(work)), basis);
    }

    /// <inheritdoc/>
    protected override string DefaultScheduler() => LastRun()?.Scheduler ?? base.DefaultScheduler();

    /// <summary>
    /// The settings of the last run, where its file is the user's own; lines of it that would run as the user are shown and asked
    /// about where another may have written them.
    /// </summary>
    /// <exception cref="EmException">The user said no, or cannot be asked (<c>SettingsOfOthers</c>).</exception>
    private ClusterOptions Own(StackFolder folder, int run, ClusterOptions options)
    {
        string[] lines = [
            .. MyInvocation.BoundParameters.ContainsKey(nameof(NodeParameters.Prologue)) ? [] : options.Prologue,
            .. MyInvocation.BoundParameters.ContainsKey(nameof(NodeParameters.Directive)) ? [] : options.Directive];
        if (SchedulerParameters is not NodeParameters || lines.Length == 0 || StackRun.IsOwn(folder, run) || Agrees(folder.RunFile(run), lines))
            return options;
        throw new EmException(EmErrorKind.InvalidArgument, "SettingsOfOthers", $"'{folder.RunFile(run)}' is not yours alone, and holds lines that would run under your name: {string.Join(" ; ", lines)}. Give -Prologue and -Directive yourself ('' or @() for none).", folder.RunFile(run));
    }

    private bool Agrees(string file, string[] lines)
    {
        try
        {
            return ShouldContinue($"'{file}' may have been written by others. These lines of it would run under your name:\n{string.Join('\n', lines)}", "Run them?");
        }
        catch (Exception e) when (e is PSInvalidOperationException or HostException or PSNotImplementedException)
        {
            return false; // nobody is there to ask
        }
    }

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
