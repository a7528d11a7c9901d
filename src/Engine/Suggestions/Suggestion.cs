using System.Collections;
using System.Globalization;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Suggestions;

/// <summary>Parameters chosen from the data: a recipe, and why it is as it is.</summary>
/// <param name="Recipe">The chain with the chosen parameters; can be saved and applied like any other.</param>
/// <param name="Parameters">Every choice, with its reason and figures, in the order of the chain.</param>
/// <param name="Sections">The names of the sections that were looked at.</param>
/// <param name="Warnings">What the sections lack for the recipe to do well.</param>
public sealed record Suggestion(Recipe Recipe, ReadableList<SuggestedParameter> Parameters, ReadableList<string> Sections, ReadableList<string> Warnings);

/// <summary>One chosen parameter.</summary>
/// <param name="Step">The filter.</param>
/// <param name="Parameter">Its parameter's name, as <c>Invoke-EmFilter</c> takes it; empty where the step was left out.</param>
/// <param name="Value">What was chosen: a number, several, or a word.</param>
/// <param name="Before">What the chain had, the published value unless the user gave another.</param>
/// <param name="Reason">Why, with the figures that were measured.</param>
public sealed record SuggestedParameter(string Step, string Parameter, object? Value, object? Before, string Reason)
{
    /// <summary>What was chosen: a number, several, or a word.</summary>
    public object? Value { get; init; } = Plain(Value);

    /// <summary>What the chain had.</summary>
    public object? Before { get; init; } = Plain(Before);

    /// <summary>The choice as it is given to <c>Invoke-EmFilter</c>, with what it was before: <c>Denoise -Gain 6.41E-06, 3.73E-05 (was 3.418E-06, 4.114E-06)</c>.</summary>
    public string Choice => $"{Step}{(Parameter.Length > 0 ? " -" + Parameter : "")}{Argument(Value)} (was {Words(Before)})";

    /// <summary>The choice and its reason, in a line.</summary>
    public override string ToString() => $"{Choice}: {Reason}";

    private static object? Plain(object? value) => value is IEnumerable list and not string ? ReadableList.Create<object>([.. list.Cast<object>()]) : value;

    private static string Argument(object? value) => value switch
    {
        true => "",
        false => ":$false",
        _ => $" {Words(value)}",
    };

    private static string Words(object? value) => value is bool on ? on ? "on" : "off" : Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "not used";
}
