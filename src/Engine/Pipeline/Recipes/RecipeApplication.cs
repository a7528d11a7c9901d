namespace EmTools.Engine.Pipeline;

/// <summary>
/// Applies a recipe to a stream of sections of any length. Where the recipe holds filters over neighbouring sections, a
/// section is given when the last one that it looks at has come; such sections must come in the order of their indices.
/// </summary>
public sealed class RecipeApplication
{
    private readonly Recipe _recipe;
    private readonly NeighbourhoodWindows?[] _windows;
    private readonly LevelFitting?[] _levels;
    private readonly Action<EmSection, EmException> _onError;

    /// <summary>Begins a stream.</summary>
    /// <param name="recipe">What is to be done to every section.</param>
    /// <param name="onError">Told of a section that does not fit; the stream goes on without it.</param>
    /// <param name="warn">Told, once each, of what the user should know, such as grey levels that the recipe leaves open and the stack decides; or null.</param>
    public RecipeApplication(Recipe recipe, Action<EmSection, EmException> onError, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(onError);
        (_recipe, _onError) = (recipe, onError);
        _windows = [.. recipe.Steps.Select(step => (step as NeighbourStep)?.Windows())];
        _levels = [.. recipe.Steps.Select(step => step is FilterStep { Given: { } given } filter ? new LevelFitting(filter with { Given = null }, given, warn ?? (_ => { })) : null)];
    }

    /// <summary>Takes the next section; gives those that have all their neighbours now.</summary>
    public IReadOnlyList<EmSection> Push(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return From(0, [section]);
    }

    /// <summary>The stack is over: gives the sections that waited for more neighbours.</summary>
    public IReadOnlyList<EmSection> Complete()
    {
        var rest = new List<EmSection>();
        for (int i = 0; i < _windows.Length; i++)
        {
            if (_windows[i] is { } windows)
                rest.AddRange(From(i + 1, windows.Complete()));
            if (_levels[i] is { } levels)
                rest.AddRange(From(i + 1, levels.Complete()));
        }

        return rest;
    }

    /// <summary>The steps from one on.</summary>
    private IReadOnlyList<EmSection> From(int first, IReadOnlyList<EmSection> sections)
    {
        for (int i = first; i < _windows.Length && sections.Count > 0; i++)
        {
            var done = new List<EmSection>();
            foreach (EmSection section in sections)
            {
                try
                {
                    if (_windows[i] is { } windows)
                        done.AddRange(windows.Push(section));
                    else if (_levels[i] is { } levels)
                        done.AddRange(levels.Push(section));
                    else
                        done.Add(section.With(_recipe.Steps[i]));
                }
                catch (EmException trouble)
                {
                    _onError(section, trouble);
                }
            }

            sections = done;
        }

        return sections;
    }
}
