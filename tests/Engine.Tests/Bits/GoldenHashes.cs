using System.Globalization;

namespace EmTools.Engine.Tests.Bits;

/// <summary>The hash that a case had when its subject was of a revision.</summary>
internal readonly record struct GoldenHash(string Subject, int Revision, string Hash, string Variant)
{
    public string Name => Variant.Length == 0 ? Subject : $"{Subject} {Variant}";
}

/// <summary>The file of hashes, <c>tests/Golden/hashes.tsv</c>: read, held against, and renewed.</summary>
internal static class GoldenHashes
{
    /// <summary>The one way to renew the file.</summary>
    public const string Command = "dotnet run -c Release --project tests/Engine.Tests -- renew";

    public const string FileName = "hashes.tsv";

    private const string Header = """
        # Hashes of what every filter and step gives: subject, revision, hash, parameters and input, with tabs between.
        # Where bits change, the subject's revision is to be raised first; then this file is renewed by
        # dotnet run -c Release --project tests/Engine.Tests -- renew
        """;

    /// <summary>Reads the file's lines.</summary>
    public static IReadOnlyList<GoldenHash> Read(IEnumerable<string> lines) =>
    [
        .. from line in lines
           where line.Length > 0 && line[0] != '#'
           let cells = line.Split('\t')
           select new GoldenHash(cells[0], int.Parse(cells[1], CultureInfo.InvariantCulture), cells[2], cells[3]),
    ];

    /// <summary>The file's text.</summary>
    public static string Text(IEnumerable<GoldenHash> hashes)
        => Header + "\n" + string.Concat(hashes.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Subject}\t{each.Revision}\t{each.Hash}\t{each.Variant}\n")));

    /// <summary>What is wrong with a case's hash; null where nothing is.</summary>
    public static string? Trouble(BitCase of, string hash, IEnumerable<GoldenHash> golden)
    {
        GoldenHash[] known = [.. golden.Where(each => each.Name == of.Name)];
        if (known.Length == 0)
            return $"'{of.Name}' has no hash yet. Renew the hashes: {Command}";
        if (known[0].Revision != of.Revision)
            return $"{of.Subject} is of revision {of.Revision}, but the hash of '{of.Name}' is that of revision {known[0].Revision}. Renew the hashes: {Command}";
        return hash == known[0].Hash
            ? null
            : $"Bits of {of.Subject} changed (case '{of.Name}', {known[0].Hash} before, {hash} now), and outputs with the old ones would count as up to date. If it is meant, raise its revision, now {of.Revision}, in {of.Source}, then renew the hashes: {Command}";
    }

    /// <summary>The hashes to be written, and what forbids it: bits that changed under the same revision.</summary>
    public static (IReadOnlyList<GoldenHash> Hashes, IReadOnlyList<string> Refusals) Renew(IEnumerable<(BitCase Case, string Hash)> computed, IReadOnlyList<GoldenHash> golden)
    {
        var hashes = new List<GoldenHash>();
        var refusals = new List<string>();
        foreach ((BitCase each, string hash) in computed)
        {
            GoldenHash[] known = [.. golden.Where(g => g.Name == each.Name)];
            if (known.Length > 0 && known[0].Hash != hash && each.Revision <= known[0].Revision)
                refusals.Add(Trouble(each with { Revision = known[0].Revision }, hash, golden)!);
            hashes.Add(new GoldenHash(each.Subject, each.Revision, hash, each.Variant));
        }

        return (hashes, refusals);
    }
}
