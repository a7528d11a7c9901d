using EmTools.Engine.Calibration;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// Whether a table of a value a section belongs to a stack, as far as the folder of the stack's sections tells: tables
/// counted from 1, and tables of stacks of another length, would else give each section its neighbour's value, or that of
/// another stack, and nobody would see it.
/// </summary>
internal static class TableFit
{
    /// <summary>Beside such a share of the other values, a first value of 0 stands for nothing.</summary>
    private const double Nothing = 1e-6;

    /// <summary>Looks at a table and the folder of a stack's first section.</summary>
    /// <param name="table">The table.</param>
    /// <param name="section">The section; where it is no file, or its index is not that of its name, there is nothing to compare.</param>
    /// <param name="warn">Told of a table that is longer or shorter than the stack.</param>
    /// <exception cref="EmException">Sections or values are counted from 1, the others from 0 (<c>TableCountedFromOne</c>).</exception>
    public static void Require(IntensityOffsetTable table, EmSection section, Action<string> warn)
    {
        if (Indices(section) is not { } stack || table.IndexBase is not null)
            return;
        (int first, int last) = stack;
        string folder = Path.GetDirectoryName(section.Root.Path)!, file = table.File.Path;
        if (first == 1 && last == table.Count)
            throw Counted($"The sections in '{folder}' are numbered from 1 to {last}, and '{file}' (dataset '{table.Dataset}') holds {table.Count} values, which are counted from 0: each section would get the value of the next. Say where the table begins: -IndexBase 1 where its first value belongs to section 1, -IndexBase 0 where they belong together as they are.");
        if (first == 0 && last == table.Count - 2 && StandsForNothing(table))
            throw Counted($"The sections in '{folder}' are numbered from 0 to {last}, and '{file}' (dataset '{table.Dataset}') holds {table.Count} values, the first of which says nothing: they are counted from 1, and each section would get the value of the one before. Say where the table begins: -IndexBase -1 where its second value belongs to section 0, -IndexBase 0 where they belong together as they are.");
        if (last >= table.Count)
            warn($"'{file}' (dataset '{table.Dataset}') holds the values of the sections 0 to {table.Count - 1}, but there are sections up to {last} in '{folder}': it may be the table of another stack.");
        else if (first == 0 && last < table.Count - 1)
            warn($"'{file}' (dataset '{table.Dataset}') holds the values of {table.Count} sections, but the last in '{folder}' is {last}: right for the first sections of a longer stack; else it is the table of another one.");

        EmException Counted(string message) => new(EmErrorKind.InvalidArgument, "TableCountedFromOne", message, file);
    }

    /// <summary>The smallest and the largest index of the files beside a section that are named as it is.</summary>
    private static (int First, int Last)? Indices(EmSection section)
    {
        if (section.Root is not { Path: { } path, Index: var own } || SectionFileName.Index(path) != own)
            return null;
        string name = Path.GetFileNameWithoutExtension(path);
        string stem = name.TrimEnd("0123456789".ToCharArray());
        if (stem.Length == name.Length)
            return null; // letters after the number: other files beside it may be anything
        try
        {
            int[] indices =
            [
                .. Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*" + Path.GetExtension(path))
                    .Where(other => Path.GetFileNameWithoutExtension(other).TrimEnd("0123456789".ToCharArray()) == stem)
                    .Select(SectionFileName.Index).OfType<int>(),
            ];
            return indices.Length > 1 ? (indices.Min(), indices.Max()) : null;
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            return null; // a folder that may not be listed tells nothing
        }
    }

    private static bool StandsForNothing(IntensityOffsetTable table)
    {
        double[] others = [.. Enumerable.Range(1, table.Count - 1).Select(table.Peek).Where(double.IsFinite).Select(Math.Abs).Order()];
        return !double.IsFinite(table.Peek(0)) || (others.Length > 0 && Math.Abs(table.Peek(0)) <= Nothing * others[others.Length / 2]);
    }
}
