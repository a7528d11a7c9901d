using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Destriping;

/// <summary>How a band's stripes are told from tissue.</summary>
public enum StripeMethod
{
    /// <summary>By shape: what is strong, long, thin and close to the stripe direction is stripe; membranes that cross it are not.</summary>
    Predict,

    /// <summary>By strength: values beyond the threshold are clipped to it, or with a window left out.</summary>
    Limit,

    /// <summary>Values beyond the threshold are replaced by the nearest value within it.</summary>
    Nearest,

    /// <summary>Values beyond the threshold count with a fixed weight.</summary>
    Ratio,
}

/// <summary>Parameters of <c>Destripe</c>. The defaults are the published ones for 9000 x 13750 pixels at 16 bits.</summary>
public sealed record DestripeOptions : FilterOptions, IFilterOptions
{
    /// <summary>The way the stripes run.</summary>
    [FilterParameter("The way the stripes run: Vertical (along y, the usual curtains) or Horizontal (along x).", PublishedName = "direction")]
    public StripeDirection Direction { get; init; } = StripeDirection.Vertical;

    /// <summary>The method, one value a scale.</summary>
    [FilterParameter("How stripes are told from tissue, one value a scale: Predict by shape, Limit by strength, Nearest by replacing strong values, Ratio by a fixed weight.", PublishedName = "method")]
    public StripeMethod[] Method { get; init; } = [StripeMethod.Predict];

    /// <summary>Scales (octaves of stripe width) to work on.</summary>
    [FilterParameter("How many scales to work on; scale s holds stripes about 2^s pixels wide.", PublishedName = "scales", Minimum = 1, Maximum = 16)]
    public int ScaleCount { get; init; } = 6;

    /// <summary>Length of the average along the stripe, one value a scale.</summary>
    [FilterParameter("Length of the average along the stripe, one value a scale: stripes at least about this long are removed.", Unit = "pixels", PublishedName = "bands_len", Minimum = 1, Maximum = 1_000_001, Odd = true)]
    public int[] BandLength { get; init; } = [.. StripeScales.Lengths];

    /// <summary>Side of the square over which weights are smoothed, one value a scale; 0 for none.</summary>
    [FilterParameter("Side of the square over which the weights are smoothed, one value a scale; 0 smooths nothing.", Unit = "pixels", PublishedName = "mask_len", Minimum = 0, Maximum = 1001, Odd = true)]
    public int[] Window { get; init; } = [5, 9, 13, 19, 43, 75];

    /// <summary>Largest angle between a stripe and the direction, one value a scale.</summary>
    [FilterParameter("Largest angle between a stripe and the direction, one value a scale (Predict).", Unit = "degrees", PublishedName = "max_angle", Minimum = 0, Maximum = 90)]
    public double[] MaxAngle { get; init; } = [4.8];

    /// <summary>Largest ratio of a stripe's width to its length, one value a scale.</summary>
    [FilterParameter("Largest ratio of a stripe's width to its length, one value a scale (Predict).", PublishedName = "max_ratio", Minimum = 0)]
    public double[] MaxRatio { get; init; } = [0.3];

    /// <summary>Factor on the threshold, one value a scale.</summary>
    [FilterParameter("Factor on the threshold, one value a scale.", PublishedName = "thresh_mul", Minimum = 0)]
    public double[] ThresholdMultiplier { get; init; } = [1.67, 1];

    /// <summary>The threshold at the start of the stripe axis, in standard deviations of the band; NaN for 1.</summary>
    [FilterParameter("The threshold where the stripe axis begins (top or left), in standard deviations of the band; NaN for 1.", Unit = "standard deviations", PublishedName = "details.start", Minimum = 0, Optional = true)]
    public double ThresholdStart { get; init; } = 2.1;

    /// <summary>The threshold at the end of the stripe axis; NaN for the same as at the start.</summary>
    [FilterParameter("The threshold where the stripe axis ends (bottom or right); NaN for the same as at the start.", Unit = "standard deviations", PublishedName = "details.end", Minimum = 0, Optional = true)]
    public double ThresholdEnd { get; init; } = 1.5;

    /// <summary>Where along the axis, 0 to 1, the threshold turns from start to end; NaN for a straight line.</summary>
    [FilterParameter("Where along the stripe axis the threshold turns from start to end, as a share of its length; NaN for a straight line between them.", PublishedName = "details.middle", Optional = true)]
    public double ThresholdMiddle { get; init; } = 0.6;

    /// <summary>How sharply it turns there.</summary>
    [FilterParameter("How sharply the threshold turns at the middle.", Unit = "per axis length", PublishedName = "details.mul")]
    public double ThresholdSlope { get; init; } = 20;

    /// <summary>Rows over which the band's local energy is averaged; 0 for one threshold for the whole section.</summary>
    [FilterParameter("Positions along the stripe over which the band's energy is averaged for the threshold; 0 takes one average of the whole section.", Unit = "pixels", PublishedName = "details.len", Minimum = 0, Maximum = 1_000_001, Odd = true)]
    public int ThresholdWindow { get; init; } = 187;

    /// <summary>The weight of strong values, one value a scale; for <see cref="StripeMethod.Ratio"/>.</summary>
    [FilterParameter("The weight of values beyond the threshold, one value a scale; Ratio needs it, the other methods ignore it.", PublishedName = "weight", Minimum = 0, Maximum = 1, Optional = true)]
    public double[]? Weight { get; init; }

    /// <summary>Leave out the correction for what the average along the stripe takes of tissue.</summary>
    [FilterParameter("Leave out the gain correction, which makes up for the noise that the average along the stripe keeps.", PublishedName = "adjust_beta (off)")]
    public bool NoGainCorrection { get; init; }

    /// <inheritdoc/>
    public void Validate()
    {
        if (Method.Contains(StripeMethod.Ratio) && Weight is null)
            throw new EmException(EmErrorKind.InvalidArgument, "RatioNeedsWeight", "Destripe -Method Ratio needs -Weight, the weight of values beyond the threshold (0 to 1).", nameof(Weight));
    }

    /// <summary>The value of a per-scale list at a scale: the last one serves the scales beyond the list.</summary>
    internal static T At<T>(T[] list, int scale) => list[Math.Min(scale, list.Length - 1)];
}
