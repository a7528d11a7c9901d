using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Ranges;

/// <summary>Parameters of <c>Rescale</c>.</summary>
public sealed record RescaleOptions : FilterOptions, IFilterOptions
{
    /// <summary>The range of the result.</summary>
    [FilterParameter("The range of the result; one value r means 0 to r.", Unit = "grey levels", PublishedName = "drange", MaximumCount = 2)]
    public double[] Range { get; init; } = [0, 255];

    /// <summary>The type of the result's pixels.</summary>
    [FilterParameter("The type of the result's pixels.", PublishedName = "dtype")]
    public PixelType PixelType { get; init; } = PixelType.UInt8;

    /// <summary>What becomes the lower end of the range.</summary>
    [FilterParameter("The grey level that becomes the lower end of the range; absent, the section's smallest. Give both ends for a stack whose sections are to stay comparable.", Unit = "grey levels", Optional = true)]
    public double Minimum { get; init; } = double.NaN;

    /// <summary>What becomes the upper end of the range.</summary>
    [FilterParameter("The grey level that becomes the upper end of the range; absent, the section's largest.", Unit = "grey levels", Optional = true)]
    public double Maximum { get; init; } = double.NaN;

    /// <inheritdoc/>
    public void Validate()
    {
        OutputRange.Of("Rescale", Range, PixelType);
        if (Minimum >= Maximum)
            throw new EmException(EmErrorKind.InvalidArgument, "RescaleLimits", $"Rescale -Minimum: {OutputRange.Text(Minimum)} is not below -Maximum {OutputRange.Text(Maximum)}.", nameof(Minimum));
    }
}
