using System.Text.RegularExpressions;
using EmTools.Engine.Files;

namespace EmTools.Cmdlets;

/// <summary>Files in the order of the stack.</summary>
internal static class FileOrder
{
    /// <summary>The files of one folder or pattern by their indices, those left out as no sections last; tells what is to be said of it.</summary>
    /// <exception cref="Engine.EmException">Several are of one section, as tiles are.</exception>
    public static IEnumerable<string> InStackOrder(this IEnumerable<string> paths, Action<string> warn)
    {
        SectionOrder order = Of(paths, null, note => note.Id != "IndexMissing", warn); // links are numbered anew
        return [.. order.Files.Select(file => file.Path), .. order.LeftOut];
    }

    /// <summary>The sections among the files of one folder or pattern with their indices; tells what is to be said of them.</summary>
    /// <exception cref="Engine.EmException">Several are of one section, as tiles are; or the pattern finds no index.</exception>
    public static IReadOnlyList<SectionFile> Sections(IEnumerable<string> paths, Regex? pattern, Action<string> warn, ICollection<OrderNote>? told = null)
    {
        SectionOrder order = Of(paths, pattern, _ => true, warn);
        foreach (OrderNote note in order.Notes)
            told?.Add(note);
        return order.Files;
    }

    private static SectionOrder Of(IEnumerable<string> paths, Regex? pattern, Func<OrderNote, bool> counts, Action<string> warn)
    {
        string[] files = [.. paths];
        SectionOrder order = SectionOrder.Of(files, pattern);
        foreach (OrderNote note in order.Notes.Where(counts))
            warn($"'{Path.GetDirectoryName(files[0])}': {note.Text}");
        return order;
    }
}
