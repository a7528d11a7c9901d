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
    /// The index of a section by its file's name alone: the last number in it, its extension left out, that is no date, time, fraction,
    /// length or tile (<c>05600.tif</c> gives 5600, <c>fly2_z0017_raw.tif</c> and <c>cell_0017_8bit.tif</c> 17). Where other files of the
    /// stack are known, <see cref="SectionOrder"/> knows better.
    /// </summary>
    /// <returns>The index, or null where the name holds no digits or a number beyond <see cref="int.MaxValue"/>.</returns>
    public static int? Index(string path)
    {
        SectionName name = SectionName.Parse(path);
        return IndexChoice.Single(name).Column is { } column ? name.Numbers[column].Value : null;
    }
}
