using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Cmdlets;

/// <summary>Files in the order of the stack.</summary>
internal static class FileOrder
{
    /// <summary>By the index in the file's name, those without one last; then by name.</summary>
    public static IEnumerable<string> InStackOrder(this IEnumerable<string> paths)
        => paths.OrderBy(path => SectionFileName.Index(path) ?? int.MaxValue).ThenBy(path => path, StringComparer.OrdinalIgnoreCase).ThenBy(path => path, StringComparer.Ordinal);
}
