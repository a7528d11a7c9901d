using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Denoising;

internal static class Denoise
{
    public static Plane Compute(Plane<float> input, DenoiseOptions options, Plane<byte>? mask, EvaluationContext context)
        => throw new NotSupportedException("Denoise is being built.");
}
