using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;

namespace EmTools.Engine.Pipeline;

/// <summary>The intensity offset in a recipe: a table, from which every section takes its value, or one value for all.</summary>
internal sealed record OffsetRecipeStep(IntensityOffsetTable? Table, double Value) : RecipeStep
{
    public const string Kind = "IntensityOffset";

    private const string ValueName = "Value";

    public override string Name => Kind;

    public override SectionStep BindTo(EmSection section)
        => Table is null ? new IntensityOffsetStep(Value) : new IntensityOffsetStep(Table, section.Index);

    internal override IEnumerable<string> Files => Table is null ? [] : [Table.File.Path];

    public override JsonObject ToJson()
    {
        var step = new JsonObject { [RecipeJson.StepName] = Kind };
        if (Table is null)
        {
            step[RecipeJson.ParametersName] = new JsonObject { [ValueName] = Value };
            return step;
        }

        RecipeJson.Add(step, Table.File);
        step[RecipeJson.DatasetName] = Table.Dataset;
        return step;
    }

    public static OffsetRecipeStep Read(RecipeJson json)
    {
        if (!json.HasFile)
        {
            json.AllowOnly(RecipeJson.StepName, RecipeJson.ParametersName);
            json.AllowOnlyParameters(ValueName);
            return new(null, json.Number(ValueName));
        }

        json.AllowOnly(RecipeJson.StepName, RecipeJson.FileName, RecipeJson.HashName, RecipeJson.DatasetName);
        return new(IntensityOffsetTable.Read(json.File().Path, json.Text(RecipeJson.DatasetName) ?? IntensityOffsetTable.DefaultDataset), 0);
    }
}
