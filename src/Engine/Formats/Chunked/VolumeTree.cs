using System.Globalization;

namespace EmTools.Engine.Formats;

/// <summary>What a folder is in a tree of volumes.</summary>
/// <param name="IsArray">An array: a volume.</param>
/// <param name="Levels">The folders of a multiscale volume's levels below it, the finest first; null for what is none.</param>
internal sealed record VolumeNode(bool IsArray, IReadOnlyList<string>? Levels);

/// <summary>Finds the array that is meant in a folder of arrays in groups.</summary>
/// <param name="look">What a folder is; null for a folder that is nothing of the format.</param>
internal sealed class VolumeTree(Func<string, VolumeNode?> look)
{
    /// <summary>Folders that are looked into for the list of what there is, which stays quick so.</summary>
    private const int MostFolders = 2000;

    private const int DeepestListing = 5;

    /// <summary>The folder of the array that is meant, in the tree below <paramref name="path"/>.</summary>
    /// <param name="path">What the user opened.</param>
    /// <param name="name">Which dataset; empty for the only, or the finest level.</param>
    /// <exception cref="EmException">There is none, or there are several.</exception>
    public string Find(string path, string name)
    {
        VolumeNode? top = look(path);
        if (name.Length == 0)
            return Finest(path, top) ?? Only(path, path);
        if (top?.Levels is { } levels && levels.Contains(name))
            return Inside(path, name);
        if (IsInside(name) && look(Path.Combine(path, name)) is { } node)
            return Finest(Path.Combine(path, name), node) ?? Only(path, Path.Combine(path, name));
        if (top?.Levels is { } numbered && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int level) && level < numbered.Count)
            return Inside(path, numbered[level]);
        throw VolumeErrors.NoSuchDataset(path, name, top?.Levels ?? [.. Candidates(path).Select(p => Path.GetRelativePath(path, p).Replace('\\', '/'))]);
    }

    /// <summary>False for names that lead out of the folder.</summary>
    public static bool IsInside(string name)
        => name.Length > 0 && !Path.IsPathRooted(name) && !name.Contains('\0', StringComparison.Ordinal) && !name.Split('/', '\\').Contains("..");

    private static string Inside(string path, string name)
        => IsInside(name) ? Path.Combine(path, name) : throw VolumeErrors.Metadata(path, $"a level of it is said to lie in '{name}', outside of it");

    private static string? Finest(string path, VolumeNode? node)
        => node is null ? null : node.IsArray ? path : node.Levels is { Count: > 0 } levels ? Inside(path, levels[0]) : null;

    private string Only(string opened, string folder)
    {
        List<string> found = Candidates(folder);
        if (found.Count == 0)
            throw VolumeErrors.NoVolume(opened, "neither it nor a folder in it is an array");
        if (found.Count > 1)
            throw VolumeErrors.SeveralDatasets(opened, [.. found.Select(p => Path.GetRelativePath(opened, p).Replace('\\', '/'))]);
        return Finest(found[0], look(found[0])) ?? throw VolumeErrors.NoVolume(opened, "its levels are not told");
    }

    /// <summary>The arrays, and the multiscale volumes, below a folder.</summary>
    private List<string> Candidates(string folder)
    {
        var found = new List<string>();
        int left = MostFolders;
        Collect(folder, DeepestListing, found, ref left);
        return found;
    }

    private void Collect(string folder, int depth, List<string> found, ref int left)
    {
        string[] folders = Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder).Take(Math.Max(0, left))] : [];
        Array.Sort(folders, StringComparer.Ordinal);
        foreach (string inner in folders)
        {
            if (left-- <= 0)
                return;
            if (look(inner) is not { } node)
                continue;
            if (node.IsArray || node.Levels is not null)
                found.Add(inner);
            else if (depth > 0)
                Collect(inner, depth - 1, found, ref left);
        }
    }
}
