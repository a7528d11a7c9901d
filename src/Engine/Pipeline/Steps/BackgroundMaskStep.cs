using System.Globalization;
using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Filters.FlatBackground;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Turns a section into a mask of its tissue: 255, and 0 for flat artificial background.</summary>
public sealed record BackgroundMaskStep : SectionStep
{
    /// <summary>To be raised when a pixel that the step gives changes by a bit.</summary>
    internal const int CurrentRevision = 1;

    internal const string Kind = "BackgroundMask";

    private const string ThresholdName = "Threshold";
    private const string AreaName = "MinimumArea";

    private readonly double _threshold;
    private readonly long _minimumArea;

    /// <summary>Makes the step.</summary>
    /// <param name="threshold">How much the pixels of a 3 x 3 square may differ where it is flat, in grey levels.</param>
    /// <param name="minimumArea">Areas of this many pixels or fewer are tissue after all; 0 for a ten-thousandth of the section.</param>
    /// <exception cref="EmException">A negative value, or one that is no number.</exception>
    public BackgroundMaskStep(double threshold = 0, long minimumArea = 0)
    {
        if (!(threshold >= 0) || double.IsInfinity(threshold))
            throw new EmException(EmErrorKind.InvalidArgument, "FlatThreshold", $"The threshold {threshold.ToString(CultureInfo.InvariantCulture)} is no difference of grey levels; give 0 or more.", ThresholdName);
        if (minimumArea < 0)
            throw new EmException(EmErrorKind.InvalidArgument, "FlatArea", $"The area {minimumArea} is negative; give it in pixels, or 0 for a ten-thousandth of the section.", AreaName);
        (_threshold, _minimumArea) = (threshold, minimumArea);
    }

    /// <inheritdoc/>
    public override string Name => Kind;

    /// <inheritdoc/>
    public override int Revision => CurrentRevision;

    /// <inheritdoc/>
    public override PixelType OutputType => PixelType.UInt8;

    internal override bool GivesMask => true;

    /// <inheritdoc/>
    public override Plane Apply(Plane<float> input, EvaluationContext context) => FlatRegions.TissueMask(input, _threshold, _minimumArea, context);

    internal override GreyLevels? LevelsAfter(GreyLevels? before) => null;

    /// <inheritdoc/>
    public override string Parameters
        => string.Join(", ", ((string[])[_threshold > 0 ? string.Create(CultureInfo.InvariantCulture, $"Threshold {_threshold}") : "", _minimumArea > 0 ? string.Create(CultureInfo.InvariantCulture, $"MinimumArea {_minimumArea}") : ""]).Where(text => text.Length > 0));

    /// <inheritdoc/>
    protected override JsonObject ToJson(StepForm form) => Json(new JsonObject { [ThresholdName] = _threshold, [AreaName] = _minimumArea });

    internal static BackgroundMaskStep Read(RecipeJson json)
    {
        json.AllowOnly(RecipeJson.StepName, RecipeJson.ParametersName);
        json.AllowOnlyParameters(ThresholdName, AreaName);
        (double threshold, double area) = (json.Number(ThresholdName, 0), json.Number(AreaName, 0));
        return json.InContext(() => new BackgroundMaskStep(threshold, (long)area));
    }
}
