namespace EmTools.Engine.Filters.Milling;

/// <summary>How the likeness of two sections is measured.</summary>
public enum MillingMethod
{
    /// <summary>By their local correlation.</summary>
    Correlation,

    /// <summary>By their local covariance.</summary>
    Covariance,

    /// <summary>By the local variance of their difference.</summary>
    Variance,
}

/// <summary>Parameters of <c>MillingCorrection</c>.</summary>
public sealed record MillingCorrectionOptions : FilterOptions, INeighbourOptions
{
    /// <inheritdoc/>
    [FilterParameter("Sections on either side that are looked at.", Unit = "sections", Minimum = 1, Maximum = 15)]
    public int Radius { get; init; } = 2;

    /// <summary>Width of the weights along z for a section in its place.</summary>
    [FilterParameter("Width of the weights along z, for a place that is where it should be; it grows with the displacement.", Unit = "sections", PublishedName = "sigma", Minimum = 1e-3)]
    public double Sigma { get; init; } = 0.25;

    /// <summary>Side of the window in which sections are compared.</summary>
    [FilterParameter("Side of the window in which sections are compared.", Unit = "pixels", PublishedName = "nbhood", Minimum = 1, Maximum = 10001, Odd = true)]
    public int Neighborhood { get; init; } = 97;

    /// <summary>How the likeness of two sections is measured.</summary>
    [FilterParameter("How the likeness of two sections is measured.", PublishedName = "method")]
    public MillingMethod Method { get; init; } = MillingMethod.Correlation;

    /// <inheritdoc/>
    public bool Symmetric => true;

    /// <inheritdoc/>
    public void Validate()
    {
    }
}
