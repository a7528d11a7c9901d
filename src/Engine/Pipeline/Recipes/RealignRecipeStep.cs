using System.Globalization;
using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;

namespace EmTools.Engine.Pipeline;

/// <summary>A move in a recipe: a table, from which every section takes its shift, or one shift for all.</summary>
internal sealed record RealignRecipeStep(ShiftTable? Table, int ShiftY, int ShiftX, int Height, int Width) : RecipeStep
{
    public const string Kind = "Realign";

    private const string ShiftName = "Shift";
    private const string ShapeName = "Shape";

    /// <summary>The table; null where all sections have one shift.</summary>
    internal ShiftTable? Table { get; init; } = Table;

    public override string Name => Kind;

    public override string Parameters => Table?.File.Path ?? string.Create(CultureInfo.InvariantCulture, $"{ShiftY}, {ShiftX}");

    public override int Revision => RealignStep.CurrentRevision;

    public override SectionStep BindTo(EmSection section)
    {
        (int y, int x) = Table?.At(section.Index) ?? (ShiftY, ShiftX);
        return new RealignStep(section, y, x, Height, Width, Table);
    }

    internal override IEnumerable<string> Files => Table is null ? [] : [Table.File.Path];

    public override JsonObject ToJson()
    {
        var parameters = new JsonObject();
        if (Table is null)
            parameters[ShiftName] = new JsonArray(ShiftY, ShiftX);
        if (Height > 0 || Width > 0)
            parameters[ShapeName] = new JsonArray(Height, Width);
        var step = new JsonObject { [RecipeJson.StepName] = Kind, [RecipeJson.ParametersName] = parameters };
        if (Table is null)
            return step;
        RecipeJson.Add(step, Table.File);
        if (Table.Dataset is { } dataset)
            step[RecipeJson.DatasetName] = dataset;
        return step;
    }

    public static RealignRecipeStep Read(RecipeJson json)
    {
        json.AllowOnly(RecipeJson.StepName, RecipeJson.ParametersName, RecipeJson.FileName, RecipeJson.HashName, RecipeJson.DatasetName);
        json.AllowOnlyParameters(ShiftName, ShapeName);
        int[] shape = json.Integers(ShapeName, 2) ?? [0, 0];
        if (json.HasFile)
            return new(ShiftTable.Read(json.File().Path, json.Text(RecipeJson.DatasetName) ?? "shift"), 0, 0, shape[0], shape[1]);
        int[] shift = json.Integers(ShiftName, 2) ?? throw json.Wrong("RecipeIncomplete", $"-{ShiftName} (y, x) is missing");
        return new(null, shift[0], shift[1], shape[0], shape[1]);
    }
}
