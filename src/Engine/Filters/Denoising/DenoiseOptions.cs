using System.Globalization;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Denoising;

/// <summary>Parameters of <c>Denoise</c>. The defaults are the published ones for 16-bit sections.</summary>
public sealed record DenoiseOptions : FilterOptions, INeighbourOptions, IGreyLevelOptions
{
    /// <summary>Gain of the noise weight's sigmoid, one value a band, finest first.</summary>
    [FilterParameter("Gain of the noise weight 1/(1 + exp(gain * covariance + offset)), one value a band, finest first.", Unit = "per squared grey level", PublishedName = "sigmoid.gain")]
    public double[] Gain { get; init; } = [3.418e-6, 4.114e-6];

    /// <summary>Offset of the noise weight's sigmoid, one value a band, finest first.</summary>
    [FilterParameter("Offset of the noise weight's sigmoid, one value a band, finest first.", PublishedName = "sigmoid.offset")]
    public double[] Offset { get; init; } = [-1.123, 4.394];

    /// <summary>Scales to work on; 0 takes only the upper half of the finest band.</summary>
    [FilterParameter("How many scales to work on; 0 takes only the upper half of the finest band.", PublishedName = "scales", Minimum = 0, Maximum = 16)]
    public int ScaleCount { get; init; } = 1;

    /// <summary>Side of the window in which the covariance is taken, at the finest scale.</summary>
    [FilterParameter("Side of the window in which the covariance is taken, at the finest scale.", Unit = "pixels", PublishedName = "wsize", Minimum = 1, Maximum = 1001, Odd = true)]
    public int Window { get; init; } = 7;

    /// <summary>Take the finest band as one, not as two halves.</summary>
    [FilterParameter("Take the finest band as one, not as two halves.", PublishedName = "split_hipass (off)")]
    public bool NoSplit { get; init; }

    /// <summary>Do not hand a scale's noise on to the next coarser one.</summary>
    [FilterParameter("Do not hand the noise of a scale on to the next coarser one.", PublishedName = "propagate_noise (off)")]
    public bool NoNoisePropagation { get; init; }

    /// <summary>Sections on either side that the filter looks at in three dimensions; 0 for the section alone, in two.</summary>
    [FilterParameter("Sections on either side that are looked at, in three dimensions; 0 looks at every section alone, in two.", Unit = "sections", Minimum = 0, Maximum = 100)]
    public int Radius { get; init; }

    /// <inheritdoc/>
    public bool Symmetric => false;

    /// <inheritdoc/>
    string? IGreyLevelOptions.Unfit(PixelLevels levels)
    {
        // No covariance is larger than the variance of all pixels: below this, the weights are nearly the same everywhere.
        const double Least = 0.05;
        double gain = Gain.Select(Math.Abs).DefaultIfEmpty().Max();
        return levels.Deviation > 0 && gain > 0 && gain * levels.Deviation * levels.Deviation < Least
            ? string.Create(CultureInfo.InvariantCulture, $"the section's grey levels spread by {levels.Deviation:G3}, and -Gain is made for structures that differ by some {1 / Math.Sqrt(gain):G3}: noise is told from structure nowhere, and the same share of the finest detail is taken everywhere. Have -Gain and -Offset chosen by Get-EmSuggestion")
            : null;
    }

    /// <inheritdoc/>
    public void Validate()
    {
    }
}
