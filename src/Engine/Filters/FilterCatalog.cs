using System.Collections.Immutable;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.Destriping;

namespace EmTools.Engine.Filters;

/// <summary>All filters, by name.</summary>
public static class FilterCatalog
{
    /// <summary>The filters in the order in which a pipeline uses them.</summary>
    public static ImmutableArray<FilterDefinition> All { get; } =
    [
        new FilterDefinition<DestripeOptions>(
            "Destripe",
            "Removes stripes (curtains) at several widths: splits the section into bands, tells stripes from tissue by their shape or strength, and subtracts their average along the stripe.",
            takesMask: true,
            Destripe.Compute),
        new FilterDefinition<DenoiseOptions>(
            "Denoise",
            "Removes noise from the finest bands where they do not vary together with the coarser image, by a sigmoid of their local covariance.",
            takesMask: false,
            Denoise.Compute),
        new FilterDefinition<ContrastOptions>(
            "Contrast",
            "Raises local contrast where the section is dark, equalises the histogram as a clipped Gaussian, and gives 8-bit (or 16-bit or float) pixels.",
            takesMask: true,
            Contrast.Compute,
            options => options.PixelType),
    ];

    /// <summary>The filter of that name, whatever its letters' case.</summary>
    /// <exception cref="EmException">There is none.</exception>
    public static FilterDefinition Get(string name)
        => All.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new EmException(EmErrorKind.InvalidArgument, "UnknownFilter", $"There is no filter '{name}'; there are {string.Join(", ", All.Select(f => f.Name))}.", name);
}
