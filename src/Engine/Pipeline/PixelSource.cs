using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Pixels in memory as a section's source, which owns the plane that it is given.</summary>
public sealed class PixelSource : SectionSource
{
    private readonly Plane _pixels;

    /// <summary>Takes over <paramref name="pixels"/>: nobody else may change or dispose the plane afterwards.</summary>
    public PixelSource(Plane pixels, string name = "pixels")
    {
        ArgumentNullException.ThrowIfNull(pixels);
        _pixels = pixels;
        Name = name;
    }

    /// <inheritdoc/>
    public override int Height => _pixels.Height;

    /// <inheritdoc/>
    public override int Width => _pixels.Width;

    /// <inheritdoc/>
    public override PixelType PixelType => _pixels.PixelType;

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override Plane Read(EvaluationContext context) => _pixels switch
    {
        Plane<byte> bytes => bytes.Clone(),
        Plane<ushort> words => words.Clone(),
        Plane<float> floats => floats.Clone(),
        _ => throw new NotSupportedException($"Pixels of type {_pixels.PixelType}."),
    };
}
