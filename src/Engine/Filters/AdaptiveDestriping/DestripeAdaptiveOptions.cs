using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>Parameters of <c>DestripeAdaptive</c>. No value is in grey levels: the filter follows the section's own.</summary>
public sealed record DestripeAdaptiveOptions : FilterOptions, INeighbourOptions
{
    /// <summary>The way the stripes run.</summary>
    [FilterParameter("The way the stripes run: Vertical (along y, the usual curtains) or Horizontal (along x).")]
    public StripeDirection Direction { get; init; } = StripeDirection.Vertical;

    /// <summary>The angle by which the stripes are slanted against the direction.</summary>
    [FilterParameter("How far the stripes are slanted against the direction: above 0 where vertical stripes go to the right on their way down, or horizontal ones down on their way to the right.", Unit = "degrees", Minimum = -45, Maximum = 45)]
    public double Angle { get; init; }

    /// <summary>Rows that are averaged to a block before anything is estimated.</summary>
    [FilterParameter("Rows that are averaged before anything is estimated. 16 takes half the time at nearly the same error, for stripes that are slanted by less than 2 degrees.", Unit = "pixels", PublishedName = "q", Minimum = 1, Maximum = 64)]
    public int BlockRows { get; init; } = 8;

    /// <summary>Octaves of stripe width to work on.</summary>
    [FilterParameter("How many octaves of stripe width to work on; scale s holds stripes about 2^s pixels wide. Too many do no harm.", PublishedName = "bands", Minimum = 1, Maximum = 12)]
    public int ScaleCount { get; init; } = 8;

    /// <summary>Lengths of the averages along the stripe, ascending.</summary>
    [FilterParameter("Lengths of the averages along the stripe, ascending. The first is the shortest piece that counts as a stripe; lengths far beyond the section are left out.", Unit = "pixels", PublishedName = "lengths", Minimum = 1, Maximum = 1_000_000, MaximumCount = 8)]
    public int[] Length { get; init; } = [59, 165, 471, 1321, 3763];

    /// <summary>How often weights and stripes are estimated in turn.</summary>
    [FilterParameter("How often weights and stripes are estimated in turn. 3, with an Oversubtraction of 1.6, for curtains that are stronger than the tissue's own contrast.", PublishedName = "iterations", Minimum = 1, Maximum = 10)]
    public int IterationCount { get; init; } = 2;

    /// <summary>The power of the local energy in the weights.</summary>
    [FilterParameter("How little strong structures count in the averages: weights are (v + WeightFloor)^-WeightPower of the local energy v. 0 counts all alike.", PublishedName = "power", Minimum = 0, Maximum = 4)]
    public double WeightPower { get; init; } = 0.75;

    /// <summary>What is added to the local energy in the weights, in its median.</summary>
    [FilterParameter("What is added to the local energy in the weights, as a share of its median.", PublishedName = "floor", Minimum = 0.001, Maximum = 1000)]
    public double WeightFloor { get; init; } = 0.5;

    /// <summary>The share of the finer scale in the local energy.</summary>
    [FilterParameter("The share of the finer scale's local energy in that of a scale.", PublishedName = "cross", Minimum = 0, Maximum = 1)]
    public double CrossScale { get; init; } = 0.5;

    /// <summary>The factor on the tissue's energy.</summary>
    [FilterParameter("The factor on the tissue's energy where the stripes' share is reckoned. 1 comes nearest to striped tissue but takes more out of tissue without stripes; 2 hardly ever touches tissue.", PublishedName = "oversubtract", Minimum = 0.1, Maximum = 10)]
    public double Oversubtraction { get; init; } = 1.4;

    /// <summary>The slope, in the finest scale, of the slanted directions in which tissue is measured.</summary>
    [FilterParameter("The slope dx/dy, in the finest scale, of the two slanted directions in which tissue alone is measured; it doubles from scale to scale. Must be above the slope by which stripes vary.", PublishedName = "shear_fine", Minimum = 0.001, Maximum = 2)]
    public double FineSlope { get; init; } = 0.09;

    /// <summary>The largest slope of these directions.</summary>
    [FilterParameter("The largest slope dx/dy of these directions.", PublishedName = "shear_max", Minimum = 0.001, Maximum = 2)]
    public double MaxSlope { get; init; } = 0.25;

    /// <summary>The window of the local gain, in units of the scale's stripe width; 0 for one gain for the section.</summary>
    [FilterParameter("Width of the window in which the stripes' share is reckoned, in widths of the scale's stripes (2^s pixels); 0 takes one share for the whole section.", Unit = "stripe widths", PublishedName = "local", Minimum = 0, Maximum = 100)]
    public double LocalWindow { get; init; } = 10;

    /// <summary>The share of the whole section in the local gain.</summary>
    [FilterParameter("The share of the whole section in the local share of stripes.", PublishedName = "rho", Minimum = 0, Maximum = 1)]
    public double GlobalShare { get; init; } = 0.3;

    /// <inheritdoc/>
    [FilterParameter("Sections on either side that tell tissue from stripes; 0 looks at the section alone. Neighbours that are not like the section are left out by themselves.", Unit = "sections", Minimum = 0, Maximum = 3)]
    public int Radius { get; init; }

    /// <summary>The share of the neighbours that is taken out before the weights are made.</summary>
    [FilterParameter("The share of the neighbours that is taken out of the section before its local energy is measured (Radius above 0).", PublishedName = "neighbour_preview", Minimum = 0, Maximum = 1)]
    public double NeighborPreview { get; init; } = 0.7;

    /// <inheritdoc/>
    public bool Symmetric => false;

    /// <inheritdoc/>
    public void Validate()
    {
        for (int i = 1; i < Length.Length; i++)
        {
            if (Length[i] <= Length[i - 1])
                throw new EmException(EmErrorKind.InvalidArgument, "LengthOrder", $"DestripeAdaptive -Length: lengths must ascend, found {Length[i]} after {Length[i - 1]}.", nameof(Length));
        }
    }
}
