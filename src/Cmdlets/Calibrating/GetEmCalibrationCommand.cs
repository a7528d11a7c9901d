using System.Management.Automation;

namespace EmTools.Cmdlets;

/// <summary>Tells what a stack's calibration holds and how good it is.</summary>
/// <remarks>
/// <para>
/// Reads the folder that Measure-EmStack made: the stack that it belongs to, how many sections were measured, which of them
/// are missing, jump or stand out, and how well the background fits. The property Sections holds the offsets section by
/// section with their standard errors.
/// </para>
/// </remarks>
/// <example>
/// <para>How good is the calibration?</para>
/// <code>Get-EmCalibration calibration</code>
/// </example>
/// <example>
/// <para>Which sections should be looked at?</para>
/// <code>(Get-EmCalibration calibration).Sections | Where-Object Quality -ne None</code>
/// </example>
/// <seealso cref="MeasureEmStackCommand"/>
/// <seealso cref="SetEmIntensityOffsetCommand"/>
/// <seealso cref="RemoveEmBackgroundCommand"/>
/// <seealso href="about_EmTools_Calibration"/>
/// <seealso href="../calibration.md">Calibrating a stack</seealso>
[Cmdlet(VerbsCommon.Get, "EmCalibration", HelpUri = HelpPages.GetEmCalibration)]
[OutputType(typeof(EmCalibration))]
public sealed class GetEmCalibrationCommand : EmCmdlet
{
    /// <summary>Folders that Measure-EmStack made.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
            ForItem(path, () => WriteObject(EmCalibration.Open(FullPath(path))));
    }
}
