using System.Text.Json;
using System.Text.Json.Nodes;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>
/// The sections of a stack and what is to be done to them: a file of JSON lines, a header and then a line for each section
/// in the stack's order, so that a hundred thousand can be written and read as they come.
/// </summary>
public sealed class Plan
{
    private readonly Dictionary<int, int> _positions;

    /// <summary>Makes a plan; the sections are put in order.</summary>
    /// <exception cref="EmException">No section (<c>PlanEmpty</c>), or two of one index (<c>PlanIndexTwice</c>).</exception>
    public Plan(PlanHeader header, IReadOnlyCollection<PlanEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0)
            throw new EmException(EmErrorKind.InvalidArgument, "PlanEmpty", "There is no section to plan: the pipeline gave none.", "Section");
        PlanEntry[] sorted = [.. entries.OrderBy(e => e.Index)];
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Index == sorted[i - 1].Index)
                throw new EmException(EmErrorKind.InvalidArgument, "PlanIndexTwice", $"Section {sorted[i].Index} comes twice, from '{sorted[i - 1].Path}' and '{sorted[i].Path}'. Give every section its own index (-Index).", sorted[i].Path);
        }

        Header = header with { Count = sorted.Length };
        Entries = sorted;
        _positions = new Dictionary<int, int>(sorted.Length);
        for (int i = 0; i < sorted.Length; i++)
            _positions.Add(sorted[i].Index, i);
    }

    /// <summary>The plan of a kind of work that this version does.</summary>
    /// <param name="work">The kind of work.</param>
    /// <param name="recipe">What is done to each section.</param>
    /// <param name="entries">The sections.</param>
    /// <param name="settings">What the kind of work needs beside the recipe.</param>
    /// <param name="radius">How many sections on either side a task reads beside each of its own; null for the recipe's.</param>
    /// <exception cref="EmException">No section, or two of one index.</exception>
    internal static Plan Of(string work, Recipe recipe, IReadOnlyCollection<PlanEntry> entries, JsonObject settings, int? radius = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(entries);
        var header = new PlanHeader
        {
            Software = Provenance.Software,
            Work = work,
            Recipe = recipe.CanBeSaved ? RecipeFile.HashOf(recipe) : null,
            Radius = radius ?? recipe.Radius,
            Count = entries.Count,
            Settings = settings,
        };
        return new Plan(header, entries);
    }

    /// <summary>What is to be done.</summary>
    public PlanHeader Header { get; }

    /// <summary>The sections, in the order of their indices.</summary>
    public IReadOnlyList<PlanEntry> Entries { get; }

    /// <summary>The section of an index, or null where the plan has none.</summary>
    public PlanEntry? At(int index) => _positions.TryGetValue(index, out int position) ? Entries[position] : null;

    /// <summary>How many sections on either side of a section are there without a gap, up to a radius.</summary>
    public (int Before, int After) Around(int index, int radius)
    {
        int before = 0, after = 0;
        while (before < radius && _positions.ContainsKey(index - before - 1))
            before++;
        while (after < radius && _positions.ContainsKey(index + after + 1))
            after++;
        return (before, after);
    }

    /// <summary>Writes the plan, in place of an older one.</summary>
    /// <exception cref="EmException">It cannot be written.</exception>
    public void Write(string path)
    {
        using var file = new AtomicFile(path, overwrite: true);
        using (var buffered = new MemoryStream())
        {
            Add(buffered, JsonSerializer.SerializeToUtf8Bytes(Header, StackJson.Default.PlanHeader));
            foreach (PlanEntry entry in Entries)
            {
                Add(buffered, JsonSerializer.SerializeToUtf8Bytes(entry, StackJson.Default.PlanEntry));
                if (buffered.Length > 1 << 16)
                    Flush(buffered);
            }

            Flush(buffered);
        }

        file.Commit();

        void Add(MemoryStream to, byte[] line)
        {
            to.Write(line);
            to.WriteByte((byte)'\n');
        }

        void Flush(MemoryStream from)
        {
            file.WriteBytes(from.GetBuffer().AsSpan(0, (int)from.Length));
            from.SetLength(0);
        }
    }

    /// <summary>Reads a plan.</summary>
    /// <exception cref="EmException">No such file, not a plan or only a part of one (<c>PlanNotReadable</c>), or one of a newer version (<c>PlanTooNew</c>).</exception>
    public static Plan Read(string path)
    {
        try
        {
            RegularFile.Require(path);
            using var lines = new StreamReader(path);
            PlanHeader header = JsonSerializer.Deserialize(lines.ReadLine() ?? "", StackJson.Default.PlanHeader) ?? throw new JsonException("its first line is empty");
            if (header.Schema > PlanHeader.CurrentSchema)
                throw new EmException(EmErrorKind.NotSupported, "PlanTooNew", $"'{path}' was written by a newer version ({header.Software}): its schema is {header.Schema}, and this version reads up to {PlanHeader.CurrentSchema}. Use that version.", path);
            header = header with { Settings = header.Settings ?? [] }; // where the line has none
            var entries = new List<PlanEntry>();
            for (int number = 2; lines.ReadLine() is { } line; number++)
            {
                PlanEntry? entry = JsonSerializer.Deserialize(line, StackJson.Default.PlanEntry);
                entries.Add(entry is { Index: >= 0, Size: >= 0, Height: > 0, Width: > 0, Path.Length: > 0, Page: null or >= 0, VoxelSize: null or { Z: null or > 0, Y: > 0, X: > 0 } } && !entry.Path.Contains('\0', StringComparison.Ordinal) ? entry : throw new JsonException($"its line {number} describes no section"));
            }

            if (entries.Count != header.Count)
                throw new JsonException($"it should hold {header.Count} sections and holds {entries.Count}");
            return new Plan(header, entries);
        }
        catch (EmException twice) when (twice.Id is "PlanEmpty" or "PlanIndexTwice")
        {
            throw NotReadable(twice);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw NotReadable(e);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }

        EmException NotReadable(Exception why)
            => new(EmErrorKind.InvalidData, "PlanNotReadable", $"'{path}' cannot be read as a plan: {why.Message.TrimEnd('.')}. Plan the stack again with Invoke-EmStack; what is done stays done.", path, why);
    }
}
