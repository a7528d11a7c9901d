using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Suggestions;

/// <summary>What suggested parameters are to aim at.</summary>
public sealed record SuggestionOptions
{
    /// <summary>Share of the pixels, 0 to 0.2, that may end at each end of the output's range; default 0.005.</summary>
    public double SaturatedShare { get; init; } = 0.005;

    /// <summary>Which pixels of the sections count, beside those that are flat background; null for all.</summary>
    public MaskSource? Mask { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="EmException">A value out of its range.</exception>
    public void Check()
    {
        if (!(SaturatedShare >= 0 && SaturatedShare <= 0.2))
            throw new EmException(EmErrorKind.InvalidArgument, "SaturatedShare", FormattableString.Invariant($"The share of pixels that may saturate must be 0 to 0.2 (20 percent), but is {SaturatedShare}."), nameof(SaturatedShare));
    }
}
