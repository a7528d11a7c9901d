using System.Management.Automation;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Finds flat artificial background, and gives a mask of the tissue that filters take.</summary>
/// <remarks>
/// <para>
/// Aligned or cropped sections often have areas that no microscope recorded: a frame of one value, clipped corners. There
/// neighbouring pixels hardly differ. This cmdlet gives, for each section, a section of the same size that is 255 for tissue
/// and 0 for such areas; Invoke-EmFilter takes it as -Mask, and Write-EmSection writes it. Pixels without data (NaN) are background.
/// </para>
/// <para>
/// A pixel is background where the 3 x 3 pixels around one of its neighbours, or around itself, differ by no more than
/// -Threshold, and where such pixels form an area of more than -MinimumArea pixels. Nothing is computed before it is needed.
/// </para>
/// </remarks>
/// <example>
/// <para>Destripes each section of a stack with a mask of its own.</para>
/// <code>Read-EmSection aligned | ForEach-Object { $_ | Invoke-EmFilter Destripe -Mask ($_ | Find-EmBackground) } | Write-EmSection out/</code>
/// </example>
/// <example>
/// <para>Writes masks to look at; a frame that was compressed with loss differs by up to 3 grey levels.</para>
/// <code>Read-EmSection aligned | Find-EmBackground -Threshold 3 -MinimumArea 5000 | Write-EmSection masks/</code>
/// </example>
/// <seealso cref="InvokeEmFilterCommand"/>
/// <seealso cref="MeasureEmSectionCommand"/>
/// <seealso cref="MoveEmSectionCommand"/>
/// <seealso href="../filters/Masks.md">Masks and shifts</seealso>
[Cmdlet(VerbsCommon.Find, "EmBackground", HelpUri = HelpPages.FindEmBackground)]
[OutputType(typeof(EmSection))]
public sealed class FindEmBackgroundCommand : EmCmdlet
{
    private BackgroundMaskStep _step = null!;

    /// <summary>The sections to look at.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>How much the 3 x 3 pixels of a flat place differ at most, in grey levels. The default, 0, finds places of exactly one value.</summary>
    [Parameter(Position = 0)]
    public double Threshold { get; set; }

    /// <summary>Flat areas of this many pixels or fewer count as tissue. The default, 0, stands for a ten-thousandth of the section.</summary>
    /// <value>Default: a ten-thousandth of the section.</value>
    [Parameter]
    public long MinimumArea { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _step = ForAll(() => new BackgroundMaskStep(Threshold, MinimumArea));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
            WriteObject(section.With(_step));
    }
}
