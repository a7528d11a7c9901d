using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Writes sections as PNG pictures to look at, alone or beside how they were before.</summary>
/// <remarks>
/// <para>
/// Computes a section and writes it, or a region of it, as an 8-bit grey picture. 8-bit sections are shown as they are; of others
/// the darkest and the brightest 0.2 percent of the pixels become black and white. So a preview is for the eye and not for
/// measuring.
/// </para>
/// <para>
/// With -Before, the picture shows both side by side, scaled down to -MaximumWidth by averaging. Averaging hides noise: give a
/// -Region to see pixels as they are.
/// </para>
/// </remarks>
/// <example>
/// <para>A section before and after restoring, in one picture.</para>
/// <code>
/// $before = Read-EmSection raw/05600.tif -Invert
/// $after = $before | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast
/// $after | Export-EmPreview -Before $before -Destination 05600.png
/// </code>
/// </example>
/// <example>
/// <para>The pixels 4000 to 4511 down and 6000 to 6511 to the right of each section of a folder, a picture a section.</para>
/// <code>Read-EmSection restored | Export-EmPreview previews/ -Region 4000, 6000, 512, 512</code>
/// </example>
[Cmdlet(VerbsData.Export, "EmPreview", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportEmPreviewCommand : EvaluatingCmdlet
{
    private OutputNaming _naming = null!;

    /// <summary>The sections to show.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>A folder, which is made if it is missing and gets a file for each section, as 05600.png; or, when it ends in .png, a file for one section.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>What to show on the left, under the caption "Before"; the section comes to the right of it, under "After".</summary>
    [Parameter]
    [ValidateNotNull]
    public EmSection? Before { get; set; }

    /// <summary>The part to show, in pixels: y, x, height, width. Without it, all is shown.</summary>
    [Parameter]
    [ValidateCount(4, 4)]
    public int[]? Region { get; set; }

    /// <summary>Width in pixels that a picture with -Before has at most. The default is 1600.</summary>
    [Parameter]
    [ValidateRange(64, 65000)]
    public int MaximumWidth { get; set; } = 1600;

    /// <summary>Writes over pictures that exist.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Hands on the written files, as objects with a name, length and so on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _naming = ForAll(() => OutputNaming.ForPictures(FullPath(Destination)));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
            ForItem(section, () => ExportOne(section));
    }

    private void ExportOne(EmSection section)
    {
        Region region = Cmdlets.Region.Of(section, Region);
        if (Before is not null)
            Cmdlets.Region.Of(Before, Region);
        string path = _naming.PathFor(section, Force);
        if (!ShouldProcess(path, $"Compute section {section.Index} and write a picture"))
            return;
        Evaluate(section, context =>
        {
            Draw(section, region, path, context);
            return true;
        });
        if (PassThru)
            WriteObject(new FileInfo(path));
    }

    private void Draw(EmSection section, Region region, string path, EvaluationContext context)
    {
        using Plane<byte> after = Grey(section, region, context);
        if (Before is null)
        {
            PngImage.Write(path, after, Force);
            return;
        }

        var quiet = new EvaluationContext { Threads = context.Threads, Cancellation = context.Cancellation };
        using Plane<byte> before = Grey(Before, Cmdlets.Region.Of(Before, Region), quiet);
        context.Cancellation.ThrowIfCancellationRequested();
        PngImage.WritePair(path, before, after, "Before", "After", MaximumWidth, Force);
    }

    private static Plane<byte> Grey(EmSection section, Region region, EvaluationContext context)
    {
        using Plane plane = section.Compute(context);
        return GreyStretch.ToBytes(plane, region);
    }
}
