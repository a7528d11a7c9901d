using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Ranges;

/// <summary>Parameters of <c>CompressOutliers</c>.</summary>
public sealed record CompressOutliersOptions : FilterOptions, IFilterOptions
{
    /// <summary>The percentages of pixels that are not above the lower and the upper limit of what keeps its contrast.</summary>
    [FilterParameter("The grey levels between these two percentiles of the section are mapped linearly.", Unit = "percent", MinimumCount = 2, MaximumCount = 2, Minimum = 0, Maximum = 100)]
    public double[] Percentile { get; init; } = [0.5, 99.5];

    /// <summary>The levels themselves, in place of percentiles.</summary>
    [FilterParameter("The two grey levels themselves, in place of percentiles. Give them for a stack whose sections are to stay comparable.", Unit = "grey levels", MinimumCount = 2, MaximumCount = 2, Optional = true)]
    public double[]? Limit { get; init; }

    /// <summary>The share of the range that either end keeps for outliers.</summary>
    [FilterParameter("The share of the range that either end keeps for what lies beyond.", Minimum = 0, Maximum = 0.49)]
    public double Margin { get; init; } = 0.05;

    /// <summary>The range of the result.</summary>
    [FilterParameter("The range of the result; one value r means 0 to r.", Unit = "grey levels", PublishedName = "drange", MaximumCount = 2)]
    public double[] Range { get; init; } = [0, 255];

    /// <summary>The type of the result's pixels.</summary>
    [FilterParameter("The type of the result's pixels.", PublishedName = "dtype")]
    public PixelType PixelType { get; init; } = PixelType.UInt8;

    /// <inheritdoc/>
    public void Validate()
    {
        OutputRange.Of("CompressOutliers", Range, PixelType);
        if (Percentile[0] >= Percentile[1])
            throw new EmException(EmErrorKind.InvalidArgument, "OutlierLimits", $"CompressOutliers -Percentile: {OutputRange.Text(Percentile[0])} is not below {OutputRange.Text(Percentile[1])}.", nameof(Percentile));
        if (Limit is not null && Limit[0] >= Limit[1])
            throw new EmException(EmErrorKind.InvalidArgument, "OutlierLimits", $"CompressOutliers -Limit: {OutputRange.Text(Limit[0])} is not below {OutputRange.Text(Limit[1])}.", nameof(Limit));
    }
}
