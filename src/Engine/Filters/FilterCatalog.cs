using System.Collections.Immutable;
using EmTools.Engine.Filters.AdaptiveDestriping;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Filters.Enhancing;
using EmTools.Engine.Filters.ExponentialDenoising;
using EmTools.Engine.Filters.Geometry;
using EmTools.Engine.Filters.Milling;
using EmTools.Engine.Filters.NeighbourCorrelation;
using EmTools.Engine.Filters.NonLocal;
using EmTools.Engine.Filters.Ranges;
using EmTools.Engine.Filters.SameSignDenoising;
using EmTools.Engine.Filters.TransformDenoising;

namespace EmTools.Engine.Filters;

/// <summary>All filters, by name.</summary>
/// <remarks>
/// A filter whose results change by a bit, for any input or parameters, is raised by one revision here; see <see cref="FilterDefinition.Revision"/>.
/// </remarks>
public static class FilterCatalog
{
    /// <summary>The published filters in the order in which a pipeline uses them, then the others.</summary>
    public static ImmutableArray<FilterDefinition> All { get; } =
    [
        new FilterDefinition<DestripeOptions>(
            "Destripe",
            revision: 1,
            "Removes stripes (curtains) at several widths: splits the section into bands, tells stripes from tissue by their shape or strength, and subtracts their average along the stripe.",
            takesMask: true,
            Destripe.Compute,
            workingBytes: Destripe.WorkingBytes),
        new VolumeFilterDefinition<DenoiseOptions>(
            Denoise.Name,
            revision: 1,
            "Removes noise from the finest bands where they do not vary together with the coarser image, by a sigmoid of their local covariance.",
            Denoise.Compute,
            Denoise.Window),
        new FilterDefinition<ContrastOptions>(
            "Contrast",
            revision: 1,
            "Raises local contrast where the section is dark, equalises the histogram as a clipped Gaussian, and gives 8-bit (or 16-bit or float) pixels.",
            takesMask: true,
            Contrast.Compute,
            options => options.PixelType),
        new DestripeAdaptiveFilter(),
        new DenoiseTransformFilter(),
        new VolumeFilterDefinition<DenoiseExponentialOptions>(
            DenoiseExponential.Name,
            revision: 1,
            "Removes noise by the correlation of each band with the coarser image, with exponential weights: adapts to the section's own contrast, and can sharpen.",
            DenoiseExponential.Compute,
            DenoiseExponential.Window),
        new VolumeFilterDefinition<DenoiseSameSignOptions>(
            DenoiseSameSign.Name,
            revision: 1,
            "Averages each pixel with neighbours on the same side of the local mean, at several scales: smooths within structures and not across their borders.",
            DenoiseSameSign.Compute,
            DenoiseSameSign.Window),
        new FilterDefinition<EnhanceOptions>(
            Enhance.Name,
            revision: 1,
            "Strengthens the detail of the finest bands, for chosen grey levels and near edges.",
            takesMask: false,
            Enhance.Compute,
            workingBytes: Enhance.WorkingBytes),
        new NeighbourFilterDefinition<NonLocalMeansOptions>(
            "NonLocalMeans",
            revision: 1,
            "Averages each pixel with those pixels of its own and of neighbouring sections whose surroundings are most like its own.",
            takesReference: true,
            NonLocalMeans.Compute),
        new NeighbourFilterDefinition<NeighborhoodCorrelationOptions>(
            "NeighborhoodCorrelation",
            revision: 1,
            "Averages each pixel with those around it in three dimensions whose surrounding cubes are most like its own.",
            takesReference: false,
            NeighborhoodCorrelation.Compute),
        new NeighbourFilterDefinition<MillingCorrectionOptions>(
            "MillingCorrection",
            revision: 1,
            "Corrects uneven section thickness: interpolates, around each pixel, at the place in z where it would lie if all sections were equally thick.",
            takesReference: false,
            MillingCorrection.Compute) { LargestMagnitude = 1e9 }, // products of four grey levels
        new FilterDefinition<RescaleOptions>(
            "Rescale",
            revision: 1,
            "Stretches the grey levels linearly from the smallest and largest, or from given ones, to a range.",
            takesMask: false,
            Rescale.Compute,
            options => options.PixelType) { LargestMagnitude = 1e37 }, // differences
        new FilterDefinition<CompressOutliersOptions>(
            "CompressOutliers",
            revision: 1,
            "Stretches the bulk of the grey levels linearly over most of a range and compresses outliers into its ends, without clipping.",
            takesMask: false,
            CompressOutliers.Compute,
            options => options.PixelType) { LargestMagnitude = 1e37 }, // differences
        new CropFilter(),
        new BinFilter(),
    ];

    /// <summary>The filter of that name, whatever its letters' case.</summary>
    /// <exception cref="EmException">There is none.</exception>
    public static FilterDefinition Get(string name)
        => All.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new EmException(EmErrorKind.InvalidArgument, "UnknownFilter", $"There is no filter '{name}'; there are {string.Join(", ", All.Select(f => f.Name))}.", name);
}
