using System.Globalization;
using EmTools.Engine.Estimation.Offsets;

namespace EmTools.Cmdlets;

/// <summary>One row of a calibration's table of offsets.</summary>
public sealed class EmSectionOffset
{
    /// <summary>The section's place in the stack.</summary>
    public required int Index { get; init; }

    /// <summary>Mean over its tissue, in grey levels; NaN where it was not measured.</summary>
    public required double Mean { get; init; }

    /// <summary>Standard error of the mean as a mean of tissue.</summary>
    public required double MeanError { get; init; }

    /// <summary>Robust change from the section measured before it.</summary>
    public required double Change { get; init; }

    /// <summary>Standard error of the change.</summary>
    public required double ChangeError { get; init; }

    /// <summary>The brightness that means and changes together tell of.</summary>
    public required double CorrectedMean { get; init; }

    /// <summary>Standard error of the corrected mean.</summary>
    public required double CorrectedError { get; init; }

    /// <summary>What is subtracted.</summary>
    public required double Offset { get; init; }

    /// <summary>Share of the pixels that are no tissue, 0 to 1.</summary>
    public required double MaskedShare { get; init; }

    /// <summary>Missing, Jump, Outlier, or None.</summary>
    public required SectionQuality Quality { get; init; }

    /// <summary>Index and offset.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}: {Offset:0.##}");
}
