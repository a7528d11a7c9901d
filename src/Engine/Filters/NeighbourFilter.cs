using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters;

/// <summary>Options of a filter that looks at neighbouring sections.</summary>
public interface INeighbourOptions : IFilterOptions
{
    /// <summary>Sections on either side that the filter looks at.</summary>
    int Radius { get; }

    /// <summary>True when the window must have as many sections on either side: near the ends of a stack both sides are cut.</summary>
    bool Symmetric { get; }
}

/// <summary>The planes that a filter over neighbouring sections works on. They stay the caller's and are not changed.</summary>
/// <param name="Sections">The window's sections of equal size, neighbours in z.</param>
/// <param name="Centre">Which of them is to be filtered.</param>
/// <param name="Offset">The place of the first of them in the whole window of 2 radius + 1: above 0 where the stack begins within it.</param>
/// <param name="Reference">Sections whose pixels tell what is similar, one for each of <paramref name="Sections"/>; null for these themselves.</param>
/// <param name="Digests">Where the filter takes digests: those of the centre's neighbours; <paramref name="Sections"/> then has the centre alone.</param>
/// <param name="Mask">Non-zero for tissue, in the centre; null for all.</param>
internal sealed record NeighbourWindow(IReadOnlyList<Plane<float>> Sections, int Centre, int Offset = 0, IReadOnlyList<Plane<float>>? Reference = null, IReadOnlyList<Plane<float>>? Digests = null, Plane<byte>? Mask = null);

/// <summary>A filter over neighbouring sections.</summary>
internal interface INeighbourFilter
{
    /// <summary>True when it can be told by other sections what is similar.</summary>
    bool TakesReference { get; }

    /// <summary>True when of the neighbours it does not need the pixels, but what <see cref="Digest"/> makes of each.</summary>
    bool TakesDigests => false;

    /// <summary>What the filter needs of a section as a neighbour of others: made once a section. The caller owns it.</summary>
    /// <param name="section">The section; stays the caller's and is not changed.</param>
    /// <param name="mask">Non-zero for tissue; null for all.</param>
    /// <param name="options">The filter's options.</param>
    /// <param name="context">Threads and cancellation.</param>
    Plane<float> Digest(Plane<float> section, Plane<byte>? mask, INeighbourOptions options, EvaluationContext context) => throw new NotSupportedException();

    /// <summary>Computes the window's centre. The caller owns the result.</summary>
    Plane<float> ComputeWindow(NeighbourWindow window, INeighbourOptions options, EvaluationContext context);
}

/// <summary>A filter that looks at sections alone, in two dimensions, where its radius is 0, and at neighbours where it is not.</summary>
internal interface IVolumeFilter : INeighbourFilter
{
    /// <summary>The same options with another radius.</summary>
    INeighbourOptions WithRadius(INeighbourOptions options, int radius);
}

/// <summary>A filter over neighbouring sections whose parameters are a <typeparamref name="TOptions"/>.</summary>
/// <typeparam name="TOptions">A record with defaults; its annotated properties are the parameters.</typeparam>
internal sealed class NeighbourFilterDefinition<TOptions> : FilterDefinition, INeighbourFilter
    where TOptions : class, INeighbourOptions, new()
{
    private readonly Func<NeighbourWindow, TOptions, EvaluationContext, Plane<float>> _compute;

    public NeighbourFilterDefinition(string name, int revision, string summary, bool takesReference, Func<NeighbourWindow, TOptions, EvaluationContext, Plane<float>> compute)
        : base(name, revision, summary, typeof(TOptions))
        => (TakesReference, _compute) = (takesReference, compute);

    public override bool TakesMask => false;

    public bool TakesReference { get; }

    internal override bool NeedsNeighbours(IFilterOptions options) => true;

    public override PixelType OutputType(IFilterOptions options) => PixelType.Single;

    public Plane<float> ComputeWindow(NeighbourWindow window, INeighbourOptions options, EvaluationContext context)
        => _compute(window, (TOptions)options, context);

    /// <summary>A section without neighbours.</summary>
    public override Plane Compute(Plane<float> input, IFilterOptions options, Plane<byte>? mask, EvaluationContext context)
        => ComputeWindow(new NeighbourWindow([input], 0, ((INeighbourOptions)options).Radius), (INeighbourOptions)options, context);
}
