using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;

namespace EmTools.Engine.Pipeline;

/// <summary>The background in a recipe: the model, the whole volume, and where in it the sections lie that are parts of full ones.</summary>
internal sealed record BackgroundRecipeStep(BackgroundModel Model, BackgroundVolume Volume, (int Y, int X)? Origin) : RecipeStep
{
    public const string Kind = "Background";

    private const string VolumeName = "VolumeShape";
    private const string OriginName = "Origin";
    private const string FirstName = "FirstIndex";
    private const string MeanName = "Mean";

    /// <summary>The background.</summary>
    internal BackgroundModel Model { get; init; } = Model;

    /// <summary>The volume that it runs over.</summary>
    internal BackgroundVolume Volume { get; init; } = Volume;

    /// <summary>Where sections lie in the volume; null where they are as large.</summary>
    internal (int Y, int X)? Origin { get; init; } = Origin;

    public override string Name => Kind;

    public override string Parameters => $"{Model.Terms.Length} terms, volume {Volume}{(Model.File is { } file ? $", {file.Path}" : "")}";

    public override int Revision => BackgroundStep.CurrentRevision;

    public override bool CanBeSaved => Model.File is not null;

    internal override GreyLevels? LevelsAfter(GreyLevels? before) => BackgroundStep.LevelsAfter(before, Volume, Model);

    public override SectionStep BindTo(EmSection section) => new BackgroundStep(section, Model, Volume, Origin);

    internal override IEnumerable<string> Files => Model.File is { } file ? [file.Path] : [];

    internal override JsonObject ToHashed() => (this with { Origin = Origin ?? (0, 0) }).ToJson();

    public override JsonObject ToJson()
    {
        var parameters = new JsonObject { [VolumeName] = new JsonArray(Volume.Shape.Depth, Volume.Shape.Height, Volume.Shape.Width) };
        if (Origin is { } origin)
            parameters[OriginName] = new JsonArray(origin.Y, origin.X);
        if (Volume.First != 0)
            parameters[FirstName] = Volume.First;
        if (Volume.Mean != 0)
            parameters[MeanName] = Volume.Mean;
        var step = new JsonObject { [RecipeJson.StepName] = Kind, [RecipeJson.ParametersName] = parameters };
        RecipeJson.Add(step, Model.File ?? throw new EmException(EmErrorKind.InvalidArgument, "ModelNotAFile", "The background model of this pipeline was made in memory; a recipe can only hold one that is a file. Save it, and read it from there.", Kind));
        return step;
    }

    public static BackgroundRecipeStep Read(RecipeJson json)
    {
        json.AllowOnly(RecipeJson.StepName, RecipeJson.ParametersName, RecipeJson.FileName, RecipeJson.HashName);
        json.AllowOnlyParameters(VolumeName, OriginName, FirstName, MeanName);
        VolumeShape? shape = json.Integers(VolumeName, 3) is { } axes ? new VolumeShape(axes[0], axes[1], axes[2]) : null;
        (int, int)? origin = json.Integers(OriginName, 2) is { } corner ? (corner[0], corner[1]) : null;
        var model = BackgroundModel.Read(json.File().Path);

        // A recipe that names just this model was made with its volume. One that takes whatever model is in the folder takes
        // the folder's stack, whatever volume it was written for: a model's coordinates are its own stack's.
        BackgroundVolume? volume = json.Told(() => BackgroundVolume.For(json.Has(RecipeJson.HashName) ? shape : null, model));
        if (json.Parameters.ContainsKey(MeanName) || json.Parameters.ContainsKey(FirstName))
            volume = new BackgroundVolume(shape ?? throw Incomplete(), json.Parameters.ContainsKey(FirstName) ? json.Integer(FirstName) : 0, json.Number(MeanName, 0));
        return new(model, volume ?? new BackgroundVolume(shape ?? throw Incomplete()), origin);

        EmException Incomplete() => json.Wrong("RecipeIncomplete", $"-{VolumeName} (z, y, x) is missing, and no {CalibratedVolume.FileName} beside the model tells it");
    }
}
