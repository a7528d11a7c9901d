using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Phantoms;

/// <summary>A phantom's true section: floats in grey levels, what restoring is to bring back.</summary>
public sealed class PhantomTruthSource : SectionSource
{
    /// <summary>Takes one section of a phantom.</summary>
    /// <param name="phantom">The volume.</param>
    /// <param name="index">The section, 0 to the volume's depth - 1.</param>
    /// <exception cref="EmException">The index is not in the volume.</exception>
    public PhantomTruthSource(Phantom phantom, int index)
    {
        ArgumentNullException.ThrowIfNull(phantom);
        phantom.RequireIndex(index);
        Phantom = phantom;
        Index = index;
    }

    /// <summary>The volume that the section belongs to.</summary>
    public Phantom Phantom { get; }

    /// <summary>The section's place in the volume (axis z).</summary>
    public int Index { get; }

    /// <inheritdoc/>
    public override int Height => Phantom.Options.Height;

    /// <inheritdoc/>
    public override int Width => Phantom.Options.Width;

    /// <inheritdoc/>
    public override PixelType PixelType => PixelType.Single;

    /// <inheritdoc/>
    public override string Name => $"phantom {Phantom.Options.Seed}, section {Index} (truth)";

    /// <inheritdoc/>
    public override Plane Read(EvaluationContext context) => Phantom.Render(PhantomLayer.Truth, Index, context);
}
