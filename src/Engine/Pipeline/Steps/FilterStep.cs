using System.Globalization;
using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Filters;
using EmTools.Engine.Filters.AdaptiveDestriping;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Filters.Geometry;
using EmTools.Engine.Filters.Ranges;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>A filter with its parameters, as a step.</summary>
public sealed record FilterStep : SectionStep
{
    private const string MaskName = "mask";

    /// <summary>Makes the step; checks the options.</summary>
    /// <param name="filter">Which filter.</param>
    /// <param name="options">Its parameters.</param>
    /// <param name="mask">Which pixels are tissue, or null for all.</param>
    /// <exception cref="EmException">A value out of range, or a mask for a filter that takes none.</exception>
    public FilterStep(FilterDefinition filter, IFilterOptions options, MaskSource? mask = null)
    {
        ArgumentNullException.ThrowIfNull(filter);
        filter.Check(options);
        if (mask is not null && !filter.TakesMask)
            throw new EmException(EmErrorKind.InvalidArgument, "MaskNotTaken", $"Filter '{filter.Name}' takes no mask: it is defined for whole sections only. Leave the mask out.", "Mask");
        (Filter, Options, Mask) = (filter, options, mask);
    }

    /// <inheritdoc/>
    public override string Name => Filter.Name;

    /// <summary>The filter.</summary>
    internal FilterDefinition Filter { get; }

    /// <inheritdoc/>
    public override int Revision => Filter.Revision;

    /// <summary>The parameters.</summary>
    public IFilterOptions Options { get; }

    /// <summary>Which pixels are tissue, or null for all.</summary>
    public MaskSource? Mask { get; }

    /// <summary>Names of the parameters that a recipe gives, where grey levels that it does not give follow the stack; else null.</summary>
    internal IReadOnlySet<string>? Given { get; init; }

    /// <summary>True for a filter over neighbouring sections that is given a section alone.</summary>
    internal bool LacksNeighbours => Filter.NeedsNeighbours(Options);

    /// <inheritdoc/>
    public override PixelType OutputType => Filter.OutputType(Options);

    /// <inheritdoc/>
    public override bool CanBeSaved => !LacksNeighbours && (Mask?.IsFile ?? true);

    internal override IEnumerable<string> Files => Mask?.Files ?? [];

    /// <inheritdoc/>
    public override (int Height, int Width) OutputSize(int height, int width) => (Filter as GeometryFilter)?.OutputSize(height, width, Options) ?? (height, width);

    internal override SectionFrame FrameAfter(SectionFrame before, int height, int width) => (Filter as GeometryFilter)?.FrameAfter(before, Options) ?? before;

    internal override bool KeepsType => Filter is GeometryFilter { KeepsType: true };

    internal override Plane Choose(Plane input) => ((GeometryFilter)Filter).Choose(input, Options);

    /// <summary>The parameters that differ from the defaults, and the mask.</summary>
    public override string Parameters => string.Join(", ", ((string[])[Filter.Changed(Options), Mask is { } mask ? $"mask {mask.Name}" : ""]).Where(text => text.Length > 0));

    /// <inheritdoc/>
    public override long WorkingBytes(int height, int width, int threads) => Filter.WorkingBytes(height, width, threads, Options);

    /// <summary>The step, with grey levels that the recipe leaves open as the section's calibration has them.</summary>
    /// <exception cref="EmException">The mask is of another size than the section.</exception>
    public override SectionStep Bind(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        Mask?.RequireSize(section.Height, section.Width, section.Name);
        (Filter as GeometryFilter)?.Require(section.Height, section.Width, Options, section.Label);
        if (Given is null)
            return this;
        return LevelFitting.LevelsOf(section) is { } levels ? ForLevels(levels, Given) : this with { Given = null };
    }

    /// <inheritdoc/>
    public override Plane Apply(Plane<float> input, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        TellIfUnfit(input, context);
        TellOfDataBar(input, context);
        using Plane<byte>? tissue = Mask?.Read(input.Height, input.Width, context);
        return Filter.Compute(input, Options, tissue, context);
    }

    /// <summary>Tells who listens when the parameters are made for other grey levels than the input's.</summary>
    internal void TellIfUnfit(Plane input, EvaluationContext context)
    {
        if (context.OnNotice is { } tell && Options is IGreyLevelOptions options && options.Unfit(PixelLevels.Of(input)) is { } why)
            tell(new ResultNotice("OutsideRange", Name, why));
    }

    /// <summary>Tells who listens of a data bar below the picture, where the filter would spread it along the columns.</summary>
    internal void TellOfDataBar(Plane<float> input, EvaluationContext context)
    {
        if (context.OnNotice is { } tell && Options is DestripeOptions or DestripeAdaptiveOptions && Mask is null && DataBar.RowsOf(input) is > 0 and var rows)
            tell(new ResultNotice("DataBar", Name, string.Create(CultureInfo.InvariantCulture, $"the lowest {rows} rows ({input.Height - rows} to {input.Height - 1}) are a data bar and no picture, and change what is found of stripes in the columns above. Cut them off first, with {DataBar.Cut(rows, input.Height, input.Width)}, or give a mask")));
    }

    /// <summary>The filter with options for a stack's levels; those that were given stay.</summary>
    internal FilterStep ForLevels(GreyLevels levels, IReadOnlySet<string> given)
        => Options is ILevelledOptions levelled ? new FilterStep(Filter, levelled.ForLevels(levels, given), Mask) : this;

    /// <summary>The filter with other options.</summary>
    internal FilterStep With(IFilterOptions options) => new(Filter, options, Mask);

    internal override GreyLevels? LevelsAfter(GreyLevels? before) => Options is RescaleOptions or CompressOutliersOptions or ContrastOptions ? null : before;

    /// <inheritdoc/>
    protected override JsonObject ToJson(StepForm form)
    {
        // Read back, it would look at neighbours.
        if (LacksNeighbours && form != StepForm.Output)
            throw new EmException(EmErrorKind.NotSupported, "NeighboursNotSaved", $"{Name} is given sections alone, without neighbours, which recipes cannot hold. Give it the sections of a stack (NeighbourhoodWindows).", Name);

        // Grey levels that a recipe leaves open count as the published ones; bound to sections, they are what these get.
        JsonObject step = Json(Filter.ToJson(Options, form == StepForm.Recipe && Given is not null ? ((ILevelledOptions)Options).Levelled.Except(Given) : []));
        return WithMask(step, Mask, form);
    }

    /// <summary>A step's JSON with its mask: the file with its hash, or in outputs its name.</summary>
    internal static JsonObject WithMask(JsonObject step, MaskSource? mask, StepForm form)
    {
        if (mask is not null)
            step[MaskName] = form == StepForm.Output ? mask.Name : RecipeJson.Of(mask.RequireFile());
        return step;
    }

    internal static SectionStep Read(RecipeJson json)
    {
        FilterDefinition filter = FilterCatalog.All.FirstOrDefault(f => f.Name.Equals(json.Step, StringComparison.OrdinalIgnoreCase))
            ?? throw json.Error("UnknownFilter", $"there is no filter '{json.Step}'; there are {string.Join(", ", FilterCatalog.All.Select(f => f.Name))}, and the steps {string.Join(", ", RecipeFile.OtherSteps)}. It may need a newer EmTools");
        json.AllowOnly([RecipeJson.StepName, RecipeJson.ParametersName, .. filter.TakesMask ? [MaskName] : Array.Empty<string>(), .. filter is INeighbourFilter { TakesReference: true } ? [NeighbourStep.ReferenceName] : Array.Empty<string>()]);
        var values = new Dictionary<string, object?>();
        foreach ((string name, JsonNode? value) in json.Parameters)
        {
            FilterParameter parameter = filter.Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw json.Error("UnknownFilterParameter", $"filter '{filter.Name}' has no parameter '{name}'; it has {string.Join(", ", filter.Parameters.Select(p => p.Name))}. It may need a newer EmTools");
            values[parameter.Name] = json.InContext(() => parameter.FromJson(value, filter.Name));
        }

        IFilterOptions options = json.InContext(() => filter.CreateOptions(values));
        MaskSource? mask = json.Object(MaskName) is { } maskJson ? new MaskSource(new EmSection(ImageSource.OpenMask(json.File(maskJson).Path), index: 0)) : null;
        if (filter.NeedsNeighbours(options))
            return new NeighbourStep(filter, (INeighbourOptions)options, NeighbourStep.ReadReference(json), mask);
        var given = values.Keys.ToHashSet(StringComparer.Ordinal);
        return json.InContext(() => new FilterStep(filter, options, mask) { Given = options is ILevelledOptions levelled && !levelled.Levelled.All(given.Contains) ? given : null });
    }
}
