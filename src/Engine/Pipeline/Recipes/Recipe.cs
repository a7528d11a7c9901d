using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// What is to be done to every section of a stack: the steps of a pipeline, bound to no section. Immutable. Whether the
/// intensities are inverted belongs to reading a section and not to the recipe.
/// </summary>
public sealed class Recipe
{
    private readonly Lazy<string> _hash;

    /// <summary>Makes a recipe of steps.</summary>
    public Recipe(IEnumerable<RecipeStep> steps)
    {
        Steps = [.. steps];
        _hash = new(ComputeHash);
    }

    /// <summary>The steps, in order.</summary>
    public ReadableList<RecipeStep> Steps { get; }

    /// <summary>Words for people, a line each: where the recipe is from, why its parameters are as they are. Saved with it; changes nothing that it does.</summary>
    public ReadableList<string> Comment { get; init; } = [];

    /// <summary>How many sections on either side a section's result depends on.</summary>
    public int Radius => Steps.Sum(step => step.Radius);

    /// <summary>
    /// SHA-256 of what the recipe does, in lower-case hexadecimal digits: of its steps, their parameters, and the revisions of the
    /// code that computes them here. Calibration files count by their content: moving one changes nothing.
    /// </summary>
    /// <exception cref="EmException">A step holds pixels or a model that are no file.</exception>
    public string Hash => _hash.Value;

    /// <summary>False when a step holds pixels or a model that are no file.</summary>
    public bool CanBeSaved => Steps.All(step => step.CanBeSaved);

    /// <summary>The files that the steps read: tables, models, masks.</summary>
    public ReadableList<string> Files => [.. Steps.SelectMany(step => step.Files)];

    /// <summary>The recipe of a section's steps.</summary>
    /// <exception cref="EmException">A filter over neighbouring sections has references that are not the sections with further steps (<c>ReferencesNotSaved</c>), or neighbours with other steps (<c>RecipesDiffer</c>).</exception>
    public static Recipe Of(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        IEnumerable<RecipeStep> before = section.Source is NeighbourhoodSource neighbours ? neighbours.Recipe.Steps : [];
        return new Recipe([.. before, .. section.Steps.Select(step => step.ToRecipe())]);
    }

    /// <summary>True when a step looks at neighbouring sections, so that the recipe applies to the sections of a stack and not to one alone.</summary>
    public bool NeedsNeighbours => Steps.Any(step => step is NeighbourRecipeStep);

    /// <summary>
    /// The sections of a stack with the recipe's steps after their own. Windows of filters over neighbouring sections are cut
    /// at the stack's ends and where an index is missing. Nothing is computed, and no more sections are taken than the windows need.
    /// </summary>
    /// <exception cref="EmException">A step does not fit a section, or sections are not in order.</exception>
    public IEnumerable<EmSection> Apply(IEnumerable<EmSection> sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        var stream = new RecipeApplication(this, (_, trouble) => ExceptionDispatchInfo.Throw(trouble));
        return sections.SelectMany(stream.Push).Concat(Enumerable.Repeat(stream, 1).SelectMany(s => s.Complete()));
    }

    /// <summary>Refuses sections that are not of the stack that the recipe's tables belong to, before anything is done to any, as far as the folder of a stack's first section tells.</summary>
    /// <param name="section">The first section of a stack.</param>
    /// <param name="warn">Told what need not be wrong.</param>
    /// <exception cref="EmException">They cannot belong together (<c>TableCountedFromOne</c>).</exception>
    public void RequireStack(EmSection section, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(warn);
        foreach (RecipeStep step in Steps)
            step.RequireStack(section, warn);
    }

    /// <summary>A section with the recipe's steps after its own.</summary>
    /// <exception cref="EmException">A step does not fit the section, or looks at neighbouring sections (<c>NeedsNeighbours</c>).</exception>
    public EmSection ApplyTo(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Steps.Aggregate(section, (done, step) => done.With(step.BindTo(done)));
    }

    /// <summary>True when both do the same.</summary>
    public bool DoesTheSameAs(Recipe other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(this, other) || Steps.SequenceEqual(other.Steps) || Hash == other.Hash;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Steps.Select(step => step.Name));

    private string ComputeHash()
    {
        JsonObject[] steps = [.. Steps.Select(step => step.ToHashedJson())];
        foreach (JsonObject step in steps)
            RemovePaths(step);
        string text = new JsonArray([.. steps]).ToJsonString();
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static void RemovePaths(JsonObject json)
    {
        if (json.ContainsKey(RecipeJson.HashName))
            json.Remove(RecipeJson.FileName);
        foreach ((_, JsonNode? node) in json)
        {
            foreach (JsonObject inner in node is JsonArray list ? list.OfType<JsonObject>() : new[] { node }.OfType<JsonObject>())
                RemovePaths(inner);
        }
    }
}
