using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Suggestions;

/// <summary>Parameters chosen from the data: a recipe, and why it is as it is.</summary>
/// <param name="Recipe">The chain with the chosen parameters; can be saved and applied like any other.</param>
/// <param name="Parameters">Every choice, with its reason and figures, in the order of the chain.</param>
/// <param name="Sections">The names of the sections that were looked at.</param>
/// <param name="Warnings">What the sections lack for the recipe to do well.</param>
public sealed record Suggestion(Recipe Recipe, ImmutableArray<SuggestedParameter> Parameters, ImmutableArray<string> Sections, ImmutableArray<string> Warnings);

/// <summary>One chosen parameter.</summary>
/// <param name="Step">The filter.</param>
/// <param name="Parameter">Its parameter's name, as <c>Invoke-EmFilter</c> takes it; empty where the step was left out.</param>
/// <param name="Value">What was chosen: a number, several, or a word.</param>
/// <param name="Before">What the chain had, the published value unless the user gave another.</param>
/// <param name="Reason">Why, with the figures that were measured.</param>
public sealed record SuggestedParameter(string Step, string Parameter, object? Value, object? Before, string Reason)
{
    /// <summary>The choice and its reason, in a line.</summary>
    public override string ToString() => $"{Step}{(Parameter.Length > 0 ? " -" + Parameter : "")} {Words(Value)} (was {Words(Before)}): {Reason}";

    private static string Words(object? value)
        => value is IEnumerable list and not string ? string.Join(", ", list.Cast<object>().Select(Words)) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "not used";
}
