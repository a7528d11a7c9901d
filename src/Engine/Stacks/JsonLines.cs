using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EmTools.Engine.Stacks;

/// <summary>Files that processes add JSON lines to, and that may be read while they do, or after they were killed.</summary>
internal static class JsonLines
{
    /// <summary>The lines' objects that are whole. A process that is killed while it writes leaves a torn one, which says nothing.</summary>
    public static IEnumerable<T> Read<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        byte[] bytes;
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
        {
            bytes = new byte[file.Length];
            int have = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            Array.Resize(ref bytes, have);
        }

        for (int start = 0; start < bytes.Length;)
        {
            int end = Array.IndexOf(bytes, (byte)'\n', start);
            if (end < 0)
                yield break;
            if (Parse(bytes.AsSpan(start, end - start), type) is { } value)
                yield return value;
            start = end + 1;
        }
    }

    /// <summary>
    /// The object of a line. One that was cut short stands before the next one on a line where several processes add to a file:
    /// then the line's last object is the one that is whole.
    /// </summary>
    private static T? Parse<T>(ReadOnlySpan<byte> line, JsonTypeInfo<T> type)
        where T : class
    {
        const int Tries = 64; // objects within one line: a bound for lines of nothing but openings
        for (int i = 0; i < Tries && !line.IsEmpty; i++)
        {
            if (TryParse(line, type) is { } value)
                return value;
            int next = line[1..].IndexOf("{\""u8);
            if (next < 0)
                return null;
            line = line[(next + 1)..];
        }

        return null;
    }

    private static T? TryParse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
