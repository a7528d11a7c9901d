namespace EmTools.Engine.Filters.Enhancing;

/// <summary>Parameters of <c>Enhance</c>. Lists hold one value a scale, finest first; the last serves the scales beyond.</summary>
public sealed record EnhanceOptions : FilterOptions, IFilterOptions
{
    /// <summary>Scales to work on.</summary>
    [FilterParameter("How many scales to work on.", PublishedName = "scales", Minimum = 1, Maximum = 16)]
    public int ScaleCount { get; init; } = 3;

    /// <summary>What is added to a band.</summary>
    [FilterParameter("What is added to a band: the average of neighbours of the same sign, the band itself, or the average of all neighbours.", PublishedName = "method")]
    public EnhanceMethod Method { get; init; } = EnhanceMethod.SameSign;

    /// <summary>How much is added, as a multiple.</summary>
    [FilterParameter("How many times that is added to the band, one value a scale.", PublishedName = "enhance")]
    public double[] Amount { get; init; } = [1];

    /// <summary>Factor on the band itself.</summary>
    [FilterParameter("Factor on the band itself, one value a scale; 1 keeps it.", PublishedName = "hipass")]
    public double[] HighPass { get; init; } = [1];

    /// <summary>How fast the weight falls outside the range of grey levels; absent: all levels alike.</summary>
    [FilterParameter("How far outside the range of grey levels pixels are still enhanced, one value a scale; negative enhances what is outside, absent enhances all levels alike.", Unit = "grey levels", PublishedName = "sigmaV", Optional = true)]
    public double[]? Sigma { get; init; }

    /// <summary>Which grey levels are enhanced.</summary>
    [FilterParameter("Which grey levels are enhanced, one word a scale: Auto, Left, Right, Mean and Local follow the local means; Interval and Centre take their levels from Range.", PublishedName = "rangeV")]
    public EnhanceRangeRule[] RangeRule { get; init; } = [EnhanceRangeRule.Auto];

    /// <summary>Levels for <see cref="EnhanceRangeRule.Interval"/> (two a scale) or <see cref="EnhanceRangeRule.Centre"/> (one a scale).</summary>
    [FilterParameter("The levels of the rules Interval (two a scale, lower and upper) and Centre (one a scale).", Unit = "grey levels", PublishedName = "rangeV", Optional = true)]
    public double[]? Range { get; init; }

    /// <summary>Side of the window of the local means.</summary>
    [FilterParameter("Side of the window of the local means, one value a scale.", Unit = "pixels", PublishedName = "sizeA", Minimum = 1, Maximum = 100001, Odd = true)]
    public int[] MeanSize { get; init; } = [101];

    /// <summary>How the weight falls outside the range.</summary>
    [FilterParameter("How the weight falls outside the range of grey levels.", PublishedName = "scurve")]
    public EnhanceCurve Curve { get; init; } = EnhanceCurve.Gaussian;

    /// <summary>Whether pixels near edges are enhanced more.</summary>
    [FilterParameter("Whether pixels near edges, where the band changes its sign, are enhanced more: not at all, only edges, by the share of edges around, or by the distance to the nearest.", PublishedName = "distance")]
    public EnhanceDistance Distance { get; init; } = EnhanceDistance.Ignore;

    /// <summary>How fast the weight falls with the distance from the nearest edge.</summary>
    [FilterParameter("How fast the weight falls with the distance from the nearest edge, one value a scale.", Unit = "pixels", PublishedName = "sigmaR", Minimum = 1e-3)]
    public double[] SigmaRange { get; init; } = [2];

    /// <summary>Average over longer windows at coarser scales.</summary>
    [FilterParameter("Average over longer windows at coarser scales.", PublishedName = "expand_window")]
    public bool ExpandWindow { get; init; }

    /// <inheritdoc/>
    public void Validate()
    {
        int perScale = RangeRule.Contains(EnhanceRangeRule.Interval) ? 2 : RangeRule.Contains(EnhanceRangeRule.Centre) ? 1 : 0;
        if (perScale == 0 && Range is not null)
            throw Wrong("the levels are given, but -RangeRule uses none; choose Interval or Centre");
        if (perScale > 0 && (Range is null || Range.Length % perScale != 0 || (perScale == 2 && RangeRule.Contains(EnhanceRangeRule.Centre))))
            throw Wrong(perScale == 2 ? "the rule Interval needs two levels a scale, lower and upper, and does not go with Centre" : "the rule Centre needs one level a scale");
        for (int i = 0; perScale == 2 && i < Range!.Length; i += 2)
        {
            if (Range[i] > Range[i + 1])
                throw Wrong($"the lower level {Range[i]} is above the upper level {Range[i + 1]}");
        }

        if (RangeRule.Any(rule => rule != EnhanceRangeRule.Auto) && Sigma is null)
            throw new EmException(EmErrorKind.InvalidArgument, "EnhanceSigma", "Enhance -Sigma: a -RangeRule has no effect without it; say how far outside the range pixels are still enhanced.", nameof(Sigma));
    }

    private static EmException Wrong(string what) => new(EmErrorKind.InvalidArgument, "EnhanceRange", $"Enhance -Range: {what}.", nameof(Range));
}
