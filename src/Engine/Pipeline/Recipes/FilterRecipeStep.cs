using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Filters;

namespace EmTools.Engine.Pipeline;

/// <summary>A filter in a recipe; it is the same for every section of a stack.</summary>
/// <param name="Step">The filter with its parameters.</param>
/// <param name="Given">Names of the parameters that the recipe gives, where grey levels that it does not give follow the stack; else null.</param>
internal sealed record FilterRecipeStep(FilterStep Step, IReadOnlySet<string>? Given = null) : RecipeStep
{
    private const string MaskName = "mask";

    /// <summary>The step, which is bound to no section.</summary>
    internal FilterStep Step { get; init; } = Step;

    /// <summary>Those of the parameters that were given, where others are to follow the stack; null where all are set.</summary>
    internal IReadOnlySet<string>? Given { get; init; } = Given;

    /// <summary>The filter's parameters.</summary>
    public IFilterOptions Options => Step.Options;

    /// <inheritdoc/>
    public override string Parameters => string.Join(", ", ((string[])[Step.Parameters, Step.Mask is { } mask ? $"mask {mask.Name}" : ""]).Where(text => text.Length > 0));

    public override string Name => Step.Name;

    public override int Revision => Step.Revision;

    public override bool CanBeSaved => !Step.LacksNeighbours && (Step.Mask?.IsFile ?? true);

    public override long WorkingBytes(int height, int width, int threads) => Step.WorkingBytes(height, width, threads);

    internal override GreyLevels? LevelsAfter(GreyLevels? before) => Step.LevelsAfter(before);

    public override SectionStep BindTo(EmSection section)
    {
        Step.Mask?.RequireSize(section.Height, section.Width, section.Name);
        return Given is not null && LevelFitting.LevelsOf(section) is { } levels ? Step.ForLevels(levels, Given) : Step;
    }

    internal override IEnumerable<string> Files => Step.Files;

    /// <summary>Grey levels that the recipe leaves open count as the published ones; bound to sections, they are what these get.</summary>
    internal override JsonObject ToHashed() => (this with { Given = null }).ToJson();

    public override JsonObject ToJson()
    {
        // Read back, it would look at neighbours.
        if (Step.LacksNeighbours)
            throw new EmException(EmErrorKind.NotSupported, "NeighboursNotSaved", $"{Name} is given sections alone, without neighbours, which recipes cannot hold. Give it the sections of a stack (NeighbourhoodWindows).", Name);
        JsonObject step = Step.Describe();
        if (Given is not null)
        {
            foreach (string name in ((ILevelledOptions)Step.Options).Levelled.Where(name => !Given.Contains(name)))
                ((JsonObject)step["parameters"]!).Remove(name);
        }

        if (Step.Mask is { } mask)
            step[MaskName] = RecipeJson.Of(mask.RequireFile());
        return step;
    }

    /// <summary>The step with the grey levels that the recipe does not give taken from the calibration whose offsets it subtracts.</summary>
    public FilterRecipeStep For(GreyLevels? levels) => Given is not null && levels is not null ? new FilterRecipeStep(Step.ForLevels(levels, Given)) : this;

    public static RecipeStep Read(RecipeJson json)
    {
        FilterDefinition filter = FilterCatalog.All.FirstOrDefault(f => f.Name.Equals(json.Step, StringComparison.OrdinalIgnoreCase))
            ?? throw json.Wrong("UnknownFilter", $"there is no filter '{json.Step}'; there are {string.Join(", ", FilterCatalog.All.Select(f => f.Name))}, and the steps {string.Join(", ", RecipeFile.CalibrationSteps)}. It may need a newer EmTools");
        json.AllowOnly([RecipeJson.StepName, RecipeJson.ParametersName, .. filter.TakesMask ? [MaskName] : Array.Empty<string>(), .. filter is INeighbourFilter { TakesReference: true } ? [NeighbourRecipeStep.ReferenceName] : Array.Empty<string>()]);
        var values = new Dictionary<string, object?>();
        foreach ((string name, JsonNode? value) in json.Parameters)
        {
            FilterParameter parameter = filter.Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw json.Wrong("UnknownFilterParameter", $"filter '{filter.Name}' has no parameter '{name}'; it has {string.Join(", ", filter.Parameters.Select(p => p.Name))}. It may need a newer EmTools");
            values[parameter.Name] = json.Told(() => parameter.FromJson(value, filter.Name));
        }

        IFilterOptions options = json.Told(() => filter.CreateOptions(values));
        if (filter.NeedsNeighbours(options))
            return new NeighbourRecipeStep(filter, (INeighbourOptions)options, ReadReference(json));
        MaskSource? mask = json.Object(MaskName) is { } maskJson ? new MaskSource(new EmSection(ImageSource.OpenMask(json.File(maskJson).Path), index: 0)) : null;
        var step = json.Told(() => new FilterStep(filter, options, mask));
        var given = values.Keys.ToHashSet(StringComparer.Ordinal);
        return new FilterRecipeStep(step, options is ILevelledOptions levelled && !levelled.Levelled.All(given.Contains) ? given : null);
    }

    private static ReferenceSteps? ReadReference(RecipeJson json)
    {
        if (!json.Has(NeighbourRecipeStep.ReferenceName))
            return null;
        RecipeStep[] steps = [.. json.Steps(NeighbourRecipeStep.ReferenceName).Select(RecipeFile.ReadStep)];
        return Array.Find(steps, step => step.Radius > 0) is { } wide
            ? throw json.Wrong("ReferenceNeedsNeighbours", $"\"{NeighbourRecipeStep.ReferenceName}\" has the step {wide.Name}, which looks at neighbouring sections; references take steps of single sections")
            : steps.Length == 0 ? null : new ReferenceSteps(steps);
    }
}
