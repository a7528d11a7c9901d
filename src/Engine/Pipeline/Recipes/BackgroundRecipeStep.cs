using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;

namespace EmTools.Engine.Pipeline;

/// <summary>The background in a recipe: the model, the whole volume's shape, and where in it the sections lie.</summary>
internal sealed record BackgroundRecipeStep(BackgroundModel Model, VolumeShape Volume, int OriginY, int OriginX) : RecipeStep
{
    public const string Kind = "Background";

    private const string VolumeName = "VolumeShape";
    private const string OriginName = "Origin";

    public override string Name => Kind;

    public override bool CanBeSaved => Model.File is not null;

    public override SectionStep BindTo(EmSection section) => new BackgroundStep(section, Model, Volume, OriginY, OriginX);

    internal override IEnumerable<string> Files => Model.File is { } file ? [file.Path] : [];

    public override JsonObject ToJson()
    {
        var step = new JsonObject
        {
            [RecipeJson.StepName] = Kind,
            [RecipeJson.ParametersName] = new JsonObject
            {
                [VolumeName] = new JsonArray(Volume.Depth, Volume.Height, Volume.Width),
                [OriginName] = new JsonArray(OriginY, OriginX),
            },
        };
        RecipeJson.Add(step, Model.File ?? throw new EmException(EmErrorKind.InvalidArgument, "ModelNotAFile", "The background model of this pipeline was made in memory; a recipe can only hold one that is a file. Save it, and read it from there.", Kind));
        return step;
    }

    public static BackgroundRecipeStep Read(RecipeJson json)
    {
        json.AllowOnly(RecipeJson.StepName, RecipeJson.ParametersName, RecipeJson.FileName, RecipeJson.HashName);
        json.AllowOnlyParameters(VolumeName, OriginName);
        int[] volume = json.Integers(VolumeName, 3) ?? throw json.Wrong("RecipeIncomplete", $"-{VolumeName} (z, y, x) is missing");
        int[] origin = json.Integers(OriginName, 2) ?? [0, 0];
        return new(BackgroundModel.Read(json.File().Path), new VolumeShape(volume[0], volume[1], volume[2]), origin[0], origin[1]);
    }
}
