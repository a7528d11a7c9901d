using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Destriping;

internal static class Destripe
{
    public static Plane Compute(Plane<float> input, DestripeOptions options, Plane<byte>? mask, EvaluationContext context)
        => throw new NotSupportedException("Destripe is being built.");
}
