using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Schedulers;

/// <summary>Slurm: a job array (several where the site's limit is smaller), and a final job when all elements have ended.</summary>
public sealed class SlurmScheduler : Scheduler
{
    /// <summary>Its name.</summary>
    public const string SchedulerName = "Slurm";

    /// <summary>How long before its time limit a task is told to end, in seconds.</summary>
    private const int Warning = 60;

    private readonly ClusterOptions _options;
    private readonly int _maximumArraySize;

    /// <summary>Takes the options.</summary>
    /// <param name="options">Checked here.</param>
    /// <param name="maximumArraySize">The site's <c>MaxArraySize</c>: indices go up to one less.</param>
    /// <exception cref="EmException">A value that cannot stand in a script.</exception>
    public SlurmScheduler(ClusterOptions options, int maximumArraySize = SlurmCommands.DefaultMaximumArraySize)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumArraySize, 1);
        options.Check();
        _options = options;
        _maximumArraySize = maximumArraySize;
    }

    /// <inheritdoc/>
    public override string Name => SchedulerName;

    /// <inheritdoc/>
    public override JsonObject Settings => _options.ToJson();

    /// <inheritdoc/>
    public override int TasksFor(int sections) => Elements(sections) * _options.ProcessCount;

    /// <summary>The arrays as <c>sbatch</c> is asked for them: each one's range of indices, and the element of the run that its index 0 is.</summary>
    public IReadOnlyList<(string Range, int First)> ArraysFor(StackRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        int elements = run.Tasks / _options.ProcessCount;
        var arrays = new List<(string, int)>();
        for (int first = 0; first < elements; first += _maximumArraySize)
        {
            string range = string.Create(CultureInfo.InvariantCulture, $"0-{Math.Min(_maximumArraySize, elements - first) - 1}");
            arrays.Add((_options.Throttle is { } throttle ? string.Create(CultureInfo.InvariantCulture, $"{range}%{throttle}") : range, first));
        }

        return arrays;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ScriptFile> ScriptsFor(StackRun run, StackWork work, NodeRuntime runtime)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(runtime);
        return
        [
            TaskScript.For(run, runtime, _options.Prologue),
            new ScriptFile(ScriptNames.Of(run.Number, "array.sh"), ArrayScript(run, work)),
            new ScriptFile(ScriptNames.Of(run.Number, "final.sh"), FinalScript(run, work)),
            new ScriptFile(SubmitFile(run.Number), SubmitScript(run)),
        ];
    }

    private int Elements(int sections) => Math.Min(_options.ArraySize, (sections - 1) / _options.ProcessCount + 1);

    private string ArrayScript(StackRun run, StackWork work)
    {
        bool several = _options.ProcessCount > 1;
        StringBuilder text = Header(run, "", "%A_%a", work, _options.ProcessCount);

        // Time is running out: to the program itself, or, where srun stands between, to the programs that it started.
        text.Append(CultureInfo.InvariantCulture, $"#SBATCH --signal={(several ? "" : "B:")}TERM@{Warning}\n");
        if (several)
            text.Append(CultureInfo.InvariantCulture, $"#SBATCH --ntasks={_options.ProcessCount}\n");
        text.Append("\n# One element of the array. Submitted from the folder above this one, with the number of the array's first element.\n");
        text.Append("set -euo pipefail\n");
        text.Append("element=$(($1 + SLURM_ARRAY_TASK_ID))\n");
        if (!several)
        {
            text.Append($"exec bash scripts/{ScriptNames.Task(run.Number)} \"$element\"\n");
            return text.ToString();
        }

        text.Append("export EMSTACK_FIRST=$((element * ").Append(_options.ProcessCount).Append("))\n");
        text.Append(CultureInfo.InvariantCulture, $"exec srun --ntasks={_options.ProcessCount} --cpus-per-task={_options.CpusPerTask} --kill-on-bad-exit=0 \\\n");
        text.Append($"    bash -c 'exec bash scripts/{ScriptNames.Task(run.Number)} \"$((EMSTACK_FIRST + SLURM_PROCID))\"'\n");
        return text.ToString();
    }

    private string FinalScript(StackRun run, StackWork work)
    {
        StringBuilder text = Header(run, "final-", "%j", work, processes: 1);
        text.Append("\n# Verifies all outputs when the array has ended, also when some of it failed.\n");
        text.Append("set -euo pipefail\n");
        text.Append($"exec bash scripts/{ScriptNames.Task(run.Number)} final\n");
        return text.ToString();
    }

    private StringBuilder Header(StackRun run, string part, string pattern, StackWork work, int processes)
    {
        var text = new StringBuilder("#!/bin/bash\n");
        Line("job-name", ScriptNames.Job(work.Folder, run.Number, part));
        Line("output", $"logs/{ScriptNames.Of(run.Number, part)}{pattern}.log");
        text.Append("#SBATCH --open-mode=append\n#SBATCH --requeue\n");
        Line("partition", _options.Partition);
        Line("account", _options.Account);
        Line("qos", _options.QualityOfService);
        Line("constraint", _options.Constraint);
        Line("nodelist", _options.NodeList);
        Line("exclude", _options.Exclude);
        Line("time", _options.Time);
        Line("nodes", "1");
        Line("cpus-per-task", _options.CpusPerTask.ToString(CultureInfo.InvariantCulture));
        Line("mem", _options.Memory ?? MemoryFor(work, processes));
        foreach (string directive in _options.Directive)
            text.Append("#SBATCH ").Append(directive).Append('\n');
        return text;

        void Line(string name, string? value)
        {
            if (value is null)
                return;
            bool plain = value.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+=:,@%[]".Contains(c, StringComparison.Ordinal));
            text.Append(CultureInfo.InvariantCulture, $"#SBATCH --{name}={(plain ? value : $"\"{value}\"")}\n");
        }
    }

    /// <summary>A quarter more than the largest section takes: a job that passes its limit is killed.</summary>
    private string MemoryFor(StackWork work, int processes)
    {
        long bytes = work.Units.Max(unit => work.PeakOf(unit, _options.CpusPerTask)) * processes / 4 * 5;
        return string.Create(CultureInfo.InvariantCulture, $"{(bytes >> 20) + 1}M");
    }

    private string SubmitScript(StackRun run)
    {
        var text = new StringBuilder("#!/bin/bash\n# Submits the run and notes the jobs' ids beside the plan.\nset -euo pipefail\n");
        text.Append(TaskScript.EnterFolder);
        text.Append($$"""
            # Slurm replaces %j and the like in the folder's own name too, unless they are doubled.
            logs=${PWD//%/%%}/logs
            submit() {
                local part=$1 log=$2 id
                shift 2
                id=$(sbatch --parsable --output="$logs/$log" "$@") || return
                id=${id%%;*}
                printf '{"run":{{run.Number}},"scheduler":"{{Name}}","job":"%s","part":"%s"}\n' "$id" "$part" >> jobs.jsonl
                printf '%s\n' "$id"
            }

            after=afterany

            """.ReplaceLineEndings("\n"));
        foreach ((string range, int first) in ArraysFor(run))
            text.Append(CultureInfo.InvariantCulture, $"id=$(submit tasks {ScriptNames.Of(run.Number, "%A_%a.log")} --array={range} scripts/{ScriptNames.Of(run.Number, "array.sh")} {first})\nprintf '%s\\n' \"$id\"\nafter=$after:$id\n");
        text.Append($"submit final {ScriptNames.Of(run.Number, "final-%j.log")} --dependency=\"$after\" scripts/{ScriptNames.Of(run.Number, "final.sh")}\n");
        return text.ToString();
    }
}
