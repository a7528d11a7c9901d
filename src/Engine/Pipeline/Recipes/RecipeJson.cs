using System.Text.Json;
using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;

namespace EmTools.Engine.Pipeline;

/// <summary>One step of a recipe's file while it is read: every mistake is told with the file, the step's number and its name.</summary>
internal sealed class RecipeJson
{
    public const string StepName = "step";
    public const string ParametersName = "parameters";
    public const string FileName = "file";
    public const string HashName = "sha256";
    public const string DatasetName = "dataset";

    private readonly JsonObject _json;
    private readonly string _path;
    private readonly string _folder;
    private readonly int _number;

    public RecipeJson(JsonObject json, string path, string folder, int number)
    {
        _json = json;
        _path = path;
        _folder = folder;
        _number = number;
        Step = Text(StepName) ?? throw Error("RecipeIncomplete", $"\"{StepName}\", the step's name, is missing");
        Parameters = Object(ParametersName) ?? [];
    }

    /// <summary>The step's name.</summary>
    public string Step { get; } = "";

    /// <summary>Its parameters; empty where it has none.</summary>
    public JsonObject Parameters { get; } = [];

    /// <summary>True when the step takes a calibration file.</summary>
    public bool HasFile => Has(FileName);

    /// <summary>True when the step has an entry of that name.</summary>
    public bool Has(string name) => _json.ContainsKey(name);

    /// <summary>A calibration file as a step holds it.</summary>
    public static void Add(JsonObject step, CalibrationFile file)
    {
        step[FileName] = file.Path;
        step[HashName] = file.Sha256;
    }

    /// <summary>A file as an object of its own.</summary>
    public static JsonObject Of(CalibrationFile file) => new() { [FileName] = file.Path, [HashName] = file.Sha256 };

    /// <summary>The step's calibration file, found and held to its hash.</summary>
    public CalibrationFile File() => File(_json);

    /// <summary>The file that an object names, found and held to its hash; relative paths begin at the recipe's folder.</summary>
    public CalibrationFile File(JsonObject json)
    {
        string name = TextOf(json, FileName) ?? throw Error("RecipeIncomplete", $"\"{FileName}\" is missing");
        string path = System.IO.Path.GetFullPath(name, _folder);
        CalibrationFile found;
        try
        {
            found = CalibrationFile.Of(path);
        }
        catch (EmException trouble) when (trouble.Kind == EmErrorKind.NotFound)
        {
            throw new EmException(EmErrorKind.NotFound, "RecipeFileNotFound", $"'{_path}', step {_number} ({Step}): there is no file '{path}'. Say where the recipe's calibration files are (-CalibrationFolder), or correct the path in the recipe.", path, trouble);
        }

        string? hash = TextOf(json, HashName);
        if (hash is not null && !hash.Equals(found.Sha256, StringComparison.OrdinalIgnoreCase))
            throw new EmException(EmErrorKind.InvalidData, "RecipeFileChanged", $"'{_path}', step {_number} ({Step}): '{path}' is not the file that the recipe was made with: expected SHA-256 {hash}, found {found.Sha256}. Bring the file back, or remove \"{HashName}\" from the recipe to take this one.", path);
        return found;
    }

    /// <summary>A text, or null where it is missing.</summary>
    public string? Text(string name) => TextOf(_json, name);

    /// <summary>An object, or null where it is missing.</summary>
    public JsonObject? Object(string name)
        => !_json.TryGetPropertyValue(name, out JsonNode? node) ? null : node as JsonObject ?? throw Error("RecipeNotReadable", $"\"{name}\" is no object");

    /// <summary>A list of steps within this one.</summary>
    public IEnumerable<RecipeJson> Steps(string name)
    {
        JsonArray steps = _json[name] as JsonArray ?? throw Error("RecipeNotReadable", $"\"{name}\" is no list of steps");
        return steps.Select(step => new RecipeJson(step as JsonObject ?? throw Error("RecipeNotReadable", $"\"{name}\" holds what is no step"), _path, _folder, _number));
    }

    /// <summary>A number among the parameters, or a default where it is missing.</summary>
    public double Number(string name, double missing) => Parameters.ContainsKey(name) ? Number(name) : missing;

    /// <summary>A number among the parameters.</summary>
    public double Number(string name)
        => Parameters[name] is JsonValue value && value.TryGetValue(out double number) && double.IsFinite(number) ? number : throw Error("RecipeNotReadable", $"-{name} is no finite number");

    /// <summary>A whole number among the parameters.</summary>
    public int Integer(string name)
        => Parameters[name] is JsonValue value && value.TryGetValue(out int number) ? number : throw Error("RecipeNotReadable", $"-{name} is no whole number");

    /// <summary>A list of whole numbers among the parameters, or null where it is missing.</summary>
    public int[]? Integers(string name, int count)
    {
        if (!Parameters.TryGetPropertyValue(name, out JsonNode? node))
            return null;
        if (node is JsonArray list && list.Count == count && list.All(n => n is JsonValue v && v.TryGetValue(out int _)))
            return [.. list.Select(n => n!.GetValue<int>())];
        throw Error("RecipeNotReadable", $"-{name} is no list of {count} whole numbers");
    }

    /// <summary>Refuses what this version does not know: to leave it out would be to do something else than the recipe says.</summary>
    public void AllowOnly(params string[] names)
    {
        foreach ((string name, _) in _json)
        {
            if (!names.Contains(name, StringComparer.Ordinal))
                throw Error("UnknownRecipeEntry", $"\"{name}\" is not known; a step of this kind has {string.Join(", ", names)}. It may need a newer EmTools");
        }
    }

    /// <summary>As <see cref="AllowOnly"/>, for the parameters.</summary>
    public void AllowOnlyParameters(params string[] names)
    {
        foreach ((string name, _) in Parameters)
        {
            if (!names.Contains(name, StringComparer.Ordinal))
                throw Error("UnknownFilterParameter", $"there is no parameter '{name}'; there are {string.Join(", ", names)}. It may need a newer EmTools");
        }
    }

    /// <summary>Does something whose errors do not know the recipe, and adds it to them.</summary>
    public T InContext<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EmException trouble)
        {
            throw new EmException(trouble.Kind, trouble.Id, $"'{_path}', step {_number} ({Step}): {trouble.Message}", trouble.Target, trouble);
        }
    }

    /// <summary>An error of this step.</summary>
    public EmException Error(string id, string what)
        => new(EmErrorKind.InvalidData, id, $"'{_path}', step {_number}{(Step.Length > 0 ? $" ({Step})" : "")}: {what}.", _path);

    private string? TextOf(JsonObject json, string name)
    {
        if (!json.TryGetPropertyValue(name, out JsonNode? node))
            return null;
        return node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw Error("RecipeNotReadable", $"\"{name}\" is no text");
    }
}
