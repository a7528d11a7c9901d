using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Schedulers;

/// <summary>
/// disBatch, which hands the lines of a task file out to the processors of one Slurm job: for sites that like few large
/// jobs better than arrays.
/// </summary>
public sealed class DisBatchScheduler : Scheduler
{
    /// <summary>Its name.</summary>
    public const string SchedulerName = "DisBatch";

    private readonly ClusterOptions _options;

    /// <summary>Takes the options; <see cref="ClusterOptions.ProcessCount"/> is how many tasks run at a time, <see cref="ClusterOptions.ArraySize"/> how many there are.</summary>
    /// <exception cref="EmException">A value that cannot stand in a script.</exception>
    public DisBatchScheduler(ClusterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
    }

    /// <inheritdoc/>
    public override string Name => SchedulerName;

    /// <inheritdoc/>
    public override JsonObject Settings => _options.ToJson();

    /// <inheritdoc/>
    public override int TasksFor(int sections) => Math.Min(sections, _options.ArraySize);

    /// <inheritdoc/>
    public override IReadOnlyList<ScriptFile> ScriptsFor(StackRun run, StackWork work, NodeRuntime runtime)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(runtime);
        return
        [
            TaskScript.For(run, runtime, _options.Prologue),
            new ScriptFile(TaskFile(run), Tasks(run, work.Folder)),
            new ScriptFile(SubmitFile(run.Number), Submit(run, work.Folder)),
        ];
    }

    private static string TaskFile(StackRun run) => ScriptNames.Of(run.Number, "tasks.disbatch");

    // The barrier lets the final job begin when all tasks have ended, also when some failed.
    private static string Tasks(StackRun run, StackFolder folder)
    {
        var text = new StringBuilder();
        text.Append($"#DISBATCH PREFIX ( cd -- {Bash.Quote(folder.Root)} && exec bash scripts/{ScriptNames.Task(run.Number)} \n");
        text.Append(CultureInfo.InvariantCulture, $"#DISBATCH SUFFIX  ) > {Bash.Quote(folder.Logs)}/{run.Number:000}-${{DISBATCH_TASKID_ZP}}.log 2>&1\n");
        for (int task = 0; task < run.Tasks; task++)
            text.Append(CultureInfo.InvariantCulture, $"{task}\n");
        text.Append("#DISBATCH BARRIER\nfinal\n");
        return text.ToString();
    }

    private string Submit(StackRun run, StackFolder folder)
    {
        var text = new StringBuilder("#!/bin/bash\n# Submits the run and notes the job's id beside the plan.\nset -euo pipefail\n");
        text.Append(TaskScript.EnterFolder);
        text.Append("# -e: disBatch's own exit code tells of failed tasks, so that the job does not show as completed.\n");
        text.Append(CultureInfo.InvariantCulture, $"id=$(EMTOOLS_THREADS={_options.CpusPerTask} sbatch --parsable --job-name={ScriptNames.Job(folder, run.Number, "")} --ntasks={_options.ProcessCount} --cpus-per-task={_options.CpusPerTask} --output=\"${{PWD//%/%%}}/logs/{ScriptNames.Of(run.Number, "disbatch-%j.log")}\"");
        foreach ((string name, string? value) in ((string, string?)[])[("partition", _options.Partition), ("account", _options.Account), ("qos", _options.QualityOfService), ("constraint", _options.Constraint), ("nodelist", _options.NodeList), ("exclude", _options.Exclude), ("time", _options.Time), ("mem", _options.Memory)])
        {
            if (value is not null)
                text.Append(" \\\n    ").Append(Bash.Quote($"--{name}={value}"));
        }

        foreach (string directive in _options.Directive)
            text.Append(" \\\n    ").Append(Bash.Quote(directive));
        text.Append($" \\\n    disBatch -e -p logs/{ScriptNames.Of(run.Number, "disbatch")} scripts/{TaskFile(run)})\n");
        text.Append("id=${id%%;*}\n");
        text.Append($"printf '{{\"run\":{run.Number},\"scheduler\":\"{SchedulerName}\",\"job\":\"%s\",\"part\":\"tasks\"}}\\n' \"$id\" >> jobs.jsonl\nprintf '%s\\n' \"$id\"\n");
        return text.ToString();
    }
}
