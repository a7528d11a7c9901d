using System.Management.Automation;

namespace EmTools.Loader;

/// <summary>What PowerShell runs when the module is imported, before it looks at the cmdlets.</summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    private const string Library = "lib";

    /// <summary>Makes the load context, once a session.</summary>
    public void OnImport()
    {
        string folder = Path.Combine(Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!, Library);
        if (ModuleContext.Current is null)
            ModuleContext.Create(folder);
    }
}
