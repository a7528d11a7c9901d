namespace EmTools.Engine.Estimation.Offsets;

/// <summary>What was measured of a section's brightness.</summary>
/// <param name="Index">The section's place in the stack.</param>
/// <param name="Mean">Mean over its tissue, in grey levels; NaN where there is none.</param>
/// <param name="MeanError">Standard error of the mean as a mean of tissue: how far what happens to be in the section moves it; grey levels.</param>
/// <param name="Change">Difference to the section measured before it, whatever entered or left in between; grey levels, NaN where unknown.</param>
/// <param name="ChangeError">Standard error of the change, in grey levels.</param>
/// <param name="Duplicate">True when the section is equal to the one before.</param>
public readonly record struct SectionLevel(int Index, double Mean, double MeanError, double Change, double ChangeError, bool Duplicate = false);

/// <summary>What is remarkable about a section's offset.</summary>
[Flags]
public enum SectionQuality
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The section was not measured, or holds no tissue: its offset is interpolated.</summary>
    Missing = 1,

    /// <summary>The brightness jumps from the section before to this one.</summary>
    Jump = 2,

    /// <summary>Mean and change contradict each other here: look at the section and its neighbours.</summary>
    Outlier = 4,

    /// <summary>The section is equal to the one before: the same image twice.</summary>
    Duplicate = 8,
}
