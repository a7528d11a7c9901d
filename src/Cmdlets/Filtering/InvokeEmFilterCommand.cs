using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using EmTools.Engine.Filters;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Adds a filter to what is to be done to a section.</summary>
/// <remarks>
/// <para>
/// Takes sections from the pipeline and passes them on with one more step: Destripe, Denoise, Contrast or another of the
/// filters that Get-EmFilter lists. Nothing is computed yet; Write-EmSection and others that need the pixels do that.
/// </para>
/// <para>
/// Every filter has parameters of its own, which Invoke-EmFilter takes once the filter is named: type
/// "Invoke-EmFilter Destripe -" and press Tab. Get-EmFilter lists them with their units, ranges and defaults, and the
/// published names. The defaults are those published for FIB-SEM of a fly's brain at 8 nm, 9000 x 13750 pixels a section.
/// Where a filter works on several scales, a parameter may be a list with one value a scale, from the finest; the last value
/// serves all scales beyond the list.
/// </para>
/// <para>
/// NonLocalMeans, NeighborhoodCorrelation and MillingCorrection look at neighbouring sections, and so do Denoise, DenoiseExponential,
/// DenoiseSameSign, DenoiseTransform and DestripeAdaptive with a -Radius, in three dimensions: give them the sections of a stack in order. They hold
/// one window of sections, however long the stack is; the steps before are done once a section. Near the stack's ends, and
/// where a section is missing, the window is cut.
/// </para>
/// <para>
/// The grey levels of Contrast (-Mean, -Sigma, -Offset, -HighPassSigma) that are not given follow the stack: the mean is that of
/// the calibration whose offsets the sections have. Where sections are not 16-bit, or spread far less or more than the published
/// ones, the others are scaled, and a warning tells the values. What you give stays.
/// </para>
/// <para>
/// A value out of its range ends the pipeline before any section is touched. A mask of another size than a section is an error
/// of that section; the others go on.
/// </para>
/// </remarks>
/// <example>
/// <para>Removes curtains that the ion beam left from top to bottom, then noise, from one section.</para>
/// <code>Read-EmSection raw/05600.tif -Invert | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Write-EmSection restored/</code>
/// </example>
/// <example>
/// <para>Looks for stripes from left to right at four scales, and looks away from resin: only pixels that are not zero in the mask count as tissue.</para>
/// <code>$section | Invoke-EmFilter Destripe -Direction Horizontal -ScaleCount 4 -BandLength 161, 161, 201, 251 -Mask tissue.tif</code>
/// </example>
/// <example>
/// <para>Removes stripes that are slanted by 10 degrees, told by the neighbouring sections what is tissue.</para>
/// <code>Read-EmSection raw -Invert | Invoke-EmFilter DestripeAdaptive -Angle 10 -Radius 1 | Write-EmSection restored/</code>
/// </example>
/// <example>
/// <para>Raises contrast in dark tissue only, and keeps 16 bits.</para>
/// <code>$section | Invoke-EmFilter Contrast -PixelType UInt16 -Range 0, 65535 -Sigma 2000 -Offset -2000</code>
/// </example>
/// <example>
/// <para>Denoises an aligned stack in three dimensions: each section with its neighbours.</para>
/// <code>Read-EmSection raw -Invert | Invoke-EmFilter Denoise -Radius 1 | Write-EmSection restored/</code>
/// </example>
/// <example>
/// <para>Averages each section with similar places of two sections on either side; what is similar is told by denoised sections.</para>
/// <code>
/// $stack = Read-EmSection raw -Invert
/// $stack | Invoke-EmFilter NonLocalMeans -Radius 2 -Reference ($stack | Invoke-EmFilter Denoise) | Write-EmSection quiet/
/// </code>
/// </example>
/// <seealso cref="GetEmFilterCommand"/>
/// <seealso cref="GetEmSuggestionCommand"/>
/// <seealso cref="FindEmBackgroundCommand"/>
/// <seealso cref="WriteEmSectionCommand"/>
/// <seealso href="../filters.md">Filters</seealso>
[Cmdlet(VerbsLifecycle.Invoke, "EmFilter", HelpUri = HelpPages.InvokeEmFilter)]
[OutputType(typeof(EmSection))]
public sealed class InvokeEmFilterCommand : EmCmdlet, IDynamicParameters
{
    private RuntimeDefinedParameterDictionary _given = [];
    private FilterDefinition _filter = null!;
    private MaskSource? _mask;
    private NeighbourhoodWindows? _neighbours;
    private LevelFitting _levels = null!;

    /// <summary>The sections to filter.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>The filter's name, as Get-EmFilter lists it. Its parameters are then taken beside the ones below.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [FilterName]
    [ArgumentCompleter(typeof(FilterNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>Which pixels are tissue: the path of a TIFF file, or a section, of the size of the sections to filter. Pixels that are not zero are tissue. Without it, all are.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Mask { get; set; }

    /// <summary>For NonLocalMeans: sections whose pixels tell what is similar, such as the same sections after Denoise, or paths of files or folders, with wildcards, that hold them. Each section takes the one of its index. Recipes and stacks can hold references that are the sections themselves with further steps.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public object[]? Reference { get; set; }

    /// <summary>The named filter's own parameters.</summary>
    [SuppressMessage("Design", "CA1024:Use properties where appropriate", Justification = "PowerShell's interface.")]
    public object? GetDynamicParameters()
    {
        FilterDefinition? filter = FilterCatalog.All.FirstOrDefault(f => f.Name.Equals(Name, StringComparison.OrdinalIgnoreCase));
        _given = filter is null ? [] : FilterParameters.ToDynamic(filter);
        return _given;
    }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _filter = FilterCatalog.Get(Name);
        _mask = ForAll(() => SectionArgument.Mask(Mask, this));
        IFilterOptions options = ForAll(() => FilterParameters.ToOptions(_filter, _given));
        FilterStep step = ForAll(() => new FilterStep(_filter, options, _mask));
        _levels = new LevelFitting(step, _given.Values.Where(given => given.IsSet).Select(given => given.Name).ToHashSet(StringComparer.Ordinal), WriteWarning);
        _neighbours = ForAll(() => NeighbourhoodWindows.For(_filter, options, Reference is null ? null : SectionArgument.Sections(Reference, this, nameof(Reference), oneForAll: false), _mask));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
        {
            ForItem(section, () =>
            {
                _mask?.RequireSize(section.Height, section.Width, section.Name);
                WriteObject(_neighbours?.Push(section) ?? _levels.Push(section), enumerateCollection: true);
            });
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        WriteObject(_neighbours?.Complete() ?? _levels.Complete(), enumerateCollection: true);
    }
}
