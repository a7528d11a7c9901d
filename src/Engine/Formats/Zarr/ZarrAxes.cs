using System.Text.Json;

namespace EmTools.Engine.Formats;

/// <summary>The names that arrays give their axes.</summary>
internal static class ZarrAxes
{
    /// <summary>The names, in small letters, where they tell of y and x; else null: the order tells then.</summary>
    public static string[]? Names(JsonElement? list, int count)
    {
        if (list is not { ValueKind: JsonValueKind.Array } names || names.GetArrayLength() != count)
            return null;
        string[] found = [.. names.EnumerateArray().Select(name => MetadataFile.TextOf(name)?.ToLowerInvariant() ?? "")];
        return found.Contains("y") && found.Contains("x") && found.Distinct().Count() == count ? found : null;
    }
}
