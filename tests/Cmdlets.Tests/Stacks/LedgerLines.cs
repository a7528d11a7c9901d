using System.Text.Json.Nodes;

namespace EmTools.Cmdlets.Tests;

/// <summary>A stack's ledger as its files hold it, read without the module.</summary>
internal sealed record LedgerLines(string File, JsonNode Start, IReadOnlyList<JsonNode> Events)
{
    public static IReadOnlyList<LedgerLines> Read(string destination)
    {
        string folder = Path.Combine(destination, ".emstack", "ledger");
        var tasks = new List<LedgerLines>();
        foreach (string path in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
        {
            JsonNode[] lines = [.. System.IO.File.ReadAllText(path).Split('\n').SkipLast(1).Where(line => line.Length > 0).Select(line => JsonNode.Parse(line)!)];
            if (lines.Length > 0)
                tasks.Add(new LedgerLines(path, lines[0], lines));
        }

        return tasks;
    }

    public int ProcessId => (int)Start["processId"]!;

    public static string Kind(JsonNode what) => (string)what["kind"]!;

    /// <summary>Sections that were begun after they were complete.</summary>
    /// <param name="destination">The stack.</param>
    /// <param name="overlap">How long after that does not count: where two workers are at one task, one may complete a section when the other has just looked for it.</param>
    public static int[] DoneTwice(string destination, TimeSpan overlap = default)
    {
        var events = Read(destination).SelectMany(t => t.Events).Where(e => e["section"] is not null).ToList();
        return
        [
            .. from one in events
               group one by (int)one["section"]! into section
               let done = section.Where(e => Kind(e) == "Done").Select(e => (DateTime)e["at"]!).DefaultIfEmpty(DateTime.MaxValue).Min()
               where section.Any(e => Kind(e) == "Begin" && (DateTime)e["at"]! - done > overlap)
               select section.Key,
        ];
    }

    /// <summary>Temporary files in a folder and below.</summary>
    public static string[] LeftOvers(string destination)
        => Directory.GetFiles(destination, "*.partial", new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = true });
}
