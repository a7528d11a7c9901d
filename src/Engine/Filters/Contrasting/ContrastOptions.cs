using System.Globalization;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Contrasting;

/// <summary>Which value of a pixel's neighbourhood decides how far its contrast is raised.</summary>
public enum ContrastMethod
{
    /// <summary>The pixel itself.</summary>
    Image,

    /// <summary>The middle between the smallest and the largest value around it.</summary>
    Middle,

    /// <summary>The largest value around it.</summary>
    Maximum,

    /// <summary>The smallest value around it.</summary>
    Minimum,
}

/// <summary>Where the range goes that clipping the histogram's peak frees.</summary>
public enum Redistribution
{
    /// <summary>To the values below the clipped peak.</summary>
    Leftmost,

    /// <summary>To the values below the peak's end.</summary>
    Left,

    /// <summary>To all values.</summary>
    Full,
}

/// <summary>Parameters of <c>Contrast</c>. The defaults are the published ones for 16-bit sections.</summary>
public sealed record ContrastOptions : FilterOptions, ILevelledOptions, IGreyLevelOptions
{
    /// <summary>A mean farther from the stack's level than so many times the width makes nearly all pixels black or white.</summary>
    private const double Farthest = 2;

    /// <summary>The output's range (lo, hi); a single value r means (0, r).</summary>
    [FilterParameter("The output's range, lowest and highest; a single value r means 0, r.", Unit = "grey levels", PublishedName = "drange", MaximumCount = 2)]
    public double[] Range { get; init; } = [0, 255];

    /// <summary>The output's type.</summary>
    [FilterParameter("The output's type; integers are truncated toward zero.", PublishedName = "dtype")]
    public PixelType PixelType { get; init; } = PixelType.UInt8;

    /// <summary>Length of the moving average behind the local mean, applied twice along both axes.</summary>
    [FilterParameter("Length of the moving average that gives the local mean (applied twice along both axes).", Unit = "pixels", PublishedName = "smoothing", Minimum = 1, Maximum = 1_000_001, Odd = true)]
    public int Smoothing { get; init; } = 501;

    /// <summary>Which value decides how far contrast is raised.</summary>
    [FilterParameter("Which value of the neighbourhood decides how far contrast is raised: the pixel itself (Image), or the Middle, Maximum or Minimum around it.", PublishedName = "method")]
    public ContrastMethod Method { get; init; } = ContrastMethod.Image;

    /// <summary>Width of the transition from raised to unraised contrast.</summary>
    [FilterParameter("Width of the transition between raised (dark) and unraised (bright) values.", Unit = "grey levels", PublishedName = "sigma", Minimum = double.Epsilon)]
    public double Sigma { get; init; } = 2000;

    /// <summary>Where the transition lies, from the local mean.</summary>
    [FilterParameter("Where the transition lies, counted from the local mean.", Unit = "grey levels", PublishedName = "offset")]
    public double Offset { get; init; } = -2000;

    /// <summary>How far local contrast is raised; 0 leaves it.</summary>
    [FilterParameter("How far local contrast is raised at most; 0 leaves it as it is.", PublishedName = "ratio", Minimum = 0)]
    public double Ratio { get; init; } = 2;

    /// <summary>Side of the square in which the smallest and the largest value are taken.</summary>
    [FilterParameter("Side of the square in which the smallest and the largest value are taken.", Unit = "pixels", PublishedName = "minmax_size", Minimum = 1, Maximum = 10_001, Odd = true)]
    public int MinMaxSize { get; init; } = 5;

    /// <summary>Local means to compress (lo, hi), or null.</summary>
    [FilterParameter("Range of local means to compress, lowest and highest; not used when left out.", Unit = "grey levels", PublishedName = "compress_range", MinimumCount = 2, MaximumCount = 2, Optional = true)]
    public double[]? CompressRange { get; init; }

    /// <summary>What is left of the compressed range.</summary>
    [FilterParameter("What is left of the compressed range, as a share.", PublishedName = "compress_ratio", Minimum = 0, Maximum = 1)]
    public double CompressRatio { get; init; } = 0.1;

    /// <summary>The part of the histogram's peak (a, b) to clip; a single value c means (-|c|, |c|), 0 none.</summary>
    [FilterParameter("The part of the histogram's peak to clip, from and to; a single value c means -c, c, and 0 clips nothing.", Unit = "standard deviations", PublishedName = "clip", MaximumCount = 2)]
    public double[] Clip { get; init; } = [-0.8, 0.8];

    /// <summary>Clip nothing.</summary>
    [FilterParameter("Clip nothing of the histogram's peak.", PublishedName = "clip (none)")]
    public bool NoClip { get; init; }

    /// <summary>Where the freed range goes.</summary>
    [FilterParameter("Where the range goes that clipping frees: to the values below the peak (Leftmost), below the peak's end (Left), or to all (Full).", PublishedName = "redistribute")]
    public Redistribution Redistribute { get; init; } = Redistribution.Leftmost;

    /// <summary>Standard deviation of the section's values around <see cref="Mean"/>.</summary>
    [FilterParameter("Standard deviation that the section's values are taken to have around the mean.", Unit = "grey levels", PublishedName = "hp_sigma", Minimum = double.Epsilon)]
    public double HighPassSigma { get; init; } = 1250;

    /// <summary>The value that becomes the middle of the output; pixels without data get it.</summary>
    [FilterParameter("The mean of the section's values; pixels outside the mask get it. Where it is not given, that of the calibration whose offsets the section has.", Unit = "grey levels", PublishedName = "mean")]
    public double Mean { get; init; } = GreyLevels.PublishedMean;

    /// <inheritdoc/>
    string? IGreyLevelOptions.Unfit(PixelLevels levels)
    {
        // Three standard deviations from the mean, all but a thousandth of the output's range is used up.
        double reach = 3 * HighPassSigma;
        return levels.Count > 0 && (levels.Highest < Mean - reach || levels.Lowest > Mean + reach)
            ? string.Create(CultureInfo.InvariantCulture, $"the section's grey levels, {levels.Lowest:G6} to {levels.Highest:G6}, lie wholly outside what -Mean {Mean:G6} and -HighPassSigma {HighPassSigma:G6} are made for ({Mean - reach:G6} to {Mean + reach:G6}), so the result is all black or all white. Give the section's own level and spread, or have them chosen by Get-EmSuggestion")
            : null;
    }

    /// <inheritdoc/>
    public void Validate()
    {
        (double low, double high) = OutputRange;
        if (low > high)
            throw Wrong("RangeReversed", $"-Range: the lowest value {low} is above the highest {high}.", nameof(Range));
        if (PixelType.Maximum() is { } maximum && (low < 0 || high > maximum))
            throw Wrong("RangeBeyondType", $"-Range {low}, {high} does not fit into {PixelType}, which holds 0 to {maximum}; narrow the range or choose another -PixelType.", nameof(Range));
        if (CompressRange is [double from, double to] && from > to)
            throw Wrong("CompressRangeReversed", $"-CompressRange: the lowest value {from} is above the highest {to}.", nameof(CompressRange));
        if (Clip is [double a, double b] && a > b)
            throw Wrong("ClipReversed", $"-Clip: {a} is above {b}.", nameof(Clip));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Levelled => [nameof(Mean), nameof(Sigma), nameof(Offset), nameof(HighPassSigma)];

    /// <inheritdoc/>
    public ILevelledOptions ForLevels(GreyLevels levels, IReadOnlySet<string> given)
    {
        ArgumentNullException.ThrowIfNull(levels);
        ArgumentNullException.ThrowIfNull(given);
        ContrastOptions options = given.Contains(nameof(Mean)) ? this : this with { Mean = levels.Mean };
        return levels.Scale == 1 ? options : options with
        {
            Sigma = Scaled(nameof(Sigma), Sigma),
            Offset = Scaled(nameof(Offset), Offset),
            HighPassSigma = Scaled(nameof(HighPassSigma), HighPassSigma),
        };

        double Scaled(string name, double value) => given.Contains(name) ? value : GreyLevels.Rounded(value * levels.Scale);
    }

    /// <inheritdoc/>
    public string? Misfit(GreyLevels levels)
    {
        ArgumentNullException.ThrowIfNull(levels);
        return Math.Abs(Mean - levels.Mean) > Farthest * HighPassSigma
            ? string.Create(CultureInfo.InvariantCulture, $"Contrast -Mean {Mean:G6} is far from {levels.Mean:G6}, the mean to which the calibration brings these sections, for a -HighPassSigma of {HighPassSigma:G4}: most pixels would come out {(Mean < levels.Mean ? "white" : "black")}. Leave -Mean out to take the calibration's.")
            : null;
    }

    /// <summary>The range as a pair.</summary>
    internal (double Low, double High) OutputRange => Range is [double low, double high] ? (low, high) : (Math.Min(0, Range[0]), Math.Max(0, Range[0]));

    /// <summary>What is clipped of the peak, or null for nothing.</summary>
    internal (double From, double To)? ClipRange => NoClip ? null : Clip switch
    {
        [double a, double b] => a == b ? null : (a, b),
        [double c] => c == 0 ? null : (-Math.Abs(c), Math.Abs(c)),
        _ => null,
    };

    private static EmException Wrong(string id, FormattableString message, string parameter)
        => new(EmErrorKind.InvalidArgument, id, "Contrast " + FormattableString.Invariant(message), parameter);
}
