using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>
/// The filter <c>DestripeAdaptive</c>: on sections alone with a radius of 0, else with neighbours, of which it needs their blocks
/// without their own stripes.
/// </summary>
internal sealed class DestripeAdaptiveFilter : FilterDefinition, IVolumeFilter
{
    /// <summary>Planes of blocks that an estimate takes at a time, those of the neighbours' share among them.</summary>
    private const int BlockPlanes = 8;

    private const int BlockPlanesWithNeighbours = 12;

    public DestripeAdaptiveFilter()
        : base(
            DestripeAdaptive.Name,
            revision: 1,
            "Removes stripes (curtains) of any width and strength by how much more energy there is along them than across: takes little of tissue, follows the section's own grey levels, and can be told by neighbouring sections what is tissue.",
            typeof(DestripeAdaptiveOptions))
    {
    }

    public override bool TakesMask => true;

    public bool TakesReference => false;

    public bool TakesDigests => true;

    public override PixelType OutputType(IFilterOptions options) => PixelType.Single;

    internal override bool NeedsNeighbours(IFilterOptions options) => ((DestripeAdaptiveOptions)options).Radius > 0;

    public INeighbourOptions WithRadius(INeighbourOptions options, int radius) => (DestripeAdaptiveOptions)options with { Radius = radius };

    public override Plane Compute(Plane<float> input, IFilterOptions options, Plane<byte>? mask, EvaluationContext context)
        => DestripeAdaptive.Compute(input, (DestripeAdaptiveOptions)options, mask, context);

    public Plane<float> Digest(Plane<float> section, Plane<byte>? mask, INeighbourOptions options, EvaluationContext context)
        => DestripeAdaptive.Digest(section, (DestripeAdaptiveOptions)options, mask, context);

    public Plane<float> ComputeWindow(NeighbourWindow window, INeighbourOptions options, EvaluationContext context)
        => DestripeAdaptive.Compute(window.Sections[window.Centre], window.Digests!, (DestripeAdaptiveOptions)options, window.Mask, context);

    internal override long WorkingBytes(int height, int width, int threads, IFilterOptions options)
    {
        var adaptive = (DestripeAdaptiveOptions)options;
        (long along, long across) = adaptive.Direction == StripeDirection.Vertical ? (height, width) : (width, height);
        across += (long)(Math.Abs(Math.Tan(adaptive.Angle * Math.PI / 180)) * along);
        return (along + adaptive.BlockRows - 1) / adaptive.BlockRows * across * sizeof(float) * (adaptive.Radius > 0 ? BlockPlanesWithNeighbours : BlockPlanes);
    }
}
