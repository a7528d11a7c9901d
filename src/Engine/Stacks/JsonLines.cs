using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EmTools.Engine.Stacks;

/// <summary>Files that processes add JSON lines to, and that may be read while they do, or after they were killed.</summary>
internal static class JsonLines
{
    /// <summary>The lines that are whole. A process that is killed while it writes leaves a torn one, which says nothing.</summary>
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

    private static T? Parse<T>(ReadOnlySpan<byte> line, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return line.IsEmpty ? null : JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
