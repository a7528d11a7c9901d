namespace EmTools.Engine.Filters.SameSignDenoising;

/// <summary>What counts as the neighbourhood in which a band changes its sign.</summary>
public enum StructuringElement
{
    /// <summary>None: edges are not treated apart.</summary>
    None,

    /// <summary>The 4 (in three dimensions 6) nearest neighbours.</summary>
    Minimal,

    /// <summary>The 3 x 3 (x 3) square.</summary>
    Full,
}

/// <summary>Parameters of <c>DenoiseSameSign</c>.</summary>
public sealed record DenoiseSameSignOptions : FilterOptions, INeighbourOptions
{
    /// <summary>Scales to work on.</summary>
    [FilterParameter("How many scales to work on.", PublishedName = "scales", Minimum = 1, Maximum = 16)]
    public int ScaleCount { get; init; } = 3;

    /// <summary>The neighbourhood in which a change of sign makes a pixel an edge.</summary>
    [FilterParameter("The neighbourhood in which a change of sign makes a pixel an edge; edges and other pixels are averaged apart. None treats all alike.", PublishedName = "strel")]
    public StructuringElement Element { get; init; } = StructuringElement.Minimal;

    /// <summary>Average over longer windows at coarser scales.</summary>
    [FilterParameter("Average over longer windows at coarser scales.", PublishedName = "expand_window")]
    public bool ExpandWindow { get; init; }

    /// <summary>Share of the low-pass in every average.</summary>
    [FilterParameter("Share of the low-passed image that is mixed into every average.", PublishedName = "mix_lopass", Minimum = 0, Maximum = 1)]
    public double MixLowPass { get; init; }

    /// <summary>Average the next finer low-pass, not the image.</summary>
    [FilterParameter("Average the next finer low-passed image, not the image itself.", PublishedName = "use_lopass")]
    public bool UseLowPass { get; init; }

    /// <summary>Weight of a scale relative to the next finer one.</summary>
    [FilterParameter("Weight of a scale relative to the next finer one, from the second on.", PublishedName = "scale_reduction", Minimum = 0)]
    public double ScaleReduction { get; init; } = 1;

    /// <summary>Take the finest band as one, not as two halves.</summary>
    [FilterParameter("Take the finest band as one, not as two halves.", PublishedName = "split_hipass (off)")]
    public bool NoSplit { get; init; }

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
