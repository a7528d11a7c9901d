using EmTools.Engine.Filters.Destriping;

namespace EmTools.Engine.Estimation.Sections;

/// <summary>Destriping of a section that was reduced eightfold: the published parameters of the scales that are left.</summary>
internal static class ReducedDestripe
{
    /// <summary>Scales of the full section whose stripes average out within a block.</summary>
    private const int ScalesBelow = 3;

    /// <summary>The published parameters with every length an eighth, odd as they must be.</summary>
    public static DestripeOptions Options { get; } = Reduced(new DestripeOptions());

    private static DestripeOptions Reduced(DestripeOptions full) => full with
    {
        ScaleCount = full.ScaleCount - ScalesBelow,
        BandLength = Lengths(full.BandLength),
        Window = Lengths(full.Window),
        ThresholdMultiplier = [DestripeOptions.At(full.ThresholdMultiplier, ScalesBelow)],
        ThresholdWindow = Odd(full.ThresholdWindow),
    };

    private static int[] Lengths(int[] full) => [.. full.Skip(ScalesBelow).Select(Odd)];

    private static int Odd(int length) => length / BlockGrid.FineSide / 2 * 2 + 1;
}
