namespace EmTools.Engine.Filters.Geometry;

/// <summary>Parameters of <c>Crop</c>.</summary>
public sealed record CropOptions : FilterOptions, IFilterOptions
{
    /// <summary>The rectangle that is kept: y, x, height, width; null for the whole section.</summary>
    [FilterParameter("The rectangle that is kept: y, x, height, width, the first row and column counted from 0 in the section as it comes; absent, the whole section.", Unit = "pixels", Minimum = 0, MinimumCount = 4, MaximumCount = 4, Optional = true)]
    public int[]? Region { get; init; }

    /// <inheritdoc/>
    public void Validate()
    {
        if (Region is [_, _, var height, var width] && (height < 1 || width < 1))
            throw new EmException(EmErrorKind.InvalidArgument, "CropRegion", $"Crop -Region: expected y, x, height, width with at least one row and one column, found {string.Join(", ", Region)}.", nameof(Region));
    }
}
