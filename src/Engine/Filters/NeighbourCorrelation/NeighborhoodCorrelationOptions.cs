namespace EmTools.Engine.Filters.NeighbourCorrelation;

/// <summary>Parameters of <c>NeighborhoodCorrelation</c>.</summary>
public sealed record NeighborhoodCorrelationOptions : FilterOptions, INeighbourOptions
{
    /// <summary>Side of the cube whose similarity is taken.</summary>
    [FilterParameter("Side of the cube of pixels whose similarity is taken.", Unit = "pixels", PublishedName = "BLOCK", Minimum = 1, Maximum = 31, Odd = true)]
    public int Block { get; init; } = 3;

    /// <summary>Side of the cube in which similar places are looked for.</summary>
    [FilterParameter("Side of the cube in which similar places are looked for.", Unit = "pixels", PublishedName = "NBHOOD", Minimum = 3, Maximum = 31, Odd = true)]
    public int Neighborhood { get; init; } = 3;

    /// <summary>Candidates that are averaged, where no smallest score is given.</summary>
    [FilterParameter("How many of the most similar places are averaged; without effect where MinimumScore is given.", PublishedName = "K", Minimum = 1, Maximum = 1000)]
    public int WeightCount { get; init; } = 4;

    /// <summary>Average all places of a higher score, in place of a number of them.</summary>
    [FilterParameter("Average all places whose correlation is higher than this, in place of a number of them.", PublishedName = "min_xcorr", Minimum = 0, Maximum = 1, Optional = true)]
    public double MinimumScore { get; init; } = double.NaN;

    /// <summary>The sections that the cubes around the places reach.</summary>
    public int Radius => Neighborhood / 2 + Block / 2;

    /// <inheritdoc/>
    public bool Symmetric => false;

    /// <inheritdoc/>
    public void Validate()
    {
    }
}
