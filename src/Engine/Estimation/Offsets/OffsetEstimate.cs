using System.Collections.Immutable;
using EmTools.Engine.Calibration;

namespace EmTools.Engine.Estimation.Offsets;

/// <summary>Estimated offsets of a stack, one value a section from index 0 on, in grey levels.</summary>
public sealed record OffsetEstimate
{
    /// <summary>The mean that corrected 16-bit sections have by default: that which <c>Contrast</c> expects. The published tables bring theirs to 32768, background included.</summary>
    public const double DefaultTarget = GreyLevels.PublishedMean;

    /// <summary>Measured means; NaN where a section is missing.</summary>
    public required ImmutableArray<double> Mean { get; init; }

    /// <summary>Standard errors of the means.</summary>
    public required ImmutableArray<double> MeanError { get; init; }

    /// <summary>Measured changes from the section before; 0 for the first, NaN where unknown.</summary>
    public required ImmutableArray<double> Change { get; init; }

    /// <summary>Standard errors of the changes.</summary>
    public required ImmutableArray<double> ChangeError { get; init; }

    /// <summary>The brightness that means and changes together tell of (<c>mean_c</c>).</summary>
    public required ImmutableArray<double> CorrectedMean { get; init; }

    /// <summary>Standard errors of <see cref="CorrectedMean"/>; of interpolated values, those of their neighbours added up.</summary>
    public required ImmutableArray<double> CorrectedError { get; init; }

    /// <summary>What is remarkable about each section.</summary>
    public required ImmutableArray<SectionQuality> Quality { get; init; }

    /// <summary>The mean that corrected sections have.</summary>
    public double Target { get; init; } = DefaultTarget;

    /// <summary>How alike the contents of neighbouring sections are, as the data tell: the correlation of what tissue does to their means, 0 to 1.</summary>
    public double ContentCorrelation { get; init; }

    /// <summary>Index of the stack's first section; values before it are NaN.</summary>
    public int First { get; init; }

    /// <summary>Values: the index after the stack's last section.</summary>
    public int Count => CorrectedMean.Length;

    /// <summary>What is to be subtracted from a section: <c>mean_c</c> less the target.</summary>
    public double Offset(int index) => CorrectedMean[index] - Target;
}
