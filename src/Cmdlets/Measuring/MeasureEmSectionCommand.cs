using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Imaging;
using EmTools.Engine.Metrics;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Tells what sections' pixels are like: level, spread, noise, stripes, saturation.</summary>
/// <remarks>
/// <para>
/// Computes each section and measures its pixels, in grey levels: mean and standard deviation; median and median absolute
/// deviation, which outliers do not move; the smallest and the largest value, and the share of the pixels that have them (where
/// a detector clips, they pile up there); the standard deviation of the noise; and the share of the pixels that do not count,
/// because they have no data (NaN or infinite).
/// </para>
/// <para>
/// Stripes holds, for every scale as Destripe knows them, how much of the section runs straight along the stripes and how much
/// straight across. Tissue and noise alone give both alike, so Amplitude, the root of the difference, is the stripes' standard
/// deviation, and Significance says by how many standard errors they stand out. Look at it before and after Destripe.
/// </para>
/// <para>
/// The noise is taken as white, and measured in the quietest tenth of the section; noise that an instrument or an alignment has
/// smoothed is underestimated. -EveryStep tells what each step of a chain does to the section.
/// </para>
/// </remarks>
/// <example>
/// <para>How bright and how noisy are the sections of a stack, and how much does that vary?</para>
/// <code>Read-EmSection raw -Invert | Measure-EmSection</code>
/// </example>
/// <example>
/// <para>What does every step of a recipe do to a section?</para>
/// <code>Read-EmSection raw/05600.tif -Invert | Invoke-EmRecipe restore.json | Measure-EmSection -EveryStep</code>
/// </example>
/// <example>
/// <para>How strong are the stripes of every width, before and after destriping?</para>
/// <code>(Read-EmSection raw/05600.tif -Invert | Invoke-EmFilter Destripe | Measure-EmSection -EveryStep).ForEach('Stripes')</code>
/// </example>
/// <example>
/// <para>Brings one section for which there is no offset table to a mean of 28000, which Contrast expects.</para>
/// <code>
/// $section = Read-EmSection raw/05600.tif -Invert
/// $section | Set-EmIntensityOffset -Value (($section | Measure-EmSection).Mean - 28000)
/// </code>
/// </example>
/// <seealso cref="CompareEmSectionCommand"/>
/// <seealso cref="ExportEmPreviewCommand"/>
/// <seealso cref="GetEmSuggestionCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "EmSection", HelpUri = HelpPages.MeasureEmSection)]
[OutputType(typeof(EmStatistics))]
public sealed class MeasureEmSectionCommand : EvaluatingCmdlet
{
    private MaskSource? _mask;

    /// <summary>The sections to measure.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>The way stripes run: Vertical, as curtains do, or Horizontal. Only Stripes and StripeAmplitude depend on it.</summary>
    [Parameter]
    public StripeDirection Direction { get; set; } = StripeDirection.Vertical;

    /// <summary>Measures each section as it was read, and again after every step, and gives one object for each.</summary>
    [Parameter]
    public SwitchParameter EveryStep { get; set; }

    /// <summary>Which pixels count: the path of a TIFF file, or a section, of the size of the sections to measure. Pixels that are not zero count. Without it, all do.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Mask { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _mask = ForAll(() => SectionArgument.Mask(Mask, this));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
        {
            ForItem(section, () =>
            {
                _mask?.RequireSize(section.Height, section.Width, section.Name);
                WriteObject(Evaluate(section, context => Measure(section, context)), enumerateCollection: true);
            });
        }
    }

    private List<EmStatistics> Measure(EmSection section, EvaluationContext context)
    {
        var measured = new List<EmStatistics>();
        if (EveryStep)
        {
            section.ComputeStages(Add, context);
            return measured;
        }

        using Plane plane = section.Compute(context);
        Add(section.StepNames.LastOrDefault(section.Source.StageName), plane);
        return measured;

        void Add(string step, Plane plane)
        {
            var quiet = new EvaluationContext { Threads = context.Threads, Cancellation = context.Cancellation };
            _mask?.RequireSize(plane.Height, plane.Width, $"{section.Name}, after {step}");
            using Plane<byte>? mask = _mask?.Read(plane.Height, plane.Width, quiet);
            measured.Add(new EmStatistics(section, step, SectionStatistics.Of(plane, mask, Direction, quiet)));
        }
    }
}
