using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Formats;

namespace EmTools.Cmdlets;

/// <summary>The files and volumes that users mean by a path of sections: a file, a pattern, a folder of sections, the folder of a volume.</summary>
internal static class SectionFiles
{
    /// <summary>What a path stands for, whose wildcard characters stand for themselves.</summary>
    /// <exception cref="EmException">A folder without sections, or no path of the file system.</exception>
    public static string[] Literal(SessionState session, string path, Action<string> warn)
    {
        string full = FilePaths.Full(session, path);
        return IsFolderOfSections(full) ? InFolder(full, warn) : [full];
    }

    /// <summary>What a path with wildcards stands for, in no order.</summary>
    /// <exception cref="EmException">Nothing matches, or a folder without sections.</exception>
    public static string[] Matching(SessionState session, string pattern, Action<string> warn)
    {
        IReadOnlyList<string> found = FilePaths.Matching(session, pattern);
        if (!WildcardPattern.ContainsWildcardCharacters(pattern) && found.Count == 1 && IsFolderOfSections(found[0]))
            return InFolder(found[0], warn);

        string[] files = [.. found.Where(path => !IsFolderOfSections(path))];
        return files.Length > 0
            ? files
            : throw new EmException(EmErrorKind.NotFound, "NoSuchFile", $"No file matches '{pattern}' in '{session.Path.CurrentFileSystemLocation}'. {(IsThere(session, pattern) ? "There is a file of just this name: brackets, stars and question marks stand for others here; give it as -LiteralPath." : "Check the path and its wildcards.")}", pattern);
    }

    private static bool IsThere(SessionState session, string path)
        => WildcardPattern.ContainsWildcardCharacters(path) && FilePaths.Full(session, path) is var full && Path.Exists(full);

    private static bool IsFolderOfSections(string path) => Directory.Exists(path) && !ImageFile.IsVolume(path);

    /// <summary>The sections of a folder, in no order: its files of the format that most are of.</summary>
    private static string[] InFolder(string folder, Action<string> warn)
    {
        IGrouping<string, string>[] kinds = [.. Directory.EnumerateFiles(folder)
            .Where(path => !Path.GetFileName(path).StartsWith('.'))
            .GroupBy(path => ImageFile.FormatByName(path) ?? "")
            .Where(kind => kind.Key.Length > 0)
            .OrderByDescending(kind => kind.Count())
            .ThenByDescending(kind => kind.Key == ImageFile.CommonFormat)];
        if (kinds.Length == 0)
            throw new EmException(EmErrorKind.NotFound, "NoSectionsInFolder", $"Folder '{folder}' holds no file of sections ({string.Join(", ", ImageFile.Extensions.Select(extension => "*" + extension))}).", folder);
        foreach (IGrouping<string, string> other in kinds.Skip(1))
            warn($"Folder '{folder}': {other.Count()} {other.Key} file{(other.Count() == 1 ? "" : "s")} (such as '{Path.GetFileName(other.First())}') beside {kinds[0].Count()} {kinds[0].Key} files are not read. Give their paths to read them.");
        return [.. kinds[0]];
    }
}
