using System.Globalization;
using System.Text;

namespace EmTools.Worker;

/// <summary>Texts for a log.</summary>
internal static class LogText
{
    /// <summary>A text as one line. File names may hold line breaks and control sequences; they are shown and do nothing.</summary>
    public static string Safe(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (char c in text)
            safe.Append(char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString());
        return safe.ToString();
    }
}
