using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters;

/// <summary>
/// A filter that is defined in two dimensions and in three: with a radius of 0 it looks at sections alone, with another one at
/// a window of sections in three dimensions.
/// </summary>
/// <typeparam name="TOptions">A record with defaults; its annotated properties are the parameters.</typeparam>
internal sealed class VolumeFilterDefinition<TOptions> : FilterDefinition, IVolumeFilter
    where TOptions : class, INeighbourOptions, new()
{
    private readonly Func<Plane<float>, TOptions, EvaluationContext, Plane<float>> _section;
    private readonly Func<TOptions, int, int, int, VolumeWork> _window;

    /// <summary>Makes the definition.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="revision">Its revision.</param>
    /// <param name="summary">What it does.</param>
    /// <param name="section">Filters a section (y, x), which it may change and give back, as <see cref="FilterDefinition.Compute"/>.</param>
    /// <param name="window">What is to be done to a window of this many sections of a height and width.</param>
    public VolumeFilterDefinition(
        string name,
        int revision,
        string summary,
        Func<Plane<float>, TOptions, EvaluationContext, Plane<float>> section,
        Func<TOptions, int, int, int, VolumeWork> window)
        : base(name, revision, summary, typeof(TOptions))
        => (_section, _window) = (section, window);

    public override bool TakesMask => false;

    public bool TakesReference => false;

    public override PixelType OutputType(IFilterOptions options) => PixelType.Single;

    internal override bool NeedsNeighbours(IFilterOptions options) => ((INeighbourOptions)options).Radius > 0;

    public INeighbourOptions WithRadius(INeighbourOptions options, int radius)
        => (INeighbourOptions)CreateOptions(Parameters.ToDictionary(p => p.Name, p => p.Name == nameof(options.Radius) ? radius : p.Get(options)));

    /// <summary>A section without neighbours.</summary>
    public override Plane Compute(Plane<float> input, IFilterOptions options, Plane<byte>? mask, EvaluationContext context)
        => _section(input, (TOptions)options, context);

    public Plane<float> ComputeWindow(NeighbourWindow window, INeighbourOptions options, EvaluationContext context)
    {
        Plane<float> centre = window.Sections[window.Centre];
        if (window.Sections.Count == 1)
            return Plane.Replace(centre.Clone(), copy => _section(copy, (TOptions)options, context));
        return VolumeTiles.Run(Name, window, _window((TOptions)options, window.Sections.Count, centre.Height, centre.Width), context);
    }

    internal override long WorkingBytes(int height, int width, int threads, IFilterOptions options)
    {
        int sections = 2 * ((INeighbourOptions)options).Radius + 1;
        return VolumeTiles.WorkingBytes(height, width, sections, _window((TOptions)options, sections, height, width), threads);
    }
}
