using System.Globalization;
using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;

namespace EmTools.Engine.Pipeline;

/// <summary>The intensity offset in a recipe: a table, from which every section takes its value, or one value for all.</summary>
internal sealed record OffsetRecipeStep(IntensityOffsetTable? Table, double Value) : RecipeStep
{
    public const string Kind = "IntensityOffset";

    private const string ValueName = "Value";
    private const string BaseName = "IndexBase";

    /// <summary>The table; null where all sections have one value.</summary>
    internal IntensityOffsetTable? Table { get; init; } = Table;

    /// <summary>The value where there is no table.</summary>
    internal double Value { get; init; } = Value;

    public override string Name => Kind;

    public override string Parameters => Table?.File.Path ?? string.Create(CultureInfo.InvariantCulture, $"{Value:G7}");

    public override int Revision => IntensityOffsetStep.CurrentRevision;

    internal override GreyLevels? LevelsAfter(GreyLevels? before)
        => Table is null ? before is null ? null : before with { Mean = before.Mean - Value } : Table.Stack?.Levels;

    internal override void RequireStack(EmSection section, Action<string> warn)
    {
        if (Table is not null)
            IntensityOffsetStep.RequireStack(section, Table, warn);
    }

    public override SectionStep BindTo(EmSection section)
        => Table is null ? new IntensityOffsetStep(Value) : IntensityOffsetStep.Of(section, Table);

    internal override IEnumerable<string> Files => Table is null ? [] : [Table.File.Path];

    public override JsonObject ToJson()
    {
        var step = new JsonObject { [RecipeJson.StepName] = Kind };
        if (Table is null)
        {
            step[RecipeJson.ParametersName] = new JsonObject { [ValueName] = Value };
            return step;
        }

        if (Table.IndexBase is { } first)
            step[RecipeJson.ParametersName] = new JsonObject { [BaseName] = first };
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

        json.AllowOnly(RecipeJson.StepName, RecipeJson.ParametersName, RecipeJson.FileName, RecipeJson.HashName, RecipeJson.DatasetName);
        json.AllowOnlyParameters(BaseName);
        int? first = json.Parameters.ContainsKey(BaseName) ? json.Integer(BaseName) : null;
        return new(IntensityOffsetTable.ReadWithStack(json.File().Path, json.Text(RecipeJson.DatasetName) ?? IntensityOffsetTable.DefaultDataset, first), 0);
    }
}
