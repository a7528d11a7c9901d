using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>An input of an output's key.</summary>
/// <param name="Index">The section's place in the stack.</param>
/// <param name="Inverted">Whether intensities are turned back on reading.</param>
/// <param name="File">Its file.</param>
/// <param name="Page">Which of the file's pages or planes; null in a file of one image.</param>
/// <param name="Dataset">Which of the file's datasets; else null.</param>
public readonly record struct KeyInput(int? Index, bool Inverted, InputIdentity File, int? Page = null, string? Dataset = null);

/// <summary>
/// The key that an output carries in its description: a hash of all that decides what its pixels are. An output whose key
/// is another than the one expected is out of date.
/// </summary>
public static class OutputKey
{
    /// <summary>Its name in the description.</summary>
    public const string Name = "key";

    /// <summary>
    /// The revision of what no step does: how files are read, intensities turned back, and pixels stored. To be raised when for any
    /// file that could be read before, a pixel of the output changes.
    /// </summary>
    /// <remarks>
    /// The program's version is not part of the key. It says too much, since most versions give the same pixels and a stack need not
    /// be computed anew for them, and too little, since two builds of one version may not. Revisions, here and of the steps (in the
    /// recipe's hash), say just what counts; tests hold them to hashes of pixels. 2: files that mean 0 as white are turned.
    /// </remarks>
    internal const int Revision = 2;

    private const int Digits = 32;

    /// <summary>
    /// The key of a section's output, or null where the section, a section that it looks at, or a step is no file's, or no
    /// recipe can hold its steps: nothing can tell later whether those have changed.
    /// </summary>
    /// <exception cref="EmException">The file is gone.</exception>
    public static string? Of(EmSection section, TiffCompression compression)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (section.Inputs.Any(input => input.Path is null) || TryRecipe(section) is not { CanBeSaved: true } recipe)
            return null;
        return Of(recipe.Hash, compression, section.Index, section.Inputs.Select(Input), section.Root.GivenVoxelSize);

        static KeyInput Input(EmSection input)
            => new(input.Index, input.Inverted, input.Source.Identity ?? throw FileErrors.NotFound(input.Path!), input.Source.Location?.Page, input.Source.Location?.Dataset);
    }

    /// <summary>The key of an output.</summary>
    /// <param name="recipeHash">What is done, and by which revisions; <see cref="Recipe.Hash"/>.</param>
    /// <param name="compression">How the output is stored.</param>
    /// <param name="index">The section's place in the stack.</param>
    /// <param name="inputs">The section's file, and those of its neighbours where they matter, in the stack's order.</param>
    /// <param name="voxelSize">The size of a voxel where the user gave it; what the file says itself goes with the file.</param>
    public static string Of(string recipeHash, TiffCompression compression, int? index, IEnumerable<KeyInput> inputs, VoxelSize? voxelSize = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"revision {Revision}\n{recipeHash}\n{compression}\n{index}\n");
        foreach (KeyInput input in inputs)
        {
            if (input.Index != index)
                text.Append(CultureInfo.InvariantCulture, $"{input.Index}\n");
            text.Append(CultureInfo.InvariantCulture, $"{input.Inverted}\n{input.File.Size}\n{input.File.Changed.Ticks}\n{JsonEncodedText.Encode(input.File.Name)}\n");
            if (input.Page is not null || input.Dataset is not null)
                text.Append(CultureInfo.InvariantCulture, $"page {input.Page} of {JsonEncodedText.Encode(input.Dataset ?? "")}\n");
        }

        if (voxelSize is not null)
            text.Append(CultureInfo.InvariantCulture, $"voxel {voxelSize.Z:R} {voxelSize.Y:R} {voxelSize.X:R}\n");

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..Digits];
    }

    /// <summary>The key that a complete output carries, or null where it carries none.</summary>
    public static string? In(TiffFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Text(file, json => json.TryGetProperty(Name, out JsonElement key) ? key : default);
    }

    /// <summary>The name of the file that an output says it was made of; null where it says nothing, or cannot be read.</summary>
    internal static string? SourceIn(string path)
    {
        try
        {
            return Text(TiffFile.Open(path), json => json.TryGetProperty("source", out JsonElement source) && source.ValueKind == JsonValueKind.Object && source.TryGetProperty("name", out JsonElement name) ? name : default);
        }
        catch (EmException)
        {
            return null;
        }
    }

    private static string? Text(TiffFile file, Func<JsonElement, JsonElement> find)
    {
        if (file.Tags.ImageDescription is not { Length: > 0 } description || description[0] != '{')
            return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(description);
            JsonElement found = find(json.RootElement);
            return found.ValueKind == JsonValueKind.String ? found.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // somebody else's description, which only begins like ours, or holds half a character
        }
    }

    private static Recipe? TryRecipe(EmSection section)
    {
        try
        {
            return Recipe.Of(section);
        }
        catch (EmException trouble) when (trouble.Kind == EmErrorKind.NotSupported)
        {
            return null;
        }
    }
}
