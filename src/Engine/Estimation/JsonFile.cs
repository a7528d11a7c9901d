using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Estimation;

/// <summary>Writes JSON files that appear when they are complete.</summary>
internal static class JsonFile
{
    /// <summary>Writes an object, in place of an older one.</summary>
    /// <exception cref="EmException">It cannot be written.</exception>
    public static void Write<T>(string path, T value, JsonTypeInfo<T> type)
    {
        using var file = new AtomicFile(path, overwrite: true);
        try
        {
            JsonSerializer.Serialize(file.Stream, value, type);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(file.Path, e);
        }

        file.Commit();
    }
}
