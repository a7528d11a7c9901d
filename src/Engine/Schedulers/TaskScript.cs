using System.Text;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Schedulers;

/// <summary>The script that runs one task on a node; all schedulers' scripts call it.</summary>
internal static class TaskScript
{
    /// <summary>Into the bookkeeping's folder, whatever its name, from a script in its scripts' folder.</summary>
    public const string EnterFolder = "cd -- \"$(dirname -- \"${BASH_SOURCE[0]}\")/..\"\n";

    public static ScriptFile For(StackRun run, NodeRuntime runtime, IReadOnlyList<string> prologue)
    {
        var text = new StringBuilder();
        text.Append("#!/bin/bash\n");
        text.Append($"# Runs one task of run {run.Number} of a stack, or its final job: bash {ScriptNames.Task(run.Number)} NUMBER|final\n");
        text.Append("# Exit code: 0 all done, 1 some sections failed, 2 nothing could run.\n");
        text.Append("set -euo pipefail\n");
        text.Append(EnterFolder);
        if (prologue.Count > 0)
        {
            text.Append("set +u # a site's functions, such as module, may look at variables that are not set\n");
            foreach (string line in prologue)
                text.Append(line).Append('\n');
            text.Append("set -u\n");
        }

        text.Append(runtime.ToBash());
        text.Append($$"""
            threads=${EMTOOLS_THREADS:-0} # 0: all that the node has
            threads=${SLURM_CPUS_PER_TASK:-$threads}
            case ${1-} in
                final) emtools . --run {{run.Number}} --task final --threads "$threads" ;;
                '' | *[!0-9]*) echo "give the task's number, 0 to {{run.Tasks - 1}}, or 'final'" >&2; exit 2 ;;
                *) emtools . --run {{run.Number}} --task "$1" --threads "$threads" ;;
            esac

            """.ReplaceLineEndings("\n"));
        return new ScriptFile(ScriptNames.Task(run.Number), text.ToString());
    }
}
