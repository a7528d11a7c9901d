using System.Reflection;
using System.Runtime.Loader;

namespace EmTools.Loader;

/// <summary>
/// Keeps the engine and its packages apart from those of other modules: each module may bring a version of its own of the same
/// package, and PowerShell's own context takes only the first.
/// </summary>
internal sealed class ModuleContext : AssemblyLoadContext
{
    private const string Engine = "EmTools.Engine";

    private readonly string _folder;

    private ModuleContext(string folder)
        : base("EmTools")
        => _folder = folder;

    /// <summary>The context of this session; null before the module was imported for the first time.</summary>
    public static ModuleContext? Current { get; private set; }

    /// <summary>Makes the context and lets PowerShell's own ask it for the engine.</summary>
    /// <param name="folder">Where the engine and its packages lie.</param>
    public static void Create(string folder)
    {
        Current = new ModuleContext(folder);
        Default.Resolving += (_, wanted) => wanted.Name == Engine ? Current.LoadFromAssemblyName(wanted) : null;
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // What is not among the module's own is .NET's or PowerShell's, and shared with all.
        string path = Path.Combine(_folder, $"{assemblyName.Name}.dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
