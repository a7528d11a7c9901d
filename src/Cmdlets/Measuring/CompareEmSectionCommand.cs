using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Imaging;
using EmTools.Engine.Metrics;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Measures how well sections agree with references: PSNR, SSIM, and how far pixels are apart.</summary>
/// <remarks>
/// <para>
/// Computes both sections and gives the peak signal-to-noise ratio in dB, 10 log10(range^2 / mean squared difference), and the
/// mean structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004; Gaussian window of 11 x 11 pixels, sigma 1.5). Both refer
/// to a range of grey levels: the largest less the smallest value of the reference, among the pixels that are compared, unless
/// -Range gives it. Figures for different ranges cannot be compared, so give -Range to compare regions with each other.
/// </para>
/// <para>
/// It also gives the mean, the largest and percentiles of the absolute difference, in the reference's grey levels, and where the
/// largest lies. A percentile is the smallest difference that so many percent of the pixels do not exceed; it is exact.
/// </para>
/// <para>
/// -Region and -Mask narrow down what is compared; with both, the pixels of the region count that the mask has. Pixels that are NaN
/// or infinite in either section do not count, as those outside the mask do not, and for SSIM no window does that holds one such pixel or
/// reaches beyond the region. Where no window is left, SSIM is NaN and the rest is told.
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
/// <code>Read-EmSection restored | Compare-EmSection -Reference published -Range 255</code>
/// </example>
/// <example>
/// <para>Are any two sections more than one grey level apart, but for a pixel in a thousand? Looks at tissue only, and tells where it is worst.</para>
/// <code>
/// Read-EmSection restored | Compare-EmSection published/*.tif -Range 255 -Mask tissue.tif -Percentile 99.9 |
///     Where-Object { $_.Percentiles[0].Value -gt 1 } | ForEach-Object { "$($_.Section): $($_.MaximumAbsoluteDifference) at $($_.MaximumY), $($_.MaximumX)" }
/// </code>
/// </example>
/// <seealso cref="MeasureEmSectionCommand"/>
/// <seealso cref="ExportEmPreviewCommand"/>
/// <seealso cref="NewEmPhantomCommand"/>
[Cmdlet(VerbsData.Compare, "EmSection", HelpUri = HelpPages.CompareEmSection)]
[OutputType(typeof(EmComparison))]
public sealed class CompareEmSectionCommand : EvaluatingCmdlet
{
    private MaskSource? _mask;
    private EmSection[] _references = [];

    /// <summary>The sections to judge.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>What they should be: one section for all, or several, from which the one of the same index is taken. Sections, or paths of files or folders, with wildcards, which are read as they are stored: give what Read-EmSection -Invert gave where intensities are inverted.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public object[] Reference { get; set; } = [];

    /// <summary>The range of grey levels that PSNR and SSIM refer to: 255 for 8-bit sections, for instance. The default is the largest less the smallest value of the reference among the pixels that are compared.</summary>
    [Parameter]
    public double? Range { get; set; }

    /// <summary>First brings the section's grey levels as near to the reference as one gain and one offset can, over the pixels that are compared. For sections that differ in brightness or scale by design.</summary>
    [Parameter]
    public SwitchParameter MatchIntensity { get; set; }

    /// <summary>The part to compare, in pixels: y, x, height, width. It must lie in both, which may then be of different sizes. Without it, all is compared.</summary>
    [Parameter]
    [ValidateCount(4, 4)]
    public int[]? Region { get; set; }

    /// <summary>Which pixels count: the path of a TIFF file, or a section, of the size of the sections to judge. Pixels that are not zero count. Without it, all do.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Mask { get; set; }

    /// <summary>Percentiles of the absolute difference to tell, up to 20, each from 0 to 100. The default is 50, 95, 99.</summary>
    [Parameter]
    [ValidateCount(1, 20)]
    [ValidateRange(0.0, 100.0)]
    public double[] Percentile { get; set; } = [50, 95, 99];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _mask = ForAll(() => SectionArgument.Mask(Mask, this));
        _references = ForAll(() => SectionArgument.Sections(Reference, this, nameof(Reference), oneForAll: true));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
        {
            ForItem(section, () =>
            {
                EmSection reference = ReferenceFor(section);
                RequireFit(section, reference);
                WriteObject(new EmComparison(section, reference, Evaluate(section, context => Measure(section, reference, context))));
            });
        }
    }

    private ImageComparison Measure(EmSection section, EmSection reference, EvaluationContext context)
    {
        var quiet = new EvaluationContext { Threads = context.Threads, Cancellation = context.Cancellation };
        using Plane image = section.Compute(context);
        using Plane wanted = reference.Compute(quiet);
        using Plane<byte>? mask = _mask?.Read(section.Height, section.Width, quiet);
        var options = new ComparisonOptions
        {
            Range = Range,
            MatchIntensities = MatchIntensity,
            Region = Region is null ? null : RegionArgument.Of(section, Region),
            Mask = mask,
            Percentiles = Percentile,
        };
        try
        {
            return ImageQuality.Compare(image, wanted, options, context);
        }
        catch (EmException trouble) when (trouble.Id is "CompareNothing" or "CompareRange")
        {
            throw new EmException(trouble.Kind, trouble.Id, $"{Describe(section)} and reference {reference.Label}: {trouble.Message}", trouble.Target, trouble);
        }
    }

    /// <summary>Refuses what cannot be compared before anything is computed.</summary>
    private void RequireFit(EmSection section, EmSection reference)
    {
        RegionArgument.Of(section, Region);
        RegionArgument.Of(reference, Region);
        if (Region is not null)
            RegionArgument.RequireSamePlace(section, reference);
        _mask?.RequireSize(section.Height, section.Width, section.Name);
        if (Region is null && (section.Height != reference.Height || section.Width != reference.Width))
            throw new EmException(EmErrorKind.InvalidArgument, "CompareSize", $"{Describe(section)} is {section.Height} x {section.Width} pixels (y, x), but its reference {reference.Label} is {reference.Height} x {reference.Width}. Give the reference that belongs to it; cut the larger one to size with Move-EmSection -Shift -Shape; or compare a part that both have, with -Region.", "Reference");
    }

    private EmSection ReferenceFor(EmSection section)
        => _references.Length == 1
            ? _references[0]
            : Array.Find(_references, reference => reference.Index == section.Place)
                ?? throw new EmException(EmErrorKind.InvalidArgument, "NoReference", $"{Describe(section)} has no reference: none of the {_references.Length} references, which are of the indices {_references.Min(r => r.Index)} to {_references.Max(r => r.Index)}, has its index. Give the reference of that index too, a single one for all sections, or other indices by Read-EmSection -Index.", "Reference");
}
