using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Schedulers;

/// <summary>Plain bash files, one a task, for schedulers that are not known here (PBS, SGE, LSF).</summary>
public sealed class ScriptScheduler : Scheduler
{
    /// <summary>Its name.</summary>
    public const string SchedulerName = "Script";

    private readonly ClusterOptions _options;

    /// <summary>Takes the options; <see cref="ClusterOptions.Directive"/> goes to the top of every file as it is.</summary>
    /// <exception cref="EmException">A directive that is no comment of one line (<c>SchedulerValue</c>).</exception>
    public ScriptScheduler(ClusterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (options with { Directive = [] }).Check();
        foreach (string line in options.Directive)
        {
            if (!line.StartsWith('#') || line.Any(char.IsControl))
                throw new EmException(EmErrorKind.InvalidArgument, "SchedulerValue", $"-Directive: expected a line as your scheduler reads it in a script, such as '#PBS -l walltime=4:00:00', found '{line}'.", "Directive");
        }

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
            .. Enumerable.Range(0, run.Tasks).Select(task => One(run, work.Folder, string.Create(CultureInfo.InvariantCulture, $"task-{task:00000}.sh"), task.ToString(CultureInfo.InvariantCulture))),
            One(run, work.Folder, "final.sh", "final"),
            new ScriptFile(SubmitFile(run.Number), Submit(run)),
        ];
    }

    // A scheduler may copy the file elsewhere before it runs it, so it cannot look for itself.
    private ScriptFile One(StackRun run, StackFolder folder, string name, string task)
    {
        var text = new StringBuilder("#!/bin/bash\n");
        foreach (string line in _options.Directive)
            text.Append(line).Append('\n');
        text.Append("set -euo pipefail\n");
        text.Append($"cd -- {Bash.Quote(folder.Root)}\n");
        text.Append(CultureInfo.InvariantCulture, $"export EMTOOLS_THREADS={_options.CpusPerTask}\n");
        text.Append($"exec bash scripts/{ScriptNames.Task(run.Number)} {task}\n");
        return new ScriptFile(ScriptNames.Of(run.Number, name), text.ToString());
    }

    private static string Submit(StackRun run) => $$"""
        #!/bin/bash
        # Hands every task to $EMSTACK_SUBMIT, for example EMSTACK_SUBMIT='qsub -cwd', or runs them here one by one without it.
        # The final script is to run when all tasks have ended, also when some failed; here it does so at once.
        set -uo pipefail
        {{TaskScript.EnterFolder}}worst=0
        for script in scripts/{{ScriptNames.Of(run.Number, "task-")}}*.sh; do
            ${EMSTACK_SUBMIT:-bash} "$script" || worst=1
        done
        if [ -z "${EMSTACK_SUBMIT:-}" ]; then
            bash scripts/{{ScriptNames.Of(run.Number, "final.sh")}} || worst=1
        else
            echo "when all tasks have ended: $EMSTACK_SUBMIT $PWD/scripts/{{ScriptNames.Of(run.Number, "final.sh")}}"
        fi
        exit $worst

        """.ReplaceLineEndings("\n");
}
