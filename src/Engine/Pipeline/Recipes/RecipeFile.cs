using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// Recipes as JSON files: a schema number, the version that wrote it, and the steps. One parameter a line, always in the
/// same order, so that two recipes can be compared line by line.
/// </summary>
public static class RecipeFile
{
    /// <summary>The newest layout that this version reads, and the one that it writes.</summary>
    public const int Schema = 1;

    private const string SchemaName = "schema";
    private const string SoftwareName = "software";
    private const string StepsName = "steps";
    private const string CommentName = "comment";

    private static readonly Dictionary<string, Func<RecipeJson, RecipeStep>> s_calibration = new(StringComparer.OrdinalIgnoreCase)
    {
        [OffsetRecipeStep.Kind] = OffsetRecipeStep.Read,
        [BackgroundRecipeStep.Kind] = BackgroundRecipeStep.Read,
        [BackgroundMaskRecipeStep.Kind] = BackgroundMaskRecipeStep.Read,
        [RealignRecipeStep.Kind] = RealignRecipeStep.Read,
    };

    /// <summary>The steps that are no filters.</summary>
    internal static IEnumerable<string> CalibrationSteps => s_calibration.Keys;

    /// <summary>The recipe as the text of a file.</summary>
    /// <exception cref="EmException">A step holds pixels or a model that are no file.</exception>
    public static string ToJson(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var json = new JsonObject
        {
            [SchemaName] = Schema,
            [SoftwareName] = Provenance.Software,
        };
        if (!recipe.Comment.IsEmpty)
            json[CommentName] = recipe.Comment is [string only] ? only : new JsonArray([.. recipe.Comment]);
        json[StepsName] = new JsonArray([.. recipe.Steps.Select(step => step.ToJson())]);
        return RecipeText.Of(json);
    }

    /// <summary>Writes a recipe.</summary>
    /// <exception cref="EmException">As for <see cref="ToJson"/>, or the file exists (<c>OutputExists</c>) or cannot be written.</exception>
    public static void Write(Recipe recipe, string path, bool overwrite = false)
        => AtomicFile.WriteText(path, ToJson(recipe), overwrite);

    /// <summary>SHA-256 of a recipe's file as <see cref="Write"/> makes it, in lower-case hexadecimal digits.</summary>
    /// <exception cref="EmException">As for <see cref="ToJson"/>.</exception>
    internal static string HashOf(Recipe recipe) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson(recipe))));

    /// <summary>SHA-256 of a recipe's file as it lies there.</summary>
    /// <exception cref="EmException">It cannot be read.</exception>
    internal static string HashOf(string path)
    {
        RegularFile.Require(path);
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }
    }

    /// <summary>Reads a recipe, and the calibration files that it names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="calibrationFolder">Where relative paths of calibration files begin; the recipe's own folder by default.</param>
    /// <exception cref="EmException">
    /// No such file; not a recipe (<c>RecipeNotReadable</c>); from a newer schema (<c>RecipeTooNew</c>); a filter, parameter
    /// or entry that is not known, by name; a calibration file that is missing or has changed.
    /// </exception>
    public static Recipe Read(string path, string? calibrationFolder = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = Path.GetFullPath(path);
        JsonObject json = Parse(path);
        int schema = json[SchemaName] is JsonValue value && value.TryGetValue(out int number) ? number : throw NotReadable($"it has no number \"{SchemaName}\"");
        if (schema > Schema)
            throw new EmException(EmErrorKind.NotSupported, "RecipeTooNew", $"'{path}' was written by a newer version ({json[SoftwareName]?.ToString() ?? "unknown"}): its schema is {schema}, and {Provenance.Software} reads up to {Schema}. Install that version.", path);
        if (schema < 1)
            throw NotReadable($"its schema is {schema}");
        foreach ((string name, _) in json)
        {
            if (name is not (SchemaName or SoftwareName or StepsName or CommentName))
                throw new EmException(EmErrorKind.InvalidData, "UnknownRecipeEntry", $"'{path}': \"{name}\" is not known. It may need a newer EmTools.", path);
        }

        JsonArray steps = json[StepsName] as JsonArray ?? throw NotReadable($"it has no list \"{StepsName}\"");
        string folder = Path.GetFullPath(calibrationFolder ?? Path.GetDirectoryName(path)!);
        RecipeStep[] read = [.. steps.Select((node, i) => ReadStep(new RecipeJson(node as JsonObject ?? throw NotReadable($"step {i + 1} is no object"), path, folder, i + 1)))];
        return new Recipe(AtLevels(read)) { Comment = Comment() };

        ReadableList<string> Comment() => json[CommentName] switch
        {
            null => [],
            JsonValue only when only.TryGetValue(out string? text) => [text],
            JsonArray lines when lines.All(line => line is JsonValue v && v.TryGetValue(out string? _)) => [.. lines.Select(line => (string)line!)],
            _ => throw NotReadable($"its \"{CommentName}\" is neither a text nor a list of texts"),
        };

        EmException NotReadable(string why) => new(EmErrorKind.InvalidData, "RecipeNotReadable", $"'{path}' is no recipe: {why}. Make one with Export-EmRecipe.", path);
    }

    /// <summary>Reads one step.</summary>
    internal static RecipeStep ReadStep(RecipeJson json)
        => s_calibration.TryGetValue(json.Step, out Func<RecipeJson, RecipeStep>? read) ? read(json) : FilterRecipeStep.Read(json);

    /// <summary>The steps with grey levels that the recipe leaves open taken from the calibration among them.</summary>
    private static IEnumerable<RecipeStep> AtLevels(IEnumerable<RecipeStep> steps)
    {
        GreyLevels? levels = null;
        foreach (RecipeStep step in steps)
        {
            RecipeStep closed = (step as FilterRecipeStep)?.For(levels) ?? step;
            levels = closed.LevelsAfter(levels);
            yield return closed;
        }
    }

    private static JsonObject Parse(string path)
    {
        try
        {
            RegularFile.Require(path);
            string text = File.ReadAllText(path, Encoding.UTF8);
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false }) is JsonObject json
                ? WithWholeTexts(json)
                : throw new JsonException("it is no JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new EmException(EmErrorKind.InvalidData, "RecipeNotReadable", $"'{path}' is no recipe: it cannot be read as JSON ({e.Message}). Make one with Export-EmRecipe.", path, e);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }
    }

    /// <summary>Refuses half characters and NULs at once: texts are taken apart later, where nobody expects them.</summary>
    private static JsonObject WithWholeTexts(JsonObject json)
    {
        Look(json);
        return json;

        static void Look(JsonNode? node)
        {
            switch (node)
            {
                case JsonObject entries:
                    foreach ((string name, JsonNode? value) in entries)
                    {
                        Require(name);
                        Look(value);
                    }

                    break;
                case JsonArray list:
                    foreach (JsonNode? value in list)
                        Look(value);
                    break;
                case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                    Require(TextOf(value));
                    break;
            }
        }

        static string TextOf(JsonValue value)
        {
            try
            {
                return value.GetValue<string>();
            }
            catch (InvalidOperationException e)
            {
                throw new JsonException("a text in it holds half of a character", e);
            }
        }

        static void Require(string text)
        {
            if (text.Contains('\0', StringComparison.Ordinal))
                throw new JsonException("a text in it holds a NUL character");
        }
    }
}
