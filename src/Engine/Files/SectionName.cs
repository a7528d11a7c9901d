using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EmTools.Engine.Files;

/// <summary>A number in a file's name.</summary>
/// <param name="Digits">As it is written.</param>
/// <param name="Label">The letters right before it, in lower case: <c>z</c> of <c>fly2_z0017</c>.</param>
/// <param name="Unit">The letters right behind it, in lower case: <c>nm</c> of <c>5nm</c>.</param>
/// <param name="IsFraction">True for the parts of a decimal number such as <c>1.0000</c>.</param>
internal readonly record struct NameNumber(string Digits, string Label, string Unit, bool IsFraction)
{
    /// <summary>Its value; null where it is too large for an index.</summary>
    public int? Value => int.TryParse(Digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}

/// <summary>A section file's name, taken apart into numbers and what is between them.</summary>
internal sealed partial class SectionName
{
    private SectionName(string path, string stem, string template, NameNumber[] numbers)
        => (Path, Stem, Template, Numbers) = (path, stem, template, numbers);

    /// <summary>The file's path, as it was given.</summary>
    public string Path { get; }

    /// <summary>The name without its extension, and without what file managers put behind the name of a copy.</summary>
    public string Stem { get; }

    /// <summary>The stem with <c>#</c> for each number: files of one stack mostly share it.</summary>
    public string Template { get; }

    /// <summary>The numbers, from left to right.</summary>
    public IReadOnlyList<NameNumber> Numbers { get; }

    /// <summary>The file's name with its extension.</summary>
    public string FileName => System.IO.Path.GetFileName(Path);

    /// <summary>Takes a name apart.</summary>
    public static SectionName Parse(string path)
    {
        string stem = System.IO.Path.GetFileNameWithoutExtension(path);
        if (stem.EndsWith(".ome", StringComparison.OrdinalIgnoreCase))
            stem = stem[..^4];
        stem = Copy().Replace(stem, "");
        var template = new StringBuilder();
        var numbers = new List<NameNumber>();
        int last = 0;
        foreach (ValueMatch match in Number().EnumerateMatches(stem))
        {
            int end = match.Index + match.Length;
            template.Append(stem, last, match.Index - last).Append('#');
            bool fraction = IsPoint(stem, match.Index - 1, match.Index - 2) || IsPoint(stem, end, end + 1);
            numbers.Add(new NameNumber(stem[match.Index..end], LettersBefore(stem, match.Index), LettersBehind(stem, end), fraction));
            last = end;
        }

        template.Append(stem, last, stem.Length - last);
        return new SectionName(path, stem, template.ToString(), [.. numbers]);
    }

    /// <summary>The text before and behind a number, with <c>#</c> for the others.</summary>
    public (string Before, string Behind) Around(int number)
    {
        string[] texts = Template.Split('#');
        return (string.Join('#', texts[..(number + 1)]), string.Join('#', texts[(number + 1)..]));
    }

    private static bool IsPoint(string stem, int point, int digit)
        => point >= 0 && point < stem.Length && stem[point] == '.' && digit >= 0 && digit < stem.Length && char.IsAsciiDigit(stem[digit]);

    private static string LettersBefore(string stem, int end)
    {
        int start = end;
        while (start > 0 && char.IsLetter(stem[start - 1]))
            start--;
        return stem[start..end].ToLowerInvariant();
    }

    private static string LettersBehind(string stem, int start)
    {
        int end = start;
        while (end < stem.Length && char.IsLetter(stem[end]))
            end++;
        return stem[start..end].ToLowerInvariant();
    }

    /// <summary>What Windows, macOS and Linux put behind the name of a copy.</summary>
    [GeneratedRegex(@"(?<=.)(\s*\(\d{1,3}\)|[\s_-]+(copy|kopie|copie|copia)(\s*\(?\d{1,3}\)?)?|\s*\((copy|another copy|\d+(st|nd|rd|th) copy)\))$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Copy();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
