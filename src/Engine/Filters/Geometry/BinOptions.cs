namespace EmTools.Engine.Filters.Geometry;

/// <summary>Parameters of <c>Bin</c>.</summary>
public sealed record BinOptions : FilterOptions, IFilterOptions
{
    /// <summary>How many rows, and columns, become one.</summary>
    [FilterParameter("How many rows, and columns, become one.", Unit = "pixels", Minimum = 1, Maximum = 1024)]
    public int Factor { get; init; } = 2;

    /// <inheritdoc/>
    public void Validate()
    {
    }
}
