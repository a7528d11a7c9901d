using System.Globalization;
using System.Text.RegularExpressions;

namespace EmTools.Engine.Files;

/// <summary>A file of a stack and its place in it.</summary>
/// <param name="Path">The file's path, as it was given.</param>
/// <param name="Index">The section's place in the stack, counted from 0; null where its name does not tell it.</param>
public sealed record SectionFile(string Path, int? Index);

/// <summary>What is to be said of how files were put in order.</summary>
/// <param name="Id">A stable name of the kind: <c>OrderOfNames</c>, <c>OneOfSeveralNumbers</c>, <c>NoNumber</c>, <c>IndexTwice</c>, <c>IndexMissing</c>.</param>
/// <param name="Text">A sentence for the user.</param>
public sealed record OrderNote(string Id, string Text);

/// <summary>
/// Puts the files of a stack in order and finds each one's index by their names alone. Of the numbers in the names, the index is
/// the one that differs from file to file and rises with the natural order of the names; numbers that are alike in all names,
/// fractions, dates and times are none. Where there are numbers and none can be it, the index is the place in the natural order; names
/// without numbers tell none.
/// </summary>
public sealed class SectionOrder
{
    private const int Examples = 5;
    private readonly List<OrderNote> _notes = [];

    private SectionOrder()
    {
    }

    /// <summary>The stack's files in the order of their indices; files of one index in the natural order of their names.</summary>
    public IReadOnlyList<SectionFile> Files { get; private set; } = [];

    /// <summary>Files without a number in their names, where others have one: no sections of the stack.</summary>
    public IReadOnlyList<string> LeftOut { get; private set; } = [];

    /// <summary>What the user should know; mostly empty.</summary>
    public IReadOnlyList<OrderNote> Notes => _notes;

    /// <summary>Puts files in order.</summary>
    /// <param name="paths">The files of one folder or pattern; only their names are looked at.</param>
    /// <param name="pattern">Finds the index in a name (with its extension): the first group, or all that it matches. Null to find it by comparing the names.</param>
    /// <exception cref="EmException">
    /// Several files of one section, such as tiles (<c>SeveralFilesOfSection</c>); the pattern finds no number in any name (<c>IndexPatternNoMatch</c>),
    /// or what is no index (<c>IndexPatternNoNumber</c>).
    /// </exception>
    public static SectionOrder Of(IReadOnlyList<string> paths, Regex? pattern = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var order = new SectionOrder();
        SectionName[] names = [.. paths.Select(SectionName.Parse).OrderBy(name => name.Stem, NaturalOrder.Instance).ThenBy(name => name.FileName, NaturalOrder.Instance).ThenBy(name => name.Path, NaturalOrder.Instance)];
        if (pattern is not null)
            order.ByPattern(names, pattern);
        else
            order.ByNumbers(names);
        return order;
    }

    private void ByPattern(SectionName[] names, Regex pattern)
    {
        Dictionary<SectionName, int> indices = [];
        foreach (SectionName name in names)
        {
            if (pattern.Match(name.FileName) is not { Success: true } match)
                continue;
            Group group = match.Groups.Count > 1 ? match.Groups[1] : match;
            indices[name] = int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                ? index
                : throw new EmException(EmErrorKind.InvalidArgument, "IndexPatternNoNumber", $"The pattern '{pattern}' finds '{group.Value}' in '{name.FileName}', which is no index (0 to {int.MaxValue}). Put the digits of the index into its first group, as in 'slice_(\\d+)'.", name.Path);
        }

        if (indices.Count == 0 && names.Length > 0)
            throw new EmException(EmErrorKind.InvalidArgument, "IndexPatternNoMatch", $"The pattern '{pattern}' finds nothing in any of {names.Length} names, such as '{names[0].FileName}'. Its first group is to be the digits of the index, as in 'slice_(\\d+)'.", names[0].Path);
        if (names.Where(indices.ContainsKey).GroupBy(name => (indices[name], name.Template)).FirstOrDefault(same => same.Select(name => name.Stem).Distinct().Count() > 1) is { } several)
            throw new EmException(EmErrorKind.InvalidArgument, "SeveralFilesOfSection", $"By the pattern '{pattern}', '{several.First().FileName}' and '{several.Last().FileName}' are both of section {several.Key.Item1}. Give a pattern whose first group differs from file to file, or read fewer files at a time.", several.First().Path);
        LeaveOut([.. names.Where(name => !indices.ContainsKey(name))], $"not matched by '{pattern}'");
        Take(indices);
    }

    private void ByNumbers(SectionName[] all)
    {
        SectionName[] names = [.. all.Where(name => name.Numbers.Count > 0)];
        if (names.Length == 0)
        {
            Files = [.. all.Select(name => new SectionFile(name.Path, null))];
            return;
        }

        LeaveOut([.. all.Where(name => name.Numbers.Count == 0)], "without a number in the name, where others have one");
        if (ByValue(names) is { } indices)
            Take(indices);
    }

    /// <summary>The indices by the numbers in the names; null where they are taken care of in another way.</summary>
    private Dictionary<SectionName, int>? ByValue(SectionName[] names)
    {
        SectionName[][] templates = [.. names.GroupBy(name => name.Template).Select(group => group.ToArray()).OrderByDescending(group => group.Length)];
        if (HasSigns(templates))
            return ByPlace([.. names.OrderBy(Signed)], "some of their numbers have a minus sign");
        if (templates.Length > 1 && LastNumbers(names) is { } last)
            return last;
        SectionName[] main = [.. templates[0].DistinctBy(name => name.Stem)];
        IndexChoice choice = IndexChoice.Of(main);
        if (choice.Column is null && names.Length == 1)
        {
            Files = [new SectionFile(names[0].Path, null)];
            return null;
        }

        if (choice.Column is not { } column)
            return ByPlace(names, choice.Why!);
        if (choice.Why is not null && main[0].Numbers[column].Value is { } example)
            _notes.Add(new OrderNote("OneOfSeveralNumbers", $"Names hold several numbers; the index of '{main[0].FileName}' is taken to be {example}, and so on: {choice.Why}. If it is another number, name it with -IndexPattern."));
        Dictionary<SectionName, int> indices = [];
        foreach (SectionName name in names)
        {
            int? own = name.Template == main[0].Template ? column : Alike(main[0], column, name);
            if (own is null || name.Numbers[own.Value].Value is not { } index)
            {
                if (names.Length > 1)
                    return ByPlace(names, $"'{name.FileName}' holds no number that can be an index");
                Files = [new SectionFile(name.Path, null)];
                return null;
            }

            indices[name] = index;
        }

        return indices;
    }

    /// <summary>The last numbers of names of several templates, where they tell all files apart: <c>overview2_0001, detail_0002</c>. Null where they do not, and where a name's last number is a length, a date or a part of a section.</summary>
    private static Dictionary<SectionName, int>? LastNumbers(SectionName[] names)
    {
        Dictionary<SectionName, int> indices = [];
        foreach (SectionName name in names)
        {
            int last = name.Numbers.Count - 1;
            if (IndexChoice.Single(name).Column != last || name.Numbers[last].Value is not { } index)
                return null;
            indices[name] = index;
        }

        return indices.Values.Distinct().Count() == names.Length ? indices : null;
    }

    /// <summary>The number of a name of another template that stands where the index stands in the others: behind the same text, before the same text, or at the same place.</summary>
    private static int? Alike(SectionName main, int column, SectionName name)
    {
        (string before, string behind) = main.Around(column);
        int[] numbers = [.. Enumerable.Range(0, name.Numbers.Count)];
        int? same = numbers.Cast<int?>().FirstOrDefault(i => name.Around(i!.Value).Before == before) ?? numbers.Cast<int?>().FirstOrDefault(i => name.Around(i!.Value).Behind == behind);
        return same ?? (name.Numbers.Count == main.Numbers.Count ? column : IndexChoice.Single(name).Column);
    }

    /// <summary>True where names differ from others only by a minus before their number: <c>z-2, z-1, z0, z1</c>.</summary>
    private static bool HasSigns(SectionName[][] templates)
        => templates.Any(group => group[0].Numbers.Count == 1 && group[0].Template.Contains("-#", StringComparison.Ordinal) && templates.Any(other => other[0].Template == group[0].Template.Replace("-#", "#", StringComparison.Ordinal)));

    /// <summary>The place in the order of names, which are in it; copies have that of what they are copies of.</summary>
    private Dictionary<SectionName, int> ByPlace(SectionName[] names, string why)
    {
        SectionName[] places = [.. names.DistinctBy(name => name.Stem)];
        Dictionary<string, int> indices = places.Select((name, i) => (name.Stem, i)).ToDictionary(place => place.Stem, place => place.i);
        _notes.Add(new OrderNote("OrderOfNames", $"The index is the place in the order of {places.Length} names, from '{places[0].FileName}' (0) to '{places[^1].FileName}' ({places.Length - 1}), as {why}. If a number in them is the index, name it with -IndexPattern."));
        return names.ToDictionary(name => name, name => indices[name.Stem]);
    }

    private static long Signed(SectionName name)
        => (name.Numbers[^1].Value ?? int.MaxValue) * (name.Template.Contains("-#", StringComparison.Ordinal) ? -1L : 1);

    private void LeaveOut(SectionName[] names, string why)
    {
        LeftOut = [.. names.Select(name => name.Path)];
        if (names.Length > 0)
            _notes.Add(new OrderNote("NoNumber", $"{List(names.Select(name => $"'{name.FileName}'"))}: {why}; left out."));
    }

    private void Take(Dictionary<SectionName, int> indices)
    {
        KeyValuePair<SectionName, int>[] sorted = [.. indices.OrderBy(pair => pair.Value)]; // stable: the natural order within an index
        Files = [.. sorted.Select(pair => new SectionFile(pair.Key.Path, pair.Value))];
        IGrouping<int, SectionName>[] twice = [.. sorted.GroupBy(pair => pair.Value, pair => pair.Key).Where(files => files.Count() > 1)];
        if (twice.Length > 0)
            _notes.Add(new OrderNote("IndexTwice", $"{(twice.Length == 1 ? "An index has" : $"{twice.Length} indices have")} more than one file: {List(twice.Select(files => $"{files.Key} ({string.Join(", ", files.Select(file => $"'{file.FileName}'"))})"))}. Move away those that do not belong to the stack."));
        if (Missing([.. sorted.Select(pair => pair.Value)]) is { } missing)
            _notes.Add(new OrderNote("IndexMissing", missing));
    }

    /// <summary>What is missing between the first and the last of ascending indices, in a sentence; null where nothing is.</summary>
    internal static string? Missing(IReadOnlyList<int> indices)
    {
        List<(int From, int To)> gaps = [];
        for (int i = 1; i < indices.Count; i++)
        {
            if (indices[i] > indices[i - 1] + 1)
                gaps.Add((indices[i - 1] + 1, indices[i] - 1));
        }

        long missing = gaps.Sum(gap => (long)gap.To - gap.From + 1);
        return missing == 0 ? null : $"{missing} {(missing == 1 ? "index has" : "indices have")} no section between {indices[0]} and {indices[^1]}: {List(gaps.Select(gap => gap.From == gap.To ? $"{gap.From}" : $"{gap.From} to {gap.To}"))}.";
    }

    private static string List(IEnumerable<string> items)
    {
        string[] all = [.. items];
        return string.Join(", ", all.Take(Examples)) + (all.Length > Examples ? $" and {all.Length - Examples} more" : "");
    }
}
