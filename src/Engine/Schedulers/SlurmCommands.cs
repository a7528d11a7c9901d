using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using EmTools.Engine.Stacks;

namespace EmTools.Engine.Schedulers;

/// <summary>A job, or an element of an array, as Slurm sees it.</summary>
/// <param name="Job">Its id, such as <c>4711_12</c> or <c>4711_[13-99]</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">Slurm's word: PENDING, RUNNING, COMPLETING.</param>
/// <param name="Elapsed">How long it has run, in Slurm's words.</param>
/// <param name="Node">The node it runs on, or why it waits.</param>
public sealed record SlurmJob(string Job, string Name, string State, string Elapsed, string Node)
{
    /// <summary>Id and state.</summary>
    public override string ToString() => $"{Job} {State}";
}

/// <summary>Slurm's programs, where they can be had.</summary>
public static partial class SlurmCommands
{
    /// <summary>Slurm's own default of <c>MaxArraySize</c>.</summary>
    public const int DefaultMaximumArraySize = 1001;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>The site's <c>MaxArraySize</c>; Slurm's default where it cannot be asked.</summary>
    public static int MaximumArraySize()
    {
        Match found = ArraySize().Match(Run("scontrol", ["show", "config"]).Output);
        return found.Success && int.TryParse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out int size) && size > 0 ? size : DefaultMaximumArraySize;
    }

    /// <summary>The jobs of a stack that Slurm still has, or null where it cannot be asked.</summary>
    /// <param name="submitted">What was noted when they were submitted.</param>
    /// <param name="folder">The stack; a job of another name than its own jobs have is none of its, whatever was noted.</param>
    public static IReadOnlyList<SlurmJob>? Jobs(IEnumerable<SubmittedJob> submitted, StackFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string[] ids = [.. submitted.Where(j => j.Scheduler is SlurmScheduler.SchedulerName or DisBatchScheduler.SchedulerName).Select(j => j.Job)];
        if (ids.Length == 0)
            return null;

        // Asked for one job that is long gone, squeue answers with an error and nothing else; so all of the user's are asked for.
        (bool worked, string output, _) = Run("squeue", ["--noheader", "--me", "--format=%i|%j|%T|%M|%R"]);
        string mark = ScriptNames.Mark(folder);
        return worked
            ? [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|')).Where(f => f.Length >= 5 && ids.Contains(f[0].Split('_')[0]) && f[1].EndsWith(mark, StringComparison.Ordinal)).Select(f => new SlurmJob(f[0], f[1], f[2], f[3], f[4]))]
            : null;
    }

    /// <summary>Cancels jobs; those that have ended already are no mistake.</summary>
    /// <exception cref="EmException">Slurm refused, or is not here (<c>CancelFailed</c>).</exception>
    public static void Cancel(IEnumerable<string> jobs)
    {
        string[] ids = [.. jobs];
        if (ids.Length == 0)
            return;
        (bool worked, _, string error) = Run("scancel", ids);
        if (!worked)
            throw new EmException(EmErrorKind.InputOutput, "CancelFailed", $"The jobs {string.Join(", ", ids)} could not be cancelled: {error.Trim()} Cancel them where Slurm's programs are: scancel {string.Join(' ', ids)}", "Destination");
    }

    /// <summary>Runs a program that answers soon; a program that is not there has not worked.</summary>
    internal static (bool Worked, string Output, string Error) Run(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(s_patience))
            {
                process.Kill(entireProcessTree: true);
                return (false, "", $"{program} did not answer within {s_patience.TotalSeconds} s.");
            }

            return (process.ExitCode == 0, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return (false, "", e.Message);
        }
    }

    [GeneratedRegex(@"^MaxArraySize\s*=\s*(\d+)", RegexOptions.Multiline)]
    private static partial Regex ArraySize();
}
