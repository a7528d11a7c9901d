using System.Text;

namespace EmTools.Engine.Schedulers;

/// <summary>The program that runs a task on a node, on the file system that all nodes share.</summary>
public sealed record NodeRuntime
{
    private const string Library = "emsh.dll";

    private NodeRuntime(IReadOnlyList<string> command, string? module, bool imports)
    {
        Command = command;
        Module = module;
        Imports = imports;
    }

    /// <summary>The program and its first arguments; the PowerShell command follows.</summary>
    public IReadOnlyList<string> Command { get; }

    /// <summary>The module that it is to load, or null for the one that it brings.</summary>
    public string? Module { get; }

    /// <summary>True for pwsh, which must be told to load the module.</summary>
    public bool Imports { get; }

    /// <summary>emsh in a folder: a self-contained program, or <c>dotnet emsh.dll</c> where the folder brings no .NET.</summary>
    /// <param name="path">The folder, or emsh or emsh.dll in it.</param>
    /// <param name="module">The module that it is to load where it does not bring one.</param>
    /// <exception cref="EmException">There is no emsh (<c>RuntimeNotFound</c>).</exception>
    public static NodeRuntime Emsh(string path, string module)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string folder = Path.GetFullPath(Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!);
        string? brought = File.Exists(Path.Combine(folder, "modules", "EmTools", "EmTools.psd1")) ? null : module;
        string program = Path.Combine(folder, "emsh"), library = Path.Combine(folder, Library);

        // A published folder with a .NET of its own needs nothing on the nodes; else the nodes' own dotnet runs the library.
        bool selfContained = File.Exists(Path.Combine(folder, "libhostfxr.so")) || !File.Exists(library);
        if (selfContained && File.Exists(program))
            return new NodeRuntime([program, "-Command"], brought, imports: false);
        if (File.Exists(library))
            return new NodeRuntime(["dotnet", library, "-Command"], brought, imports: false);
        throw new EmException(EmErrorKind.NotFound, "RuntimeNotFound", $"'{path}' holds no emsh, which runs the tasks on the nodes. Give the folder of a build or of a publish (-RuntimePath), on the file system that the nodes share; or let pwsh run them (-Shell pwsh).", path);
    }

    /// <summary>PowerShell itself.</summary>
    /// <param name="program">Its path, or its name where the nodes find it.</param>
    /// <param name="module">The module's manifest.</param>
    public static NodeRuntime Pwsh(string program, string module) => new([program, "-NoProfile", "-NonInteractive", "-Command"], module, imports: true);

    /// <summary>Lines of bash that define <c>emtools COMMAND</c>, which takes the shell's place.</summary>
    internal string ToBash()
    {
        var lines = new StringBuilder();
        if (Module is not null)
            lines.Append($"export EMTOOLS_MODULE={Bash.Quote(Module)}\n");
        else
            lines.Append("unset EMTOOLS_MODULE\n");
        string import = Imports ? "'$ErrorActionPreference = \"Stop\"; Import-Module $env:EMTOOLS_MODULE; '" : "";
        lines.Append($"emtools() {{ exec {string.Join(' ', Command.Select(Bash.Quote))} {import}\"$1\"; }}\n");
        return lines.ToString();
    }
}
