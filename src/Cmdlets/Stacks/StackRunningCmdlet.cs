using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>A cmdlet that runs a stack, here or by a scheduler.</summary>
[DynamicParameters(nameof(Scheduler), LocalScheduler.SchedulerName, typeof(LocalParameters))]
[DynamicParameters(nameof(Scheduler), SlurmScheduler.SchedulerName, typeof(SlurmArrayParameters))]
[DynamicParameters(nameof(Scheduler), DisBatchScheduler.SchedulerName, typeof(SlurmJobParameters))]
[DynamicParameters(nameof(Scheduler), ScriptScheduler.SchedulerName, typeof(NodeParameters))]
public abstract class StackRunningCmdlet : EmCmdlet, IDynamicParameters
{
    private object _parameters = new LocalParameters();

    /// <summary>The folder of the outputs, which is made if it is missing. Its sub-folder .emstack takes the bookkeeping.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Who runs it: Local (this machine, now), Slurm, DisBatch or Script. Its own parameters are then taken beside the ones below.</summary>
    [Parameter]
    [SchedulerName]
    [ArgumentCompleter(typeof(SchedulerNameCompleter))]
    public string? Scheduler { get; set; }

    /// <summary>The scheduler's own parameters as they were given.</summary>
    private protected object SchedulerParameters => _parameters;

    /// <summary>The scheduler's own parameters.</summary>
    [SuppressMessage("Design", "CA1024:Use properties where appropriate", Justification = "PowerShell's interface.")]
    public object? GetDynamicParameters()
    {
        string name = Scheduler ?? DefaultScheduler();
        bool Is(string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);
        _parameters = Is(SlurmScheduler.SchedulerName) ? new SlurmArrayParameters()
            : Is(DisBatchScheduler.SchedulerName) ? new SlurmJobParameters()
            : Is(ScriptScheduler.SchedulerName) ? new NodeParameters()
            : new LocalParameters();
        return _parameters;
    }

    /// <summary>The scheduler where none is named.</summary>
    protected virtual string DefaultScheduler() => LocalScheduler.SchedulerName;

    /// <summary>Runs what is to be done of a stack whose plan is written, or says what would be.</summary>
    /// <param name="work">The stack.</param>
    /// <param name="status">How far it is.</param>
    /// <param name="basis">The settings where no parameter says otherwise.</param>
    internal void RunStack(StackWork work, StackStatus status, ClusterOptions basis)
    {
        int[] todo = status.ToDo();
        if (status.Running > 0)
            WriteWarning($"Other processes are at work on it ({status.Running} {work.UnitName}{(status.Running == 1 ? "" : "s")} in hand). This run does none of what they do, and waits for what they have in hand.");
        if (todo.Length == 0)
        {
            WriteVerbose($"All {status.Sections} {work.UnitName}s of '{work.Folder}' are done; there is nothing to run.");
            if (work.IsToBeCompleted && ShouldProcess(work.Folder.Destination, "Complete"))
            {
                ForAll(() =>
                {
                    work.CompleteIfDone();
                    return work;
                });
            }

            WriteObject(ForAll(() => StackLook.At(work)));
        }
        else if (_parameters is NodeParameters nodes)
        {
            RunElsewhere(work, status, todo, nodes, basis);
        }
        else
        {
            RunHere(work, status, todo, (LocalParameters)_parameters);
        }
    }

    private void RunHere(StackWork work, StackStatus status, int[] todo, LocalParameters local)
    {
        if (!ShouldProcess(work.Folder.Destination, $"Compute and write {todo.Length} of {status.Sections} {work.UnitName}s on this machine{Extent(work, todo)}"))
            return;
        StackRun run = ForAll(() =>
        {
            work.Folder.Create();
            return new LocalScheduler().Plan(work.Folder, todo).Claim(work.Folder);
        });
        TaskOutcome outcome = ForAll(() => DoBeside((messages, cancellation) =>
        {
            var progress = new LocalProgress(this, messages, work, todo.Length);
            TaskOutcome ended = TaskRunner.Run(work, run, task: 0, local.ToOptions(progress.Note, cancellation));
            work.CompleteIfDone();
            messages.Post(progress.End);
            return ended;
        }));
        if (StopToken.IsCancellationRequested)
            throw new PipelineStoppedException();
        if (outcome.Interrupted)
            WriteWarning($"Run {run.Number} of '{work.Folder}' was ended by Stop-EmStack. What is done stays done; the same command, or Restart-EmStack, goes on.");
        WriteObject(ForAll(() => StackLook.At(work)));
    }

    private static string Extent(StackWork work, int[] todo) => work.Extent(todo) is { Length: > 0 } extent ? $": {extent}" : "";

    private void RunElsewhere(StackWork work, StackStatus status, int[] todo, NodeParameters nodes, ClusterOptions basis)
    {
        var slurm = nodes as SlurmJobParameters;
        ClusterOptions options = nodes.ToOptions(basis, MyInvocation.BoundParameters);
        Scheduler scheduler = ForAll(() => SchedulerCatalog.Create(Scheduler ?? DefaultScheduler(), options));
        NodeRuntime runtime = ForAll(() => NodeRuntimes.Find(nodes.RuntimePath is { } given ? FullPath(given) : null, MyInvocation.MyCommand.Module!.ModuleBase));
        StackRun run = ForAll(() => scheduler.Plan(work.Folder, todo));
        IReadOnlyList<ScriptFile> scripts = ForAll(() => scheduler.ScriptsFor(run, work, runtime));
        string submit = Path.Combine(work.Folder.Scripts, Engine.Schedulers.Scheduler.SubmitFile(run.Number));
        string[] files = [.. scripts.Select(s => Path.Combine(work.Folder.Scripts, s.Name))];
        if (ForAll(() => SlurmCommands.Jobs(SubmittedJob.In(work.Folder), work.Folder)) is { Count: > 0 } queued)
            WriteWarning($"Jobs of an earlier run are still queued or running ({string.Join(", ", queued.Select(j => j.Job).Take(5))}); they and this run would share the work. Stop-EmStack cancels them.");

        string[] shown = [.. files.Take(2).Append(files[^1]).Distinct()];
        if (!ShouldProcess(work.Folder.Scripts, $"Write run {run.Number}: {todo.Length} of {status.Sections} {work.UnitName}s in {run.Tasks} tasks, {files.Length} scripts ({string.Join(", ", shown.Select(Path.GetFileName))}){Extent(work, todo)}"))
        {
            if (slurm?.Submit == true)
                ShouldProcess($"bash {Bash.Quote(submit)}", "Submit");
            return;
        }

        run = ForAll(() =>
        {
            StackRun claimed = run.Claim(work.Folder);
            if (claimed.Number != run.Number)
                scripts = scheduler.ScriptsFor(claimed, work, runtime);
            RunFiles.Write(work.Folder, scripts);
            return claimed;
        });
        submit = Path.Combine(work.Folder.Scripts, Engine.Schedulers.Scheduler.SubmitFile(run.Number));
        files = [.. scripts.Select(s => Path.Combine(work.Folder.Scripts, s.Name))];
        bool submits = slurm?.Submit == true && ShouldProcess($"bash {Bash.Quote(submit)}", "Submit");
        IReadOnlyList<string> jobs = submits ? ForAll(() => RunFiles.Submit(submit)) : [];
        if (submits && slurm!.Wait)
        {
            WriteVerbose(string.Create(CultureInfo.InvariantCulture, $"Waiting for the jobs {string.Join(", ", jobs)}."));
            WriteObject(ForAll(() => StackLook.WhenIdle(this, work)));
            return;
        }

        WriteObject(new EmStackRun
        {
            Destination = work.Folder.Destination,
            Run = run.Number,
            Scheduler = scheduler.Name,
            Sections = todo.Length,
            Done = status.Done,
            Tasks = run.Tasks,
            Files = [.. files],
            Command = $"bash {Bash.Quote(submit)}",
            Jobs = [.. jobs],
        });
    }
}
