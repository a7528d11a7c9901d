using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Suggestions;

namespace EmTools.Cmdlets;

/// <summary>Proposes a recipe's parameters from the sections themselves, with reasons and figures.</summary>
/// <remarks>
/// <para>
/// Looks at a few sections spread over those that are given, and chooses what the published parameters fix for one instrument
/// and one volume: how many scales Destripe works on (up to the widest stripes that stand out), Denoise's gain and offset (from
/// the noise's level and the distribution of the covariance), and Contrast's grey levels (from the distribution of what the
/// filters before leave). Each filter is looked at as the filters before it, with their chosen parameters, leave the sections.
/// A filter that has nothing to do is left out.
/// </para>
/// <para>
/// Gives an object whose Recipe goes into Invoke-EmRecipe or Export-EmRecipe, and whose Parameters say for each choice what it
/// was before, why, and by which figures. Nothing is written. Flat artificial background and pixels without data do not count,
/// and sections that are nothing else are left out with a warning. Nor do a few pixels far beyond all other grey levels, such as
/// charged spots; a warning says how to clip them, because filters would spread them.
/// </para>
/// <para>
/// A section that cannot be read is an error of its own, and one that is flat nearly everywhere is left out with a warning; the
/// others are looked at.
/// </para>
/// <para>
/// Denoise, DenoiseExponential and DenoiseSameSign with a -Radius, which work in three dimensions, are looked at in two, on each
/// section of the sample alone; the recipe keeps the -Radius, and a reason says so. Filters that always look at neighbours are no
/// part of such a chain: choose without them.
/// </para>
/// <para>
/// Parameters are chosen for all sections alike. Where brightness jumps from section to section or the background varies, make
/// calibration tables first (Measure-EmStack), and give a -Recipe that holds them.
/// </para>
/// </remarks>
/// <example>
/// <para>Chooses parameters for a stack, shows why, saves them, and restores the stack.</para>
/// <code>
/// $suggestion = Read-EmSection raw -Invert | Get-EmSuggestion
/// $suggestion
/// $suggestion | Export-EmRecipe restore.json
/// Read-EmSection raw -Invert | Invoke-EmRecipe restore.json | Write-EmSection restored/
/// </code>
/// </example>
/// <example>
/// <para>With tables of offsets and background: the published chain, looked at in ten sections.</para>
/// <code>Read-EmSection raw -Invert | Get-EmSuggestion -Recipe Published -CalibrationFolder calibration -Sample 10 | Export-EmRecipe restore.json</code>
/// </example>
/// <example>
/// <para>Chooses the parameters of a chain of one's own, which keeps 16 bits.</para>
/// <code>
/// $section = Read-EmSection raw/05600.tif -Invert
/// $mine = $section | Invoke-EmFilter Destripe -MaxAngle 3 | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast -PixelType UInt16 -Range 0, 65535
/// $section | Get-EmSuggestion -Recipe $mine
/// </code>
/// </example>
/// <example>
/// <para>Chooses for a chain that denoises in three dimensions: in two, and keeps the -Radius.</para>
/// <code>
/// $stack = Read-EmSection raw -Invert
/// $chain = ($stack | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise -Radius 1 | Invoke-EmFilter Contrast)[1]
/// $stack | Get-EmSuggestion -Recipe $chain | Export-EmRecipe restore.json
/// </code>
/// </example>
/// <example>
/// <para>Takes the filters that come nearest to the truth; those that have nothing to do are left out.</para>
/// <code>Read-EmSection raw -Invert | Get-EmSuggestion -Best | Export-EmRecipe best.json</code>
/// </example>
/// <example>
/// <para>Tries the suggestion on one section, beside the section as it was.</para>
/// <code>
/// $section = Read-EmSection raw/05600.tif -Invert
/// $section | Invoke-EmRecipe ($section | Get-EmSuggestion) | Export-EmPreview suggested.png -Before $section
/// </code>
/// </example>
/// <seealso cref="InvokeEmRecipeCommand"/>
/// <seealso cref="ExportEmRecipeCommand"/>
/// <seealso cref="MeasureEmSectionCommand"/>
/// <seealso href="about_EmTools_Recipes"/>
/// <seealso href="../suggestion.md">Parameters from the sections</seealso>
[Cmdlet(VerbsCommon.Get, "EmSuggestion", HelpUri = HelpPages.GetEmSuggestion)]
[OutputType(typeof(EmSuggestion))]
public sealed class GetEmSuggestionCommand : EvaluatingCmdlet
{
    private static readonly string[] PublishedChain = ["Destripe", "Denoise", "Contrast"];
    private static readonly string[] BestChain = ["DestripeAdaptive", "DenoiseTransform", "Contrast"];
    private readonly List<EmSection> _sections = [];
    private Recipe _chain = null!;
    private MaskSource? _mask;

    /// <summary>The sections to choose from; a stack, or some of it. Only a -Sample of them is computed.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>
    /// The chain whose Destripe, DestripeAdaptive, Denoise, DenoiseTransform and Contrast steps are to be given parameters, its other steps and parameters staying as
    /// they are: a file's path, the name of a recipe that comes with the module, what Import-EmRecipe gave, or a section with the
    /// steps. The default is Destripe, Denoise and Contrast with their defaults, or what -Best takes.
    /// </summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(RecipeNameCompleter))]
    [ValidateNotNull]
    public object? Recipe { get; set; }

    /// <summary>Take the filters that come nearest to the truth, DestripeAdaptive and DenoiseTransform, instead of the published Destripe and Denoise; a section takes between two and three times as long. For the default chain; a -Recipe has filters of its own.</summary>
    [Parameter]
    public SwitchParameter Best { get; set; }

    /// <summary>Where relative paths of the recipe's calibration files begin. The default is the recipe's folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CalibrationFolder { get; set; }

    /// <summary>How many sections to look at, evenly spread over those that are given. The default is 5.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int Sample { get; set; } = 5;

    /// <summary>Which pixels of the sections to look at: the path of a TIFF file, or a section, of their size. Pixels that are not zero count. Without it, all do but flat background, spots and those without data.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Mask { get; set; }

    /// <summary>Share of the pixels, in percent, that Contrast may turn black at most, and the same share white (0 to 20). The default is 0.5.</summary>
    [Parameter]
    [ValidateRange(0.0, 20.0)]
    public double SaturatedPercent { get; set; } = 100 * new SuggestionOptions().SaturatedShare;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Recipe is null && CalibrationFolder is not null)
            ForAll<bool>(() => throw new EmException(EmErrorKind.InvalidArgument, "CalibrationWithoutRecipe", "-CalibrationFolder is for a recipe that holds calibration tables, but there is no -Recipe; give it too, as in -Recipe Published -CalibrationFolder calibration.", nameof(CalibrationFolder)));
        if (Recipe is not null && Best)
            ForAll<bool>(() => throw new EmException(EmErrorKind.InvalidArgument, "BestWithRecipe", "-Best chooses the filters, and a -Recipe has its own. Give one of the two; a recipe may have the filters DestripeAdaptive and DenoiseTransform.", nameof(Best)));
        _chain = Recipe is null ? Default(Best ? BestChain : PublishedChain) : ForAll(() => RecipeLocator.Find(SessionState, Recipe, CalibrationFolder));
        _mask = ForAll(() => SectionArgument.Mask(Mask, this));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _sections.AddRange(Section);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_sections.Count > 0)
        {
            EmSection[] sample = Spread();
            var options = new SuggestionOptions { SaturatedShare = SaturatedPercent / 100, Mask = _mask };
            var unreadable = new List<ErrorRecord>();
            Suggestion suggestion;
            try
            {
                suggestion = ForAll(() => Evaluate(sample.Length == 1 ? Describe(sample[0]) : $"Sample of {sample.Length} sections", context => Suggester.Suggest(sample, _chain, options, context, (section, trouble) => unreadable.Add(ErrorRecords.Of(trouble, section)))));
            }
            finally
            {
                // Only now: errors may be written by the pipeline's thread alone.
                unreadable.ForEach(WriteError);
            }

            foreach (string warning in suggestion.Warnings)
                WriteWarning(warning);
            WriteObject(new EmSuggestion(suggestion));
        }

        base.EndProcessing();
    }

    /// <summary>Sections at the middles of as many equal parts of those given.</summary>
    private EmSection[] Spread()
    {
        int count = Math.Min(Sample, _sections.Count);
        return [.. Enumerable.Range(0, count).Select(i => _sections[(int)((2L * i + 1) * _sections.Count / (2L * count))])];
    }

    private static Recipe Default(string[] filters) => new(filters.Select(name => Engine.Filters.FilterCatalog.Get(name)).Select(filter => new FilterStep(filter, filter.CreateOptions(new Dictionary<string, object?>()))));
}
