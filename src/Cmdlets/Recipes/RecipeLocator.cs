using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Finds recipes: objects, files, and those that come with the module, by name.</summary>
internal static class RecipeLocator
{
    private const string Extension = ".json";

    /// <summary>The folder of the recipes that come with the module.</summary>
    private static string Folder { get; } = Path.Combine(Path.GetDirectoryName(typeof(RecipeLocator).Assembly.Location)!, "Recipes");

    /// <summary>The names of the recipes that come with the module.</summary>
    public static IEnumerable<string> Names
        => Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "*" + Extension).Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal) : [];

    /// <summary>The recipe that an argument stands for.</summary>
    /// <param name="session">For relative paths.</param>
    /// <param name="recipe">A recipe, a suggestion, a section for its steps, a file's path, or the name of a recipe that comes with the module.</param>
    /// <param name="calibrationFolder">Where its calibration files are, or null for beside the recipe.</param>
    /// <exception cref="EmException">There is none, or it cannot be read.</exception>
    public static Recipe Find(SessionState session, object recipe, string? calibrationFolder)
    {
        object plain = recipe is PSObject wrapped ? wrapped.BaseObject : recipe;
        if (plain is Recipe ready)
            return ready;
        if (plain is EmSuggestion suggestion)
            return suggestion.Recipe;
        if (plain is EmSection section)
            return Recipe.Of(section);
        string name = plain is FileInfo file ? file.FullName : LanguagePrimitives.ConvertTo<string>(plain);
        string? folder = calibrationFolder is null ? null : FilePaths.Full(session, calibrationFolder);
        string path = FilePaths.Full(session, name);
        if (!File.Exists(path) && Names.FirstOrDefault(n => n.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } shipped)
        {
            // Its calibration files are the user's, and lie nowhere near the module.
            return RecipeFile.Read(Path.Combine(Folder, shipped + Extension), folder ?? session.Path.CurrentFileSystemLocation.ProviderPath);
        }

        return RecipeFile.Read(path, folder);
    }
}
