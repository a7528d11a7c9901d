namespace EmTools.Shell;

/// <summary>Lists words in columns.</summary>
internal static class Columns
{
    private const int MaximumRows = 20;

    public static void Write(IReadOnlyList<string> words, int width, TextWriter writer)
    {
        int column = Math.Min(words.Max(w => w.Length) + 2, width);
        int perRow = Math.Max(1, (width - 1) / column);
        int shown = Math.Min(words.Count, MaximumRows * perRow);
        for (int i = 0; i < shown; i += perRow)
            writer.WriteLine(string.Concat(words.Skip(i).Take(Math.Min(perRow, shown - i)).Select(w => w.PadRight(column))).TrimEnd());
        if (shown < words.Count)
            writer.WriteLine($"... and {words.Count - shown} more");
    }
}
