using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.TransformDenoising;

/// <summary>Parameters of <c>DenoiseTransform</c>.</summary>
public sealed record DenoiseTransformOptions : FilterOptions, INeighbourOptions
{
    /// <summary>Side of the blocks.</summary>
    [FilterParameter("Side of the square blocks that are transformed: 4, 8 or 16. Larger ones suit smooth tissue and coarse noise, smaller ones fine detail.", Unit = "pixels", Minimum = 4, Maximum = 16)]
    public int Block { get; init; } = 8;

    /// <summary>The distance of neighbouring blocks.</summary>
    [FilterParameter("The distance of neighbouring blocks. 4 takes half the time and costs up to a decibel; 1 takes three times as long and gains up to half of one.", Unit = "pixels", Minimum = 1, Maximum = 16)]
    public int Step { get; init; } = 2;

    /// <summary>The noise's standard deviation, alike at all frequencies; NaN to measure it with its spectrum.</summary>
    [FilterParameter("Standard deviation of the noise, taken to be white. Without it, the noise and its spectrum are measured in every section.", Unit = "grey levels", Minimum = 0, Optional = true)]
    public double Noise { get; init; } = double.NaN;

    /// <summary>Coefficients below this many standard deviations of the noise count as noise in the first round.</summary>
    [FilterParameter("In the first round, coefficients of fewer standard deviations of the noise than this become 0.", Unit = "standard deviations", Minimum = 0, Maximum = 10)]
    public double HardThreshold { get; init; } = 2.7;

    /// <inheritdoc/>
    [FilterParameter("Sections on either side whose blocks are averaged in where they are like the section's own; 0 looks at the section alone.", Unit = "sections", Minimum = 0, Maximum = 10)]
    public int Radius { get; init; }

    /// <inheritdoc/>
    public bool Symmetric => false;

    /// <inheritdoc/>
    public void Validate()
    {
        if (Block is not (4 or 8 or 16))
            throw new EmException(EmErrorKind.InvalidArgument, "BlockSize", $"DenoiseTransform -Block must be 4, 8 or 16 pixels, found {Block}.", nameof(Block));
        if (Step > Block)
            throw new EmException(EmErrorKind.InvalidArgument, "StepTooLarge", $"DenoiseTransform -Step: blocks of {Block} pixels that are {Step} apart leave pixels out; take {Block} at most.", nameof(Step));
    }
}
