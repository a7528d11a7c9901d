using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Imaging;
using EmTools.Engine.Metrics;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Measures how well sections agree with references: PSNR and SSIM.</summary>
/// <remarks>
/// <para>
/// Computes both sections and gives the peak signal-to-noise ratio in dB, 10 log10(range^2 / mean squared difference), and the
/// mean structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004; Gaussian window of 11 x 11 pixels, sigma 1.5). Both refer
/// to a range of grey levels: the largest less the smallest value of the reference unless -Range gives it. Figures for
/// different ranges cannot be compared. Pixels that are NaN in either do not count.
/// </para>
/// <para>
/// Compare in the same units. A section that went through Contrast has other grey levels than the truth: pass the truth through
/// the same Contrast, and compare the two over the range 255.
/// </para>
/// </remarks>
/// <example>
/// <para>How near does destriping and denoising bring a phantom to its truth? A part of the difference is brightness, which -MatchIntensity leaves out.</para>
/// <code>
/// $truth = New-EmPhantom -Truth
/// New-EmPhantom | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Compare-EmSection $truth -MatchIntensity
/// </code>
/// </example>
/// <example>
/// <para>Compares two folders section by section; sections belong together by their index.</para>
/// <code>Read-EmSection restored | Compare-EmSection -Reference (Read-EmSection published) -Range 255</code>
/// </example>
[Cmdlet(VerbsData.Compare, "EmSection")]
[OutputType(typeof(EmComparison))]
public sealed class CompareEmSectionCommand : EvaluatingCmdlet
{
    /// <summary>The sections to judge.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>What they should be: one section for all, or several, from which the one of the same index is taken.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public EmSection[] Reference { get; set; } = [];

    /// <summary>The range of grey levels that PSNR and SSIM refer to: 255 for 8-bit sections, for instance. The default is the largest less the smallest value of the reference.</summary>
    [Parameter]
    public double? Range { get; set; }

    /// <summary>First brings the section's grey levels as near to the reference as one gain and one offset can. For sections that differ in brightness or scale by design.</summary>
    [Parameter]
    public SwitchParameter MatchIntensity { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
        {
            ForItem(section, () =>
            {
                EmSection reference = ReferenceFor(section);
                WriteObject(new EmComparison(section, reference, Evaluate(section, context => Measure(section, reference, context))));
            });
        }
    }

    private ImageComparison Measure(EmSection section, EmSection reference, EvaluationContext context)
    {
        using Plane image = section.Compute(context);
        using Plane wanted = reference.Compute(new EvaluationContext { Threads = context.Threads, Cancellation = context.Cancellation });
        return ImageQuality.Compare(image, wanted, Range, MatchIntensity, context);
    }

    private EmSection ReferenceFor(EmSection section)
        => Reference.Length == 1
            ? Reference[0]
            : Reference.FirstOrDefault(reference => reference.Index == section.Index)
                ?? throw new EmException(EmErrorKind.InvalidArgument, "NoReference", $"{Describe(section)} has no reference: none of the {Reference.Length} references has its index.", "Reference");
}
