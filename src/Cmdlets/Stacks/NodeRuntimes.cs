using EmTools.Engine;
using EmTools.Engine.Schedulers;

namespace EmTools.Cmdlets;

/// <summary>Finds the program that is to run the tasks on the nodes.</summary>
internal static class NodeRuntimes
{
    /// <param name="given">The full path of the folder that the user named, or null.</param>
    /// <param name="moduleBase">The module's folder.</param>
    /// <exception cref="EmException">There is none (<c>RuntimeNotFound</c>).</exception>
    public static NodeRuntime Find(string? given, string moduleBase)
        => NodeRuntime.In(given ?? Path.Combine(moduleBase, "lib"), DotNet());

    /// <summary>The .NET of this machine that can run a program: nodes that share the file system have it too. A pwsh that brings its own .NET can run nothing else.</summary>
    private static string DotNet()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        if (Environment.ProcessPath is { } running && Path.GetFileName(running) == name)
            return running;
        string? root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        IEnumerable<string> folders = [
            .. root is null ? Array.Empty<string>() : [root],
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet")];
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) ?? name;
    }
}
