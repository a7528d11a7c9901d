namespace EmTools.Cmdlets.Tests.Docs;

/// <summary>What the pages take for granted in the reader's folder.</summary>
internal static class DocsSeed
{
    public const int Height = 224;

    public const int Width = 288;

    /// <summary>Makes it: raw sections, their two tables, a mask, and the calibration that docs/calibration.md makes first.</summary>
    public static string Script { get; } = $"""
        New-EmPhantom -Count 8 -Height {Height} -Width {Width} -FirstIndex 5600 -Destination .
        Read-EmSection raw/05600.tif -Invert | Find-EmBackground | Write-EmSection tissue.tif
        Read-EmSection raw/*.tif -Invert | Measure-EmStack -Destination calibration | Out-Null
        """;
}
