using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// The key that an output carries in its description: a hash of all that decides what its pixels are. An output whose key
/// is another than the one expected is out of date.
/// </summary>
public static class OutputKey
{
    /// <summary>Its name in the description.</summary>
    public const string Name = "key";

    private const int Digits = 32;

    /// <summary>The key of a section's output, or null where the section is no file's or a step is no file's: nothing can tell later whether those have changed.</summary>
    /// <exception cref="EmException">The file is gone.</exception>
    public static string? Of(EmSection section, TiffCompression compression)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (section.Path is not { } path || section.Source.Origin is not null)
            return null;
        var recipe = Recipe.Of(section);
        if (!recipe.CanBeSaved)
            return null;
        return Of(recipe.Hash, compression, section.Index, section.Inverted, [InputIdentity.Of(path)]);
    }

    /// <summary>The key of an output.</summary>
    /// <param name="recipeHash">What is done.</param>
    /// <param name="compression">How the output is stored.</param>
    /// <param name="index">The section's place in the stack.</param>
    /// <param name="inverted">Whether intensities are turned back on reading.</param>
    /// <param name="inputs">The section's file, and those of its neighbours where they matter, in the stack's order.</param>
    public static string Of(string recipeHash, TiffCompression compression, int index, bool inverted, IEnumerable<InputIdentity> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Provenance.Software}\n{recipeHash}\n{compression}\n{index}\n{inverted}\n");
        foreach (InputIdentity input in inputs)
            text.Append(CultureInfo.InvariantCulture, $"{input.Size}\n{input.Changed.Ticks}\n{JsonEncodedText.Encode(input.Name)}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..Digits];
    }

    /// <summary>The key that a complete output carries, or null where it carries none.</summary>
    public static string? In(TiffFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Tags.ImageDescription is not { Length: > 0 } description || description[0] != '{')
            return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(description);
            return json.RootElement.TryGetProperty(Name, out JsonElement key) && key.ValueKind == JsonValueKind.String ? key.GetString() : null;
        }
        catch (JsonException)
        {
            return null; // somebody else's description, which only begins like ours
        }
    }
}
