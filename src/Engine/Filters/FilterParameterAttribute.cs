namespace EmTools.Engine.Filters;

/// <summary>
/// What users are told of a filter's parameter, and what its values are held to. Stands on the properties of a filter's
/// options; the cmdlets' dynamic parameters, <c>Get-EmFilter</c>, the help and the checks all read it from there.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FilterParameterAttribute : Attribute
{
    /// <summary>Describes a parameter.</summary>
    /// <param name="description">One or two sentences: what it means.</param>
    public FilterParameterAttribute(string description) => Description = description;

    /// <summary>What it means.</summary>
    public string Description { get; }

    /// <summary>The unit of the value: pixels, degrees, grey levels. Empty for pure numbers.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The name in the published package and paper, where it is another.</summary>
    public string PublishedName { get; init; } = "";

    /// <summary>The smallest value allowed.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>The largest value allowed.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>True when the values must be odd (0 stays allowed where it is in range).</summary>
    public bool Odd { get; init; }

    /// <summary>For a list: how many values it takes at most; 0 means any number, the last serving all scales beyond the list.</summary>
    public int MaximumCount { get; init; }

    /// <summary>For a list: how many values it takes at least.</summary>
    public int MinimumCount { get; init; } = 1;

    /// <summary>True when the value may be left out (null) or, for a number, be NaN: "not used".</summary>
    public bool Optional { get; init; }
}
