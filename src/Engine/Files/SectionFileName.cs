using System.Globalization;

namespace EmTools.Engine.Files;

/// <summary>The names of section files.</summary>
public static class SectionFileName
{
    /// <summary>The name of the file that a section is written to in a folder: its index in at least five digits (<c>05600.tif</c>).</summary>
    /// <param name="index">The section's place in the stack.</param>
    /// <param name="extension">With its dot.</param>
    public static string Of(int index, string extension = ".tif") => string.Create(CultureInfo.InvariantCulture, $"{index:00000}{extension}");

    /// <summary>
    /// The section's index: the last run of digits in the file's name, its extension left out
    /// (<c>05600.tif</c> gives 5600, <c>fly2_z0017_raw.tif</c> 17).
    /// </summary>
    /// <returns>The index, or null where the name holds no digits or a number beyond <see cref="int.MaxValue"/>.</returns>
    public static int? Index(string path)
    {
        ReadOnlySpan<char> name = Path.GetFileNameWithoutExtension(path.AsSpan());
        int end = name.Length;
        while (end > 0 && !char.IsAsciiDigit(name[end - 1]))
            end--;
        int start = end;
        while (start > 0 && char.IsAsciiDigit(name[start - 1]))
            start--;
        return int.TryParse(name[start..end], NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;
    }
}
