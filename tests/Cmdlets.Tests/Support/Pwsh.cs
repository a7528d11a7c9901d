using System.Diagnostics;

namespace EmTools.Cmdlets.Tests;

/// <summary>The real PowerShell, a dotnet tool that .config/dotnet-tools.json pins.</summary>
public static class Pwsh
{
    private const string Restore = "dotnet tool restore";
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(8);
    private static readonly Lazy<(string? Home, string Missing)> s_tool = new(Find);

    /// <summary>Why there is none here, and the command that mends it; null where there is one.</summary>
    public static string? Missing => s_tool.Value.Home is null ? s_tool.Value.Missing : null;

    /// <summary>Skips a test where there is no PowerShell, which is no failure of what it tests.</summary>
    public static void SkipIfMissing() => Skip.If(Missing is not null, Missing);

    /// <summary>Runs PowerShell without profile, in the repository's folder.</summary>
    public static Ended Run(params string[] arguments) => Run(new Dictionary<string, string?>(), arguments);

    /// <summary>Runs PowerShell without profile, with other variables; null takes one away.</summary>
    public static Ended Run(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        SkipIfMissing();

        // By its assembly: the tool's command would look it up in the user's home, which some tests change.
        return Start(environment, [Path.Combine(s_tool.Value.Home!, "pwsh.dll"), "-NoLogo", "-NoProfile", "-NonInteractive", .. arguments]);
    }

    private static (string? Home, string Missing) Find()
    {
        Ended ended = Start(new Dictionary<string, string?>(), ["pwsh", "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", "[Console]::Out.Write($PSHOME)"]);
        return ended.Code == 0 && Directory.Exists(ended.Output)
            ? (ended.Output, "")
            : (null, $"PowerShell is not restored here; run '{Restore}' in '{ModuleSession.RepositoryRoot}'. ({ended.Text.Trim().Split('\n')[0].Trim()})");
    }

    private static Ended Start(IReadOnlyDictionary<string, string?> environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = ModuleSession.RepositoryRoot,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["NO_COLOR"] = "1";

        // An inherited module path would offer modules of another PowerShell.
        start.Environment.Remove("PSModulePath");
        foreach ((string key, string? value) in environment)
            start.Environment[key] = value;

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_hang))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"PowerShell hangs: {string.Join(' ', arguments)}");
        }

        return new Ended(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>How a process ended, and what it said.</summary>
    /// <param name="Code">Its exit code.</param>
    /// <param name="Output">What it wrote.</param>
    /// <param name="Error">What it wrote as errors.</param>
    public sealed record Ended(int Code, string Output, string Error)
    {
        /// <summary>All that it said.</summary>
        public string Text => Output + Error;

        /// <summary>Requires that nothing went wrong; gives what it wrote.</summary>
        public string RequireSuccess()
        {
            Assert.True(Code == 0 && Error.Length == 0, $"Exit code {Code}. {Text}");
            return Output;
        }
    }
}
