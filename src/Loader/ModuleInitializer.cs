using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace EmTools.Loader;

/// <summary>What PowerShell runs when the module is imported, before it looks at the cmdlets.</summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    private const string Library = "lib";
    private const string Cmdlets = "EmTools.Cmdlets";

    /// <summary>Makes the load context, once a session.</summary>
    /// <exception cref="InvalidOperationException">Another version of the module is loaded; .NET cannot put it away again.</exception>
    public void OnImport()
    {
        Assembly own = typeof(ModuleInitializer).Assembly;
        Assembly? other = AssemblyLoadContext.Default.Assemblies.FirstOrDefault(loaded => loaded.GetName() is { Name: Cmdlets } name && name.Version != own.GetName().Version);
        if (other is not null)
            throw new InvalidOperationException($"EmTools {other.GetName().Version!.ToString(3)} is loaded in this session already{(other.Location.Length > 0 ? $" (from '{Path.GetDirectoryName(other.Location)}')" : "")}, and a session holds one version only. Start a new PowerShell to use EmTools {own.GetName().Version!.ToString(3)}.");

        string folder = Path.Combine(Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!, Library);
        if (ModuleContext.Current is null)
            ModuleContext.Create(folder);
    }
}
