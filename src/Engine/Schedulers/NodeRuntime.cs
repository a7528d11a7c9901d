using EmTools.Engine.Stacks;

namespace EmTools.Engine.Schedulers;

/// <summary>The program that runs a task on a node, <c>emtools-task</c>, on the file system that all nodes share.</summary>
public sealed record NodeRuntime
{
    private const string Program = "emtools-task";
    private const string Library = Program + ".dll";

    private NodeRuntime(string path, string? dotnet) => (Path, DotNet) = (path, dotnet);

    /// <summary>The program, or its library where .NET is to run it.</summary>
    public string Path { get; }

    /// <summary>The .NET that runs the library where it is there for a node too; else the node's own. Null for a program that brings its .NET.</summary>
    public string? DotNet { get; }

    /// <summary>emtools-task in a folder: a program that brings its .NET, or a library that .NET runs.</summary>
    /// <param name="folder">The module's folder, or that of a publish.</param>
    /// <param name="dotnet">The .NET of this machine, for nodes that see it too.</param>
    /// <exception cref="EmException">There is no emtools-task (<c>RuntimeNotFound</c>).</exception>
    public static NodeRuntime In(string folder, string dotnet)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = System.IO.Path.GetFullPath(folder);
        string program = System.IO.Path.Combine(folder, Program), library = System.IO.Path.Combine(folder, Library);

        // A published folder with a .NET of its own needs nothing on the nodes.
        bool selfContained = File.Exists(System.IO.Path.Combine(folder, "libhostfxr.so")) || !File.Exists(library);
        if (selfContained && File.Exists(program))
            return new NodeRuntime(program, null);
        return File.Exists(library)
            ? new NodeRuntime(library, dotnet)
            : throw new EmException(EmErrorKind.NotFound, "RuntimeNotFound", $"'{folder}' holds no {Program}, which runs the tasks on the nodes. Give the folder of a publish (-RuntimePath), on the file system that the nodes share.", folder);
    }

    /// <summary>Lines of bash that define <c>emtools ARGUMENTS</c>, which takes the shell's place.</summary>
    internal string ToBash() => DotNet is null
        ? $"emtools() {{ exec {Bash.Quote(Path)} \"$@\"; }}\n"
        : $$"""
            dotnet={{Bash.Quote(DotNet)}}
            [ -x "$dotnet" ] || dotnet=$(command -v dotnet) || { echo "$(hostname): there is no .NET 10 here (dotnet); load it (-Prologue), or publish {{Program}} with its own (-RuntimePath)" >&2; exit {{TaskOutcome.NothingRan}}; }
            emtools() { exec "$dotnet" {{Bash.Quote(Path)}} "$@"; }

            """.ReplaceLineEndings("\n");
}
