using System.Management.Automation;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Evens out the drift of brightness from section to section.</summary>
/// <remarks>
/// <para>
/// Subtracts one value from all pixels of a section: the value that a table holds for the section's index, or one that is given
/// for all sections. Afterwards the sections share one mean; with a published table that mean is 32768.
/// Nothing is computed before the pixels are needed.
/// </para>
/// <para>
/// The table is a one-dimensional dataset of an HDF5 file with one value for each section of the volume, counted from 0. It is
/// read once. A section beyond its end is an error of that section; the others go on.
/// </para>
/// </remarks>
/// <example>
/// <para>Takes each section's offset from the dataset "offset" of info.h5.</para>
/// <code>Read-EmSection raw/*.tif -Invert | Set-IntensityOffset -Path info.h5 | Write-EmSection even/</code>
/// </example>
/// <example>
/// <para>Takes the offsets from the calibration that Measure-EmStack made of the same stack.</para>
/// <code>Read-EmSection raw/*.tif -Invert | Set-IntensityOffset -Calibration calibration | Write-EmSection even/</code>
/// </example>
/// <example>
/// <para>Uses another dataset of the file: the difference to the mean of all sections.</para>
/// <code>$section | Set-IntensityOffset -Path brightness.h5 -Dataset drift/robust</code>
/// </example>
/// <example>
/// <para>Subtracts 24000 grey levels from all sections.</para>
/// <code>$stack | Set-IntensityOffset -Value 24000</code>
/// </example>
[Cmdlet(VerbsCommon.Set, "IntensityOffset", DefaultParameterSetName = "Path")]
[OutputType(typeof(EmSection))]
public sealed class SetIntensityOffsetCommand : EmCmdlet
{
    private IntensityOffsetTable? _table;
    private StackCalibration? _calibration;

    /// <summary>The sections to correct.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>The HDF5 file that holds the table.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The table's dataset in the file.</summary>
    [Parameter(ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    public string Dataset { get; set; } = IntensityOffsetTable.DefaultDataset;

    /// <summary>A folder that Measure-EmStack made. Sections of another stack (another size, an index beyond it) are refused.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Calibration")]
    [ValidateNotNullOrEmpty]
    public string Calibration { get; set; } = "";

    /// <summary>One value for all sections, in grey levels; it is subtracted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Value")]
    public double Value { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (ParameterSetName == "Path")
            _table = ForAll(() => IntensityOffsetTable.Read(FullPath(Path), Dataset));
        if (ParameterSetName == "Calibration")
            _table = ForAll(() => (_calibration = StackCalibration.Open(FullPath(Calibration))).ReadOffsets());
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
            ForItem(section, () => WriteObject(section.With(StepFor(section))));
    }

    private IntensityOffsetStep StepFor(EmSection section)
    {
        _calibration?.Require(section);
        return _table is null ? new IntensityOffsetStep(Value) : new IntensityOffsetStep(_table, section.Index);
    }
}
