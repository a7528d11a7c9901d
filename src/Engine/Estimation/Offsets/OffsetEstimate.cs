using System.Collections.Immutable;

namespace EmTools.Engine.Estimation.Offsets;

/// <summary>Estimated offsets of a stack, one value a section from index 0 on, in grey levels.</summary>
public sealed record OffsetEstimate
{
    /// <summary>The mean that corrected sections have by default, that of the published tables.</summary>
    public const double DefaultTarget = 32768;

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

    /// <summary>Sections of the stack.</summary>
    public int Count => CorrectedMean.Length;

    /// <summary>What is to be subtracted from a section: <c>mean_c</c> less the target.</summary>
    public double Offset(int index) => CorrectedMean[index] - Target;
}
