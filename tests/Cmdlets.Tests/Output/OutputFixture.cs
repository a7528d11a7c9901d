using System.Text.Json;

namespace EmTools.Cmdlets.Tests.Output;

/// <summary>Runs Show-Outputs.ps1 once.</summary>
public sealed class OutputFixture : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emtools-output-").FullName;
    private readonly Lazy<AllLooks> _shown;

    public OutputFixture() => _shown = new(Show);

    /// <summary>How everything looks; skips where there is no PowerShell.</summary>
    public AllLooks Shown
    {
        get
        {
            Pwsh.SkipIfMissing();
            return _shown.Value;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private AllLooks Show()
    {
        string script = Path.Combine(ModuleSession.RepositoryRoot, "tests", "Cmdlets.Tests", "Output", "Show-Outputs.ps1"), result = Path.Combine(_folder, "looks.json");
        Pwsh.Run("-File", script, ModuleSession.Manifest, _folder, result).RequireSuccess();
        return JsonSerializer.Deserialize<AllLooks>(File.ReadAllBytes(result))!;
    }
}
