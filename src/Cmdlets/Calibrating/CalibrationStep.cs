namespace EmTools.Cmdlets;

/// <summary>Which part of a calibration Measure-EmStack makes.</summary>
public enum CalibrationStep
{
    /// <summary>All of it.</summary>
    All,

    /// <summary>Measure the sections.</summary>
    Measure,

    /// <summary>Make the offsets of what was measured.</summary>
    Offset,

    /// <summary>Fit the background to what was measured.</summary>
    Background,

    /// <summary>Write the report.</summary>
    Report,
}
