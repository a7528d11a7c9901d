using EmTools.Engine;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Suggestions;

namespace EmTools.Cmdlets;

/// <summary>Parameters chosen from the data, as Get-EmSuggestion tells them.</summary>
public sealed class EmSuggestion
{
    internal EmSuggestion(Suggestion suggestion)
    {
        Sections = suggestion.Sections;
        Recipe = suggestion.Recipe;
        Parameters = suggestion.Parameters;
    }

    /// <summary>The names of the sections that were looked at.</summary>
    public ReadableList<string> Sections { get; }

    /// <summary>The chain with the chosen parameters, for Invoke-EmRecipe and Export-EmRecipe.</summary>
    public Recipe Recipe { get; }

    /// <summary>Every choice, with what stood there before, the reason and the figures.</summary>
    public ReadableList<SuggestedParameter> Parameters { get; }
}
