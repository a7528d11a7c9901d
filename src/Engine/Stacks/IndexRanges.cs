using System.Globalization;
using System.Text;

namespace EmTools.Engine.Stacks;

/// <summary>Lists of section indices as short texts: <c>0-59,70,75-80</c>.</summary>
public static class IndexRanges
{
    /// <summary>The text of ascending indices.</summary>
    public static string Format(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        var text = new StringBuilder();
        for (int i = 0; i < indices.Count;)
        {
            int first = i;
            while (i + 1 < indices.Count && indices[i + 1] == indices[i] + 1)
                i++;
            text.Append(text.Length > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{indices[first]}");
            if (i > first)
                text.Append(CultureInfo.InvariantCulture, $"-{indices[i]}");
            i++;
        }

        return text.ToString();
    }

    /// <summary>More sections than any stack has: what asks for more is damaged, and is refused before memory is taken for it.</summary>
    private const int Most = 10_000_000;

    /// <summary>The indices of a text.</summary>
    /// <exception cref="FormatException">It is no such text, or stands for more than ten million sections.</exception>
    public static int[] Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var indices = new List<int>();
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first) || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) || last < first)
                throw new FormatException($"'{part}' is no range of indices.");
            if ((long)last - first + 1 + indices.Count > Most)
                throw new FormatException($"'{part}' stands for more than {Most} sections.");
            for (int i = 0; i <= last - first; i++)
                indices.Add(first + i);
        }

        return [.. indices];
    }
}
