using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;

namespace EmTools.Engine.Pipeline;

/// <summary>The mask of flat background in a recipe; it is the same for every section.</summary>
internal sealed record BackgroundMaskRecipeStep(double Threshold, long MinimumArea) : RecipeStep
{
    public const string Kind = "BackgroundMask";

    public override string Name => Kind;

    public override string Parameters => BackgroundMaskStep.InWords(Threshold, MinimumArea);

    public override int Revision => BackgroundMaskStep.CurrentRevision;

    internal override GreyLevels? LevelsAfter(GreyLevels? before) => null;

    public override SectionStep BindTo(EmSection section) => new BackgroundMaskStep(Threshold, MinimumArea);

    public override JsonObject ToJson() => new BackgroundMaskStep(Threshold, MinimumArea).Describe();

    public static BackgroundMaskRecipeStep Read(RecipeJson json)
    {
        json.AllowOnly(RecipeJson.StepName, RecipeJson.ParametersName);
        json.AllowOnlyParameters(nameof(Threshold), nameof(MinimumArea));
        var step = new BackgroundMaskRecipeStep(json.Number(nameof(Threshold), 0), (long)json.Number(nameof(MinimumArea), 0));
        _ = json.Told(() => new BackgroundMaskStep(step.Threshold, step.MinimumArea)); // its checks are the step's own
        return step;
    }
}
