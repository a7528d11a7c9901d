using System.Reflection;
using EmTools.Engine;
using EmTools.Engine.Schedulers;

namespace EmTools.Cmdlets;

/// <summary>Finds the program that is to run the tasks on the nodes.</summary>
internal static class NodeRuntimes
{
    private const string Emsh = "emsh";

    /// <exception cref="EmException">There is none (<c>RuntimeNotFound</c>).</exception>
    public static NodeRuntime Find(NodeParameters parameters, string? moduleBase)
    {
        string module = moduleBase ?? Path.GetDirectoryName(typeof(NodeRuntimes).Assembly.Location)!;
        if (parameters.Shell == NodeShell.Pwsh)
        {
            string running = Environment.ProcessPath ?? "";
            bool isPwsh = Path.GetFileNameWithoutExtension(running).Equals("pwsh", StringComparison.OrdinalIgnoreCase);
            return NodeRuntime.Pwsh(parameters.RuntimePath ?? (isPwsh ? running : "pwsh"), Path.Combine(module, "EmTools.psd1"));
        }

        string? place = parameters.RuntimePath ?? Places(module).FirstOrDefault(HoldsEmsh);
        return NodeRuntime.Emsh(place ?? module, module);
    }

    private static IEnumerable<string> Places(string module)
    {
        if (Assembly.GetEntryAssembly()?.GetName().Name == Emsh)
            yield return AppContext.BaseDirectory;
        yield return module;
        yield return Path.Combine(module, Emsh);

        // A module that was published with emsh lies in its folder modules/EmTools.
        yield return Path.GetFullPath(Path.Combine(module, "..", ".."));
    }

    private static bool HoldsEmsh(string folder) => File.Exists(Path.Combine(folder, "emsh.dll")) || File.Exists(Path.Combine(folder, Emsh));
}
