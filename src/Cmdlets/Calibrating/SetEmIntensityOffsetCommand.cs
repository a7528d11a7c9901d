using System.Management.Automation;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Evens out the drift of brightness from section to section.</summary>
/// <remarks>
/// <para>
/// Subtracts one value from all pixels of a section: the value that a table holds for the section's index, or one that is given
/// for all sections. Afterwards the sections share one mean: 32768 with a published table, with a calibration its target, from
/// which Contrast takes its -Mean.
/// Nothing is computed before the pixels are needed.
/// </para>
/// <para>
/// The table is a one-dimensional dataset of an HDF5 file with one value for each section of the volume, counted from 0 (or as
/// -IndexBase says). It is read once. A section beyond its end is an error of that section; the others go on. Where the numbers of
/// the files beside a section tell that these or the table are counted from 1, the pipeline ends before any section is written.
/// </para>
/// </remarks>
/// <example>
/// <para>Takes each section's offset from the dataset "offset" of info.h5.</para>
/// <code>Read-EmSection raw/*.tif -Invert | Set-EmIntensityOffset -Path info.h5 | Write-EmSection even/</code>
/// </example>
/// <example>
/// <para>Takes the offsets from the calibration that Measure-EmStack made of the same stack.</para>
/// <code>Read-EmSection raw/*.tif -Invert | Set-EmIntensityOffset -Calibration calibration | Write-EmSection even/</code>
/// </example>
/// <example>
/// <para>Uses another dataset of the file: the difference to the mean of all sections.</para>
/// <code>$section | Set-EmIntensityOffset -Path brightness.h5 -Dataset drift/robust</code>
/// </example>
/// <example>
/// <para>Uses a table that is counted from 1, as are the sections' files: its first value belongs to section 1.</para>
/// <code>Read-EmSection raw/*.tif | Set-EmIntensityOffset -Path info.h5 -IndexBase 1 | Write-EmSection even/</code>
/// </example>
/// <example>
/// <para>Subtracts 24000 grey levels from all sections.</para>
/// <code>$stack | Set-EmIntensityOffset -Value 24000</code>
/// </example>
/// <seealso cref="RemoveEmBackgroundCommand"/>
/// <seealso cref="MeasureEmStackCommand"/>
/// <seealso href="about_EmTools_Calibration"/>
/// <seealso href="../filters/Levels.md">Levels</seealso>
[Cmdlet(VerbsCommon.Set, "EmIntensityOffset", HelpUri = HelpPages.SetEmIntensityOffset, DefaultParameterSetName = "Path")]
[Alias("Set-IntensityOffset")]
[OutputType(typeof(EmSection))]
public sealed class SetEmIntensityOffsetCommand : EmCmdlet
{
    private readonly HashSet<string> _folders = [];
    private IntensityOffsetStep? _table;

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

    /// <summary>The index of the section to which the table's first value belongs. The default is 0; 1 for a table that is counted from 1.</summary>
    [Parameter(ParameterSetName = "Path")]
    public int IndexBase { get; set; }

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
            _table = ForAll(() => new IntensityOffsetStep(IntensityOffsetTable.ReadWithStack(FullPath(Path), Dataset, MyInvocation.BoundParameters.ContainsKey(nameof(IndexBase)) ? IndexBase : null)));
        if (ParameterSetName == "Calibration")
            _table = ForAll(() => new IntensityOffsetStep(StackCalibration.Open(FullPath(Calibration)).ReadOffsets()));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
        {
            if (_table is not null && section.Path is { } path && _folders.Add(System.IO.Path.GetDirectoryName(path)!))
                RequireStack(section, _table);
            ForItem(section, () => WriteObject(section.With(_table ?? new IntensityOffsetStep(Value))));
        }
    }

    /// <summary>A table that is counted otherwise than the stack is told of before the first section goes on, and is written.</summary>
    private void RequireStack(EmSection section, IntensityOffsetStep table) => ForAll(() =>
    {
        table.RequireStack(section, WriteWarning);
        return table;
    });
}
