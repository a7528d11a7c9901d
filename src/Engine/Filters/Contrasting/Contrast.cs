using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Contrasting;

internal static class Contrast
{
    public static Plane Compute(Plane<float> input, ContrastOptions options, Plane<byte>? mask, EvaluationContext context)
        => throw new NotSupportedException("Contrast is being built.");
}
