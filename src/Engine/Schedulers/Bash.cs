using System.Globalization;
using System.Text;

namespace EmTools.Engine.Schedulers;

/// <summary>Words for bash.</summary>
public static class Bash
{
    /// <summary>A text as one word that stands for itself: nothing in it is expanded, run, or split.</summary>
    public static string Quote(string text)
    {
        if (text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+=:,@%".Contains(c, StringComparison.Ordinal)))
            return text;
        return text.Any(char.IsControl) ? Ansi(text) : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    // A line break within plain quotes would be right for bash, and wrong for programs that read scripts line by line.
    private static string Ansi(string text)
    {
        var quoted = new StringBuilder("$'");
        foreach (char c in text)
        {
            if (c is '\'' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                quoted.Append(c);
        }

        return quoted.Append('\'').ToString();
    }
}
