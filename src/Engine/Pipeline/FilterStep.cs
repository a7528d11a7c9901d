using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Ranges;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>A filter with its parameters, as a step.</summary>
public sealed class FilterStep : SectionStep
{
    private readonly FilterDefinition _filter;

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
        _filter = filter;
        Options = options;
        Mask = mask;
    }

    /// <inheritdoc/>
    public override string Name => _filter.Name;

    /// <summary>The filter.</summary>
    internal FilterDefinition Filter => _filter;

    /// <inheritdoc/>
    public override int Revision => _filter.Revision;

    /// <summary>The parameters.</summary>
    public IFilterOptions Options { get; }

    /// <summary>Which pixels are tissue, or null for all.</summary>
    public MaskSource? Mask { get; }

    /// <summary>True for a filter over neighbouring sections that is given a section alone.</summary>
    internal bool LacksNeighbours => _filter.NeedsNeighbours(Options);

    /// <summary>The memory, in bytes, that the filter takes beside its input and its result; 0 where that is less than a plane.</summary>
    internal long WorkingBytes(int height, int width, int threads) => _filter.WorkingBytes(height, width, threads, Options);

    /// <inheritdoc/>
    public override PixelType OutputType => _filter.OutputType(Options);

    internal override IEnumerable<string> Files => Mask?.Files ?? [];

    /// <inheritdoc/>
    public override Plane Apply(Plane<float> input, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        try
        {
            ArgumentNullException.ThrowIfNull(context);
            TellIfUnfit(input, context);
            using Plane<byte>? tissue = Mask?.Read(input.Height, input.Width, context);
            return _filter.Compute(input, Options, tissue, context);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>Tells who listens when the parameters are made for other grey levels than the input's.</summary>
    internal void TellIfUnfit(Plane input, EvaluationContext context)
    {
        if (context.OnNotice is { } tell && Options is IGreyLevelOptions options && options.Unfit(PixelLevels.Of(input)) is { } why)
            tell(new ResultNotice("OutsideRange", Name, why));
    }

    /// <summary>The filter with options for a stack's levels; those that were given stay.</summary>
    internal FilterStep ForLevels(GreyLevels levels, IReadOnlySet<string> given)
        => Options is ILevelledOptions levelled ? new FilterStep(_filter, levelled.ForLevels(levels, given), Mask) : this;

    /// <inheritdoc/>
    internal override GreyLevels? LevelsAfter(GreyLevels? before) => Options is RescaleOptions or CompressOutliersOptions or ContrastOptions ? null : before;

    /// <inheritdoc/>
    public override RecipeStep ToRecipe() => new FilterRecipeStep(this);

    /// <inheritdoc/>
    public override JsonObject Describe()
    {
        var parameters = new JsonObject();
        foreach (FilterParameter parameter in _filter.Parameters)
            parameters[parameter.Name] = parameter.ToJson(Options);
        var step = new JsonObject { ["step"] = Name, ["parameters"] = parameters };
        if (Mask is not null)
            step["mask"] = Mask.Name;
        return step;
    }

    /// <summary>The parameters that differ from the defaults.</summary>
    public override string Parameters => Changed(_filter, Options);

    /// <summary>The parameters of a filter that differ from the defaults, in words.</summary>
    internal static string Changed(FilterDefinition filter, IFilterOptions options)
    {
        object defaults = Activator.CreateInstance(filter.OptionsType)!;
        return string.Join(", ", filter.Parameters
            .Where(p => !JsonNode.DeepEquals(p.ToJson(options), p.ToJson(defaults)))
            .Select(p => $"{p.Name} {p.Format(options)}"));
    }
}
