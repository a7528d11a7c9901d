using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pictures;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Writes sections as PNG pictures to look at, alone, beside how they were before, or in turn with it.</summary>
/// <remarks>
/// <para>
/// Computes a section and writes it, or a region of it, as an 8-bit grey picture. 8-bit sections are shown as they are; of others
/// the darkest and the brightest 0.2 percent of the pixels become black and white. -Percentile or -Range sets another window. So a
/// preview is for the eye and not for measuring. Pixels that are NaN are black.
/// </para>
/// <para>
/// With -Before, the picture shows both side by side, scaled down to -MaximumWidth by averaging, or with -Blink in turn and in the
/// same place, where the eye finds the least change. Averaging hides noise: give a -Region to see pixels as they are. Each of the
/// two has a window of its own, unless -Range or -SameWindow is given.
/// </para>
/// <para>
/// With -Spectrum, it shows the logarithm of the power spectrum instead, the frequency zero in the middle: the mean over tiles of
/// 512 pixels (of the largest power of two in smaller sections) that overlap by half, each less its mean and faded out by a Hann
/// window. Pixels that are NaN count as the mean of their tile. Stripes from top to bottom are a horizontal line through the
/// middle, stripes from left to right a vertical one. With -Before, both spectra share one window, so that what destriping took
/// away is seen.
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
/// <example>
/// <para>A hundred pixels square around a synapse, each pixel a square of four.</para>
/// <code>$after | Export-EmPreview -Before $before -Destination synapse.png -Region 4210, 6130, 100, 100 -Zoom 4</code>
/// </example>
/// <example>
/// <para>Before and after destriping in turn, every half second, through one window and with a scale bar for pixels of 8 nm.</para>
/// <code>
/// $before = Read-EmSection raw/05600.tif -Invert
/// $before | Invoke-EmFilter Destripe |
///     Export-EmPreview -Before $before -Destination blink.png -Region 4000, 6000, 800, 800 -Blink -BlinkInterval 500 -SameWindow -PixelSize 8
/// </code>
/// </example>
/// <example>
/// <para>Is anything left of the stripes? In the left spectrum their line lies across the middle; in the right one it should not.</para>
/// <code>
/// $before = Read-EmSection raw/05600.tif -Invert
/// $before | Invoke-EmFilter Destripe | Export-EmPreview -Before $before -Destination spectra.png -Spectrum
/// </code>
/// </example>
/// <seealso cref="CompareEmSectionCommand"/>
/// <seealso cref="MeasureEmSectionCommand"/>
/// <seealso cref="WriteEmSectionCommand"/>
[Cmdlet(VerbsData.Export, "EmPreview", HelpUri = HelpPages.ExportEmPreview, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportEmPreviewCommand : EvaluatingCmdlet
{
    private OutputNaming _naming = null!;
    private PreviewOptions _options = null!;
    private EmSection? _before;

    /// <summary>The sections to show.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>A folder, which is made if it is missing and gets a file for each section, as 05600.png; or, when it ends in .png, a file for one section.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>What to show on the left, under the caption "Before"; the section comes to the right of it, under "After". A section, or the path of its file, which is read as it is stored.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Before { get; set; }

    /// <summary>Shows what was before and the section in turn in the same place, as an animated PNG, which any browser plays. A program that cannot shows what was before.</summary>
    [Parameter]
    public SwitchParameter Blink { get; set; }

    /// <summary>How long -Blink shows each: a number of milliseconds, or a TimeSpan; 50 to 65535 ms. The default is 700 ms.</summary>
    /// <value>Default: 700 ms.</value>
    [Parameter]
    [Milliseconds]
    public TimeSpan BlinkInterval { get; set; } = TimeSpan.FromMilliseconds(700);

    /// <summary>The part to show, in pixels: y, x, height, width. Without it, all is shown.</summary>
    [Parameter]
    [ValidateCount(4, 4)]
    public int[]? Region { get; set; }

    /// <summary>How many times each pixel is enlarged, without smoothing: 1 to 64. For small regions. The default is 1.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int Zoom { get; set; } = 1;

    /// <summary>Two percentiles of the pixels shown, the lower one first: what is below the first becomes black, what is above the second white. For 8-bit sections too. The default is 0.2, 99.8 for sections that are not 8-bit, and 1, 99.98 for spectra.</summary>
    [Parameter]
    [ValidateCount(2, 2)]
    public double[]? Percentile { get; set; }

    /// <summary>The grey levels that become black and white, in place of percentiles: the same for every section, and for what was before.</summary>
    [Parameter]
    [ValidateCount(2, 2)]
    public double[]? Range { get; set; }

    /// <summary>Shows what was before and the section through one window, the smallest that holds those of both. For sections in the same units; without it, each has its own.</summary>
    [Parameter]
    public SwitchParameter SameWindow { get; set; }

    /// <summary>The size of a pixel in nanometres, instead of what the section's file says; 0 for unknown. Where it is known, a scale bar is drawn at the lower right corner: a round length about a fifth of the width. Of a spectrum, the caption then tells the finest period in nanometres.</summary>
    [Parameter]
    public double? PixelSize { get; set; }

    /// <summary>Shows the power spectrum in place of the image.</summary>
    [Parameter]
    public SwitchParameter Spectrum { get; set; }

    /// <summary>Width in pixels that a picture has at most; wider ones are scaled down by averaging. The default is 1600 with -Before; without it, a picture has the section's size.</summary>
    [Parameter]
    [ValidateRange(64, 65000)]
    public int? MaximumWidth { get; set; }

    /// <summary>Writes over pictures that exist.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Hands on the written files, as objects with a name, length and so on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _options = ForAll(Options);
        _naming = ForAll(() => OutputNaming.ForPictures(FullPath(Destination)));
        _before = ForAll(() => SectionArgument.Section(Before, this, nameof(Before), "what all were before"));
        if (_before is not null)
            _naming.Protect(_before);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
            ForItem(section, () => ExportOne(section));
    }

    private PreviewOptions Options()
    {
        PreviewArguments.RequireCompatible(this, MyInvocation.BoundParameters.ContainsKey(nameof(BlinkInterval)));
        return new PreviewOptions
        {
            Percentiles = PreviewArguments.Percentiles(Percentile),
            Window = PreviewArguments.Window(Range),
            SameWindow = SameWindow,
            Spectrum = Spectrum,
            Zoom = Zoom,
            BlinkInterval = Blink ? BlinkInterval : null,
            MaximumWidth = MaximumWidth ?? (Before is null ? int.MaxValue : 1600),
            Overwrite = Force,
        };
    }

    private void ExportOne(EmSection section)
    {
        Region region = RegionArgument.Of(section, Region);
        Region regionBefore = _before is null ? default : RegionArgument.Of(_before, Region);
        if (_before is not null && _before.Frame.Factor != section.Frame.Factor)
            RegionArgument.RequireSamePlace(section, _before); // one scale bar, and one region, serve both
        string path = _naming.PathFor(section, Force);
        if (!ShouldProcess(path, $"Compute {section.Label} and write a picture"))
            return;
        Evaluate(section, context =>
        {
            var quiet = new EvaluationContext { Threads = context.Threads, Cancellation = context.Cancellation };
            Func<Plane>? before = _before is null ? null : () => regionBefore.CutFrom(_before.Compute(quiet));
            try
            {
                SectionPreview.Write(path, () => region.CutFrom(section.Compute(context)), before, _options with { PixelSize = PixelSize ?? section.VoxelSize?.X ?? 0 }, quiet);
            }
            catch (EmException trouble) when (trouble.Id is "SpectrumTooSmall" or "SpectrumOfNothing" or "ZoomTooLarge")
            {
                throw new EmException(trouble.Kind, trouble.Id, $"Picture of {section.Label}: {trouble.Message}", trouble.Target, trouble);
            }

            return true;
        });
        if (PassThru)
            WriteObject(new FileInfo(path));
    }
}
