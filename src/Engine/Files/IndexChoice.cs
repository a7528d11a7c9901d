namespace EmTools.Engine.Files;

/// <summary>Which number of the names of one template is the index.</summary>
/// <param name="Column">Its place among the numbers; null where it is none of them, and the order of the names counts.</param>
/// <param name="Why">Why none is, or why this one of several; null where there is nothing to say.</param>
internal sealed record IndexChoice(int? Column, string? Why = null)
{
    /// <summary>What tells images of one section apart: tiles, grids, rows and columns, channels.</summary>
    private static readonly string[] PartLabels = ["t", "tile", "g", "grid", "r", "row", "c", "col", "column", "x", "y", "m", "mfov", "montage", "region", "roi", "ch", "channel"];

    private static readonly string[] Units = ["bit", "bits", "nm", "um", "µm", "mm", "kv", "v", "ev", "kev", "pa", "na", "ms", "us", "x"];

    /// <summary>The choice for one name, which has no others to be compared with: the last number that is no date, fraction, length or part of a section.</summary>
    public static IndexChoice Single(SectionName name)
    {
        bool[] dates = NameDates.Find([name]);
        int[] numbers = [.. Enumerable.Range(0, name.Numbers.Count).Where(i => !dates[i] && !name.Numbers[i].IsFraction)];
        int[] likely = [.. numbers.Where(i => !Units.Contains(name.Numbers[i].Unit) && !PartLabels.Contains(name.Numbers[i].Label))];
        return likely.Length > 0 ? new IndexChoice(likely[^1]) : numbers.Length > 0 ? new IndexChoice(numbers[^1]) : new IndexChoice(null, "its name holds no number that can be one");
    }

    /// <summary>The choice for several names.</summary>
    /// <param name="names">Names of one template, in natural order, none twice.</param>
    /// <exception cref="EmException">They are tiles or channels, several of a section (<c>SeveralFilesOfSection</c>).</exception>
    public static IndexChoice Of(IReadOnlyList<SectionName> names)
    {
        if (names.Count == 1)
            return Single(names[0]);
        bool[] dates = NameDates.Find(names);
        int[] varying = [.. Enumerable.Range(0, dates.Length).Where(i => names.Any(name => name.Numbers[i].Digits != names[0].Numbers[i].Digits))];
        int[] whole = [.. varying.Where(i => !dates[i] && names.All(name => !name.Numbers[i].IsFraction && name.Numbers[i].Value is not null))];
        int[] rising = [.. whole.Where(i => Rises(names, i))];
        int[] plain = [.. rising.Where(i => !Units.Contains(names[0].Numbers[i].Unit))];
        if (rising.Length > 0)
            return Densest(names, plain.Length > 0 ? plain : rising);
        RefuseParts(names, whole);
        return new IndexChoice(null, varying.Length > 0 && varying.All(i => dates[i])
            ? "their numbers are dates and times"
            : whole.Length > 0 ? "none of the numbers in them rises from name to name" : "their numbers are too large");
    }

    private static bool Rises(IReadOnlyList<SectionName> names, int column)
    {
        for (int i = 1; i < names.Count; i++)
        {
            if (names[i].Numbers[column].Value <= names[i - 1].Numbers[column].Value)
                return false;
        }

        return true;
    }

    /// <summary>Of several numbers that rise, the one with the fewest gaps: a position or a time rises by more than one.</summary>
    private static IndexChoice Densest(IReadOnlyList<SectionName> names, int[] rising)
    {
        int Span(int column) => names[^1].Numbers[column].Value!.Value - names[0].Numbers[column].Value!.Value;

        int best = rising.MinBy(Span);
        bool alike = rising.All(column => names.All(name => name.Numbers[column].Value == name.Numbers[best].Value));
        return new IndexChoice(best, alike ? null : "of several numbers that rise from name to name, it has the fewest gaps");
    }

    /// <summary>Refuses tiles and channels: with the number that tells them apart, another one tells the sections.</summary>
    private static void RefuseParts(IReadOnlyList<SectionName> names, int[] whole)
    {
        int[] parts = [.. whole.Where(i => PartLabels.Contains(names[0].Numbers[i].Label))];
        foreach (int section in whole.Except(parts).Reverse())
        {
            if (names.Select(name => string.Join('/', parts.Append(section).Select(i => name.Numbers[i].Value))).Distinct().Count() < names.Count)
                continue;
            IGrouping<int?, SectionName>? several = names.GroupBy(name => name.Numbers[section].Value).FirstOrDefault(files => files.Count() > 1);
            if (parts.Length == 0 || several is null)
                continue;
            SectionName first = several.First(), second = several.ElementAt(1);
            int differs = parts.First(i => first.Numbers[i].Value != second.Numbers[i].Value);
            string label = names[0].Numbers[differs].Label, values = string.Join(", ", names.Select(name => name.Numbers[differs].Digits).Distinct().Take(5));
            throw new EmException(EmErrorKind.InvalidArgument, "SeveralFilesOfSection", $"'{first.FileName}' and '{second.FileName}' in '{Path.GetDirectoryName(first.Path)}' are both of section {several.Key}, and so are others: they differ in the number behind '{label}' ({values}), as tiles or channels of a section do. Read one of them at a time, such as '*{label}{first.Numbers[differs].Digits}*', or say with -IndexPattern which number is the index.", first.Path);
        }
    }
}
