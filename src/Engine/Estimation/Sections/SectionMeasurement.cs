namespace EmTools.Engine.Estimation.Sections;

/// <summary>
/// What is kept of a measured section: a few numbers and the box means that the background is fitted to. A stack's
/// measurements are the union of its sections', whatever runs made them.
/// </summary>
public sealed record SectionMeasurement
{
    /// <summary>The section's place in the stack (axis z).</summary>
    public required int Index { get; init; }

    /// <summary>Mean over the tissue, in grey levels; NaN where there is none.</summary>
    public required double Mean { get; init; }

    /// <summary>
    /// Standard error of <see cref="Mean"/> as a mean of tissue, in grey levels: from the spread of the box means, as
    /// pixels of one box vary together.
    /// </summary>
    public required double MeanError { get; init; }

    /// <summary>Share of the pixels that are no tissue: artificial background, saturated, or without a value; 0 to 1.</summary>
    public required double MaskedShare { get; init; }

    /// <summary>Share of the pixels that stand at either end of their type's range; 0 to 1.</summary>
    public required double SaturatedShare { get; init; }

    /// <summary>How far the tissue's pixels spread, one standard deviation in grey levels; NaN where there is none. See <see cref="Imaging.PixelSpread"/>.</summary>
    public double Spread { get; init; } = double.NaN;

    /// <summary>True when the section is equal to the one before, block by block: the same image twice.</summary>
    public bool Duplicate { get; init; }

    /// <summary>The measured section before this one, or null for the first.</summary>
    public int? Previous { get; init; }

    /// <summary>Robust location of the difference to <see cref="Previous"/> over the blocks that are tissue in both, in grey levels; NaN where there are none.</summary>
    public double Change { get; init; } = double.NaN;

    /// <summary>Standard error of <see cref="Change"/>, in grey levels.</summary>
    public double ChangeError { get; init; } = double.NaN;

    /// <summary>Share of the blocks that <see cref="Change"/> rests on, 0 to 1.</summary>
    public double ComparedShare { get; init; }

    /// <summary>Means of the background's boxes, row by row, in grey levels, curtains removed; NaN where there is too little tissue.</summary>
    public required IReadOnlyList<float> Boxes { get; init; }
}
