namespace EmTools.Engine.Files;

/// <summary>
/// Which file a path leads to, whatever the path: through links, mounted folders, other names of the file, or other letters'
/// case where that does not count. Two paths of one identity are one file.
/// </summary>
public readonly record struct FileIdentity
{
    private readonly ulong _device;
    private readonly ulong _node;
    private readonly string? _path; // where the system gives no number

    private FileIdentity(ulong device, ulong node, string? path) => (_device, _node, _path) = (device, node, path);

    /// <summary>The identity of the file or folder that a path leads to, or null where there is none.</summary>
    public static FileIdentity? TryOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (NativeFile.Of(path) is { } facts)
            return new FileIdentity(facts.Device, facts.Node, null);
        return File.Exists(path) || Directory.Exists(path) ? new FileIdentity(0, 0, OperatingSystem.IsLinux() ? RealPath(path) : RealPath(path).ToUpperInvariant()) : null;
    }

    /// <summary>The path with all links on the way followed, as far as it is there.</summary>
    internal static string RealPath(string path)
    {
        string full = Path.GetFullPath(path), real = Path.GetPathRoot(full)!;
        foreach (string name in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(real, name);
            FileSystemInfo entry = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            real = entry.Exists ? entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next : next;
        }

        return real;
    }
}
