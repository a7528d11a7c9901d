namespace EmTools.Engine.Filters.ExponentialDenoising;

/// <summary>Parameters of <c>DenoiseExponential</c>.</summary>
public sealed record DenoiseExponentialOptions : FilterOptions, INeighbourOptions
{
    /// <summary>Scales to work on.</summary>
    [FilterParameter("How many scales to work on.", PublishedName = "scales", Minimum = 1, Maximum = 16)]
    public int ScaleCount { get; init; } = 3;

    /// <summary>Side of the window in which the covariance is taken, at the finest scale.</summary>
    [FilterParameter("Side of the window in which the covariance is taken, at the finest scale; twice as long, less one, at each coarser one.", Unit = "pixels", PublishedName = "wsize", Minimum = 1, Maximum = 1001, Odd = true)]
    public int Window { get; init; } = 7;

    /// <summary>How fast the share of noise falls with the correlation.</summary>
    [FilterParameter("How fast the share of noise exp(-correlation/sigma) falls: less keeps more detail and more noise.", PublishedName = "sigma", Minimum = 1e-6)]
    public double Sigma { get; init; } = 0.25;

    /// <summary>What is added to the kept part of the finest band's lower half, as a multiple of it.</summary>
    [FilterParameter("Sharpens: this many times the kept part of the lower half of the finest band is added.", PublishedName = "enhance", Minimum = -1)]
    public double Enhance { get; init; }

    /// <summary>Side of the window in which the standard deviations are taken; 0 for a quarter of the longest axis.</summary>
    [FilterParameter("Side of the window in which the standard deviations are taken; 0 is a quarter of the section's longest axis, plus 1.", Unit = "pixels", PublishedName = "lsize", Minimum = 0, Maximum = 100_001, Odd = true)]
    public int LocalSize { get; init; }

    /// <summary>Take the finest band as one, not as two halves.</summary>
    [FilterParameter("Take the finest band as one, not as two halves.", PublishedName = "split_hipass (off)")]
    public bool NoSplit { get; init; }

    /// <summary>Do not hand a scale's noise on to the next coarser one.</summary>
    [FilterParameter("Do not hand the noise of a scale on to the next coarser one.", PublishedName = "propagate_noise (off)")]
    public bool NoNoisePropagation { get; init; }

    /// <summary>Take negative correlations by their size, not as none.</summary>
    [FilterParameter("Take negative correlations for signal, by their size, and not for noise.", PublishedName = "crop_nratio (off)")]
    public bool NoCrop { get; init; }

    /// <summary>Sections on either side that the filter looks at in three dimensions; 0 for the section alone, in two.</summary>
    [FilterParameter("Sections on either side that are looked at, in three dimensions; 0 looks at every section alone, in two.", Unit = "sections", Minimum = 0, Maximum = 100)]
    public int Radius { get; init; }

    /// <inheritdoc/>
    public bool Symmetric => false;

    /// <inheritdoc/>
    public void Validate()
    {
    }
}
