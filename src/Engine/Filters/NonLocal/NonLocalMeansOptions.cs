namespace EmTools.Engine.Filters.NonLocal;

/// <summary>Parameters of <c>NonLocalMeans</c>.</summary>
public sealed record NonLocalMeansOptions : FilterOptions, INeighbourOptions
{
    /// <inheritdoc/>
    [FilterParameter("Sections on either side that are looked at.", Unit = "sections", Minimum = 0, Maximum = 50)]
    public int Radius { get; init; } = 2;

    /// <summary>Side of the block whose similarity is taken.</summary>
    [FilterParameter("Side of the block of pixels whose similarity is taken.", Unit = "pixels", PublishedName = "BLOCK", Minimum = 1, Maximum = 63, Odd = true)]
    public int Block { get; init; } = 7;

    /// <summary>Side of the square in which similar blocks are looked for.</summary>
    [FilterParameter("Side of the square in which similar blocks are looked for, in every section.", Unit = "pixels", PublishedName = "NBHOOD", Minimum = 1, Maximum = 101, Odd = true)]
    public int Neighborhood { get; init; } = 11;

    /// <summary>Candidates that are averaged.</summary>
    [FilterParameter("How many of the most similar candidates are averaged.", PublishedName = "WEIGHT_COUNT", Minimum = 1, Maximum = 1000)]
    public int WeightCount { get; init; } = 10;

    /// <summary>The largest weight that a candidate can have; absent, its score.</summary>
    [FilterParameter("The largest weight that a candidate can have; absent, its score, at most 1.", PublishedName = "clip", Minimum = 0, Maximum = 1, Optional = true)]
    public double Clip { get; init; } = double.NaN;

    /// <summary>The weight with which the section's own pixel enters as the first candidate; absent, it enters by its score.</summary>
    [FilterParameter("The weight with which the section's own pixel enters as a first candidate; absent, it has no place of its own.", PublishedName = "source_weight", Minimum = 0, Maximum = 1, Optional = true)]
    public double SourceWeight { get; init; } = double.NaN;

    /// <summary>Weights of the sections of the window, 2 radius + 1 of them, first to last.</summary>
    [FilterParameter("Weights of the sections of the window, first to last, 2 Radius + 1 values; sections of weight 0 are left out.", PublishedName = "section_weight", Minimum = 0, Optional = true)]
    public double[]? SectionWeight { get; init; }

    /// <summary>Multiply the scores by the sections' weights before the best are chosen, not after.</summary>
    [FilterParameter("Multiply scores by the sections' weights before the best are chosen, not after.", PublishedName = "adjust_xcorr")]
    public bool AdjustScore { get; init; }

    /// <summary>Size of patches (y, x) that are worked on one by one; absent: the section as a whole.</summary>
    [FilterParameter("Size y, x of patches that are worked on as if each were a section; absent, the section is seamless.", Unit = "pixels", PublishedName = "patch_shape", MinimumCount = 2, MaximumCount = 2, Minimum = 1, Optional = true)]
    public int[]? PatchSize { get; init; }

    /// <summary>How far patches (y, x) overlap; half of it is dropped on either side.</summary>
    [FilterParameter("How far patches overlap in y and x; half of it is dropped on either side.", Unit = "pixels", PublishedName = "overlap", MinimumCount = 2, MaximumCount = 2, Minimum = 0)]
    public int[] PatchOverlap { get; init; } = [16, 16];

    /// <inheritdoc/>
    public bool Symmetric => false;

    /// <inheritdoc/>
    public void Validate()
    {
        if (SectionWeight is not null && SectionWeight.Length != 2 * Radius + 1)
            throw new EmException(EmErrorKind.InvalidArgument, "SectionWeightCount", $"NonLocalMeans -SectionWeight: expected {2 * Radius + 1} weights, one for each section of a window of radius {Radius}, found {SectionWeight.Length}.", nameof(SectionWeight));
        if (SectionWeight is not null && SectionWeight.All(weight => weight == 0))
            throw new EmException(EmErrorKind.InvalidArgument, "SectionWeightZero", "NonLocalMeans -SectionWeight: all weights are 0, which leaves nothing to average.", nameof(SectionWeight));
        if (PatchSize is not null && (PatchSize[0] <= PatchOverlap[0] || PatchSize[1] <= PatchOverlap[1]))
            throw new EmException(EmErrorKind.InvalidArgument, "PatchOverlap", $"NonLocalMeans -PatchOverlap: patches of {PatchSize[0]} x {PatchSize[1]} pixels (y, x) cannot overlap by {PatchOverlap[0]} x {PatchOverlap[1]}; make them larger than that.", nameof(PatchOverlap));
    }
}
