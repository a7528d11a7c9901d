using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.TransformDenoising;

/// <summary>The filter <c>DenoiseTransform</c>: on sections alone with a radius of 0, else with neighbours.</summary>
internal sealed class DenoiseTransformFilter : FilterDefinition, IVolumeFilter
{
    public DenoiseTransformFilter()
        : base(
            DenoiseTransform.Name,
            revision: 1,
            "Removes noise block by block in a transform domain, by what it measures of the noise and its spectrum: the best of the denoisers on single sections, and needs no tuning.",
            typeof(DenoiseTransformOptions))
    {
    }

    public override bool TakesMask => false;

    public bool TakesReference => false;

    public override PixelType OutputType(IFilterOptions options) => PixelType.Single;

    internal override bool NeedsNeighbours(IFilterOptions options) => ((DenoiseTransformOptions)options).Radius > 0;

    public INeighbourOptions WithRadius(INeighbourOptions options, int radius) => (DenoiseTransformOptions)options with { Radius = radius };

    public override Plane Compute(Plane<float> input, IFilterOptions options, Plane<byte>? mask, EvaluationContext context)
        => DenoiseTransform.Compute(input, (DenoiseTransformOptions)options, context);

    public Plane<float> ComputeWindow(NeighbourWindow window, INeighbourOptions options, EvaluationContext context)
        => DenoiseTransform.Compute([window.Sections[window.Centre], .. window.Sections.Where((_, z) => z != window.Centre)], (DenoiseTransformOptions)options, context);

    internal override long WorkingBytes(int height, int width, int threads, IFilterOptions options)
        => DenoiseTransform.WorkingBytes(height, width, threads, (DenoiseTransformOptions)options);
}
