using System.Text.Json;
using EmTools.Engine.Files;

namespace EmTools.Engine.Formats;

/// <summary>A JSON file of a volume, with errors that name it.</summary>
internal sealed class MetadataFile
{
    /// <summary>Metadata are small; what is larger is none.</summary>
    private const int LargestFile = 32 << 20;

    private MetadataFile(string path, FileStamp stamp, JsonElement root) => (Path, Stamp, Root) = (path, stamp, root);

    public string Path { get; }

    /// <summary>The file's state when it was read.</summary>
    public FileStamp Stamp { get; }

    /// <summary>What it holds: an object.</summary>
    public JsonElement Root { get; }

    /// <summary>Reads a file; null where there is none.</summary>
    /// <exception cref="EmException">It cannot be read, or is no JSON object.</exception>
    public static MetadataFile? TryRead(string path)
    {
        if (FileStamp.TryOf(path) is not { } stamp)
            return null;
        if (stamp.Size > LargestFile)
            throw VolumeErrors.Metadata(path, $"it has {stamp.Size} bytes, far more than a volume's description");
        using var file = new ChunkFile(path);
        byte[] bytes;
        try
        {
            bytes = file.ReadAll();
        }
        catch (ChunkException e)
        {
            throw VolumeErrors.Metadata(path, e.Message, e);
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes))
            throw VolumeErrors.Metadata(path, "it is no text (UTF-8)");
        try
        {
            ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
            using JsonDocument document = JsonDocument.Parse(bytes.AsMemory(bytes.AsSpan().StartsWith(mark) ? mark.Length : 0), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            JsonElement root = document.RootElement.Clone();
            return root.ValueKind == JsonValueKind.Object ? new MetadataFile(path, stamp, root) : throw VolumeErrors.Metadata(path, "it holds no JSON object");
        }
        catch (JsonException e)
        {
            throw VolumeErrors.Metadata(path, $"it is no JSON ({e.Message})", e);
        }
    }

    /// <summary>A member, or null where it is absent or null.</summary>
    public static JsonElement? Find(JsonElement parent, string name)
        => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement found) && found.ValueKind != JsonValueKind.Null ? found : null;

    /// <summary>A text member, or null where there is none.</summary>
    public static string? Text(JsonElement parent, string name) => Find(parent, name) is { } found ? TextOf(found) : null;

    /// <summary>A text, or null where it is none.</summary>
    public static string? TextOf(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half a surrogate
        }
    }

    /// <summary>The beginning of an element as it is written, for errors.</summary>
    public static string Short(JsonElement element)
    {
        const int Longest = 60;
        string text = element.GetRawText();
        return text.Length <= Longest ? text : text[..Longest] + "...";
    }

    /// <summary>A list of numbers, or null where there is none of so many.</summary>
    public static double[]? Numbers(JsonElement parent, string name, int? count = null)
    {
        if (Find(parent, name) is not { ValueKind: JsonValueKind.Array } list)
            return null;
        double[] values = new double[list.GetArrayLength()];
        int i = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetDouble(out values[i++]))
                return null;
        }

        return count is null || count == values.Length ? values : null;
    }

    /// <summary>A member that must be there.</summary>
    public JsonElement Required(JsonElement parent, string name) => Find(parent, name) ?? throw Damaged($"it does not say '{name}'");

    /// <summary>A text that must be there.</summary>
    public string RequiredText(JsonElement parent, string name) => Text(parent, name) ?? throw Damaged($"it does not say '{name}', or not as a text");

    /// <summary>A whole number that must be there.</summary>
    public long RequiredInteger(JsonElement parent, string name, long least, long most)
    {
        JsonElement found = Required(parent, name);
        return found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out long value) && value >= least && value <= most
            ? value
            : throw Damaged($"its '{name}' is {Short(found)}, where a whole number from {least} to {most} should be");
    }

    /// <summary>A list of whole numbers that must be there.</summary>
    public long[] RequiredIntegers(JsonElement parent, string name, long least)
    {
        JsonElement found = Required(parent, name);
        const int MostAxes = 64;
        if (found.ValueKind != JsonValueKind.Array || found.GetArrayLength() > MostAxes)
            throw Damaged($"its '{name}' is no list of numbers");
        long[] values = new long[found.GetArrayLength()];
        int i = 0;
        foreach (JsonElement element in found.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out values[i]) || values[i] < least)
                throw Damaged($"its '{name}' holds {Short(element)}, where a whole number from {least} on should be");
            i++;
        }

        return values;
    }

    public EmException Damaged(string what) => VolumeErrors.Metadata(Path, what);
}
