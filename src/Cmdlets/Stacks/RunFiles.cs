using System.Diagnostics;
using EmTools.Engine;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Writes a run's scripts and submits them.</summary>
internal static class RunFiles
{
    /// <exception cref="EmException">A script cannot be written.</exception>
    public static void Write(StackFolder folder, IEnumerable<ScriptFile> scripts)
    {
        foreach (ScriptFile script in scripts)
            File.WriteAllText(Path.Combine(folder.Scripts, script.Name), script.Text);
    }

    /// <summary>Runs a run's submitting script, as the user would, and gives the ids of the jobs.</summary>
    /// <exception cref="EmException">The scheduler refused, or is not here (<c>SubmitFailed</c>).</exception>
    public static IReadOnlyList<string> Submit(string script)
    {
        var start = new ProcessStartInfo("bash", [script]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        string[] ids = output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (process.ExitCode != 0)
            throw new EmException(EmErrorKind.InvalidArgument, "SubmitFailed", $"The run could not be submitted{(ids.Length > 0 ? $" beyond the jobs {string.Join(", ", ids)}, which Stop-EmStack cancels" : "")}: {error.GetAwaiter().GetResult().Trim()} Its files are written; correct the parameters and run again, or submit it where the scheduler is: bash {Bash.Quote(script)}", script);
        return ids;
    }
}
