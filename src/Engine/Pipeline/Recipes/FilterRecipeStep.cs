using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Filters;

namespace EmTools.Engine.Pipeline;

/// <summary>A filter in a recipe; it is the same for every section.</summary>
internal sealed record FilterRecipeStep(FilterStep Step) : RecipeStep
{
    private const string MaskName = "mask";

    public override string Name => Step.Name;

    public override bool CanBeSaved => Step.Mask?.IsFile ?? true;

    public override SectionStep BindTo(EmSection section)
    {
        Step.Mask?.RequireSize(section.Height, section.Width, section.Name);
        return Step;
    }

    public override JsonObject ToJson()
    {
        JsonObject step = Step.Describe();
        if (Step.Mask is { } mask)
            step[MaskName] = RecipeJson.Of(mask.RequireFile());
        return step;
    }

    public static FilterRecipeStep Read(RecipeJson json)
    {
        FilterDefinition filter = FilterCatalog.All.FirstOrDefault(f => f.Name.Equals(json.Step, StringComparison.OrdinalIgnoreCase))
            ?? throw json.Wrong("UnknownFilter", $"there is no filter '{json.Step}'; there are {string.Join(", ", FilterCatalog.All.Select(f => f.Name))}, and the steps {string.Join(", ", RecipeFile.CalibrationSteps)}. It may need a newer EmTools");
        if (filter is INeighbourFilter)
            throw json.Wrong("NeighboursNotSaved", "the filter looks at neighbouring sections; recipes hold steps of single sections only");
        json.AllowOnly(RecipeJson.StepName, RecipeJson.ParametersName, MaskName);
        var values = new Dictionary<string, object?>();
        foreach ((string name, JsonNode? value) in json.Parameters)
        {
            FilterParameter parameter = filter.Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw json.Wrong("UnknownFilterParameter", $"filter '{filter.Name}' has no parameter '{name}'; it has {string.Join(", ", filter.Parameters.Select(p => p.Name))}. It may need a newer EmTools");
            values[parameter.Name] = json.Told(() => parameter.FromJson(value, filter.Name));
        }

        MaskSource? mask = json.Object(MaskName) is { } maskJson ? new MaskSource(new EmSection(TiffSource.Open(json.File(maskJson).Path), index: 0)) : null;
        return new(json.Told(() => new FilterStep(filter, filter.CreateOptions(values), mask)));
    }
}
