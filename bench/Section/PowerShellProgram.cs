using System.Diagnostics;

namespace EmTools.SectionBench;

/// <summary>The PowerShell that the repository's tools name.</summary>
internal static class PowerShellProgram
{
    /// <summary>Its library, for .NET to run: the tool's own starter would be one process more.</summary>
    /// <exception cref="InvalidOperationException">It is not restored.</exception>
    public static string Find()
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["pwsh", "-NoProfile", "-Command", "$PSHOME"]) { RedirectStandardOutput = true, Environment = { ["POWERSHELL_TELEMETRY_OPTOUT"] = "1" } })!;
        string home = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        string library = Path.Combine(home, "pwsh.dll");
        return process.ExitCode == 0 && File.Exists(library) ? library : throw new InvalidOperationException("PowerShell is not here; restore it in the repository's folder: dotnet tool restore");
    }
}
