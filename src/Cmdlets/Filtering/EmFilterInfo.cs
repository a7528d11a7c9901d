using EmTools.Engine;
using EmTools.Engine.Filters;

namespace EmTools.Cmdlets;

/// <summary>A filter as Get-EmFilter lists it.</summary>
public sealed class EmFilterInfo
{
    internal EmFilterInfo(FilterDefinition filter)
    {
        Name = filter.Name;
        Revision = filter.Revision;
        Summary = filter.Summary;
        TakesMask = filter.TakesMask;
        Parameters = [.. filter.Parameters];
    }

    /// <summary>The name that Invoke-EmFilter takes.</summary>
    public string Name { get; }

    /// <summary>The revision of its computation, from 1: raised whenever any pixel that it gives changes by a bit. Outputs of another revision are out of date.</summary>
    public int Revision { get; }

    /// <summary>What it does.</summary>
    public string Summary { get; }

    /// <summary>True when it can be told which pixels are tissue.</summary>
    public bool TakesMask { get; }

    /// <summary>Its parameters.</summary>
    public ReadableList<FilterParameter> Parameters { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
