using System.Management.Automation;
using EmTools.Engine.Calibration;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Moves sections by whole pixels, by one shift or by a table of them.</summary>
/// <remarks>
/// <para>
/// Row dy and column dx of the section become row 0 and column 0: out(y, x) = in(y + dy, x + dx). So a positive shift moves the
/// picture up and to the left. Where the section does not reach, pixels are NaN: they have no data, filters leave them out, and
/// 8- and 16-bit results show them in black. Pixels are computed as 32-bit floats; nothing is interpolated.
/// </para>
/// <para>
/// A table is a text file with the columns index, dy, dx (separated by commas, semicolons or tabs, with or without headings;
/// without the index, a line a section from 0), or an HDF5 file with a dataset of dy, dx for each section from 0.
/// A section that is not in the table is an error of its own; the others go on.
/// </para>
/// </remarks>
/// <example>
/// <para>Aligns a stack by a table.</para>
/// <code>Read-EmSection raw -Invert | Move-EmSection -Path shifts.csv | Write-EmSection aligned/</code>
/// </example>
/// <example>
/// <para>Cuts 2000 x 3000 pixels out of a section, from row 500 and column 1000 on.</para>
/// <code>$section | Move-EmSection -Shift 500, 1000 -Shape 2000, 3000</code>
/// </example>
/// <example>
/// <para>Adds a frame of 50 pixels without data around a section of 1000 x 1200.</para>
/// <code>$section | Move-EmSection -Shift -50, -50 -Shape 1100, 1300</code>
/// </example>
/// <seealso cref="FindEmBackgroundCommand"/>
/// <seealso cref="ExportEmChunkCommand"/>
/// <seealso href="../filters/Masks.md">Masks and shifts</seealso>
[Cmdlet(VerbsCommon.Move, "EmSection", HelpUri = HelpPages.MoveEmSection, DefaultParameterSetName = "Path")]
[OutputType(typeof(EmSection))]
public sealed class MoveEmSectionCommand : EmCmdlet
{
    private RealignStep _step = null!;

    /// <summary>The sections to move.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>The table: a text file, or an HDF5 file that ends in .h5 or .hdf5.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The dataset of shape (sections, 2) in an HDF5 file. The default is shift.</summary>
    [Parameter(ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    public string Dataset { get; set; } = "shift";

    /// <summary>One shift dy, dx for all sections, in pixels.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Shift")]
    [ValidateCount(2, 2)]
    public int[] Shift { get; set; } = [];

    /// <summary>Height and width of the result, in pixels. The default is the section's own.</summary>
    [Parameter]
    [ValidateCount(2, 2)]
    [ValidateRange(1, int.MaxValue)]
    public int[]? Shape { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        (int height, int width) = (Shape?[0] ?? 0, Shape?[1] ?? 0);
        _step = ForAll(() => ParameterSetName == "Path" ? new RealignStep(ShiftTable.Read(FullPath(Path), Dataset), height, width) : new RealignStep(Shift[0], Shift[1], height, width));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
        {
            ForItem(section, () => WriteObject(section.With(_step)));
        }
    }
}
