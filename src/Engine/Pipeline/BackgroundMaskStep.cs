using System.Globalization;
using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Filters.FlatBackground;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Turns a section into a mask of its tissue: 255, and 0 for flat artificial background.</summary>
public sealed class BackgroundMaskStep : SectionStep
{
    /// <summary>To be raised when a pixel that the step gives changes by a bit.</summary>
    internal const int CurrentRevision = 1;

    private readonly double _threshold;
    private readonly long _minimumArea;

    /// <summary>Makes the step.</summary>
    /// <param name="threshold">How much the pixels of a 3 x 3 square may differ where it is flat, in grey levels.</param>
    /// <param name="minimumArea">Areas of this many pixels or fewer are tissue after all; 0 for a ten-thousandth of the section.</param>
    /// <exception cref="EmException">A negative value, or one that is no number.</exception>
    public BackgroundMaskStep(double threshold = 0, long minimumArea = 0)
    {
        if (!(threshold >= 0) || double.IsInfinity(threshold))
            throw new EmException(EmErrorKind.InvalidArgument, "FlatThreshold", $"The threshold {threshold.ToString(CultureInfo.InvariantCulture)} is no difference of grey levels; give 0 or more.", "Threshold");
        if (minimumArea < 0)
            throw new EmException(EmErrorKind.InvalidArgument, "FlatArea", $"The area {minimumArea} is negative; give it in pixels, or 0 for a ten-thousandth of the section.", "MinimumArea");
        (_threshold, _minimumArea) = (threshold, minimumArea);
    }

    /// <inheritdoc/>
    public override string Name => "BackgroundMask";

    internal override bool GivesMask => true;

    /// <inheritdoc/>
    public override int Revision => CurrentRevision;

    /// <inheritdoc/>
    public override PixelType OutputType => PixelType.UInt8;

    /// <inheritdoc/>
    internal override GreyLevels? LevelsAfter(GreyLevels? before) => null;

    /// <inheritdoc/>
    public override string Parameters => InWords(_threshold, _minimumArea);

    /// <summary>The parameters that are not the defaults.</summary>
    internal static string InWords(double threshold, long minimumArea)
        => string.Join(", ", ((string[])[threshold > 0 ? string.Create(CultureInfo.InvariantCulture, $"Threshold {threshold}") : "", minimumArea > 0 ? string.Create(CultureInfo.InvariantCulture, $"MinimumArea {minimumArea}") : ""]).Where(text => text.Length > 0));

    /// <inheritdoc/>
    public override RecipeStep ToRecipe() => new BackgroundMaskRecipeStep(_threshold, _minimumArea);

    /// <inheritdoc/>
    public override JsonObject Describe() => new()
    {
        ["step"] = Name,
        ["parameters"] = new JsonObject { ["Threshold"] = _threshold, ["MinimumArea"] = _minimumArea },
    };

    /// <inheritdoc/>
    public override Plane Apply(Plane<float> input, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        using (input)
            return FlatRegions.TissueMask(input, _threshold, _minimumArea, context);
    }
}
