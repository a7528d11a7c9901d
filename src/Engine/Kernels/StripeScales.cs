using System.Collections.Immutable;

namespace EmTools.Engine.Kernels;

/// <summary>What is published of stripes, scale by scale: <c>Destripe</c> and the measure of stripes look for the same.</summary>
internal static class StripeScales
{
    /// <summary>How long stripes of each scale are at least, finest first, in pixels; the last holds for all beyond.</summary>
    public static ImmutableArray<int> Lengths { get; } = [161, 161, 161, 201, 251, 301];
}
