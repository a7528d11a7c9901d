using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>A section in a TIFF file. The header is checked on opening; the pixels are read when they are needed.</summary>
public sealed class TiffSource : SectionSource
{
    private TiffSource(TiffFile file) => File = file;

    /// <summary>The file's size, type and tags.</summary>
    public TiffFile File { get; }

    /// <inheritdoc/>
    public override int Height => File.Height;

    /// <inheritdoc/>
    public override int Width => File.Width;

    /// <inheritdoc/>
    public override PixelType PixelType => File.PixelType;

    /// <inheritdoc/>
    public override string? Path => File.Path;

    /// <inheritdoc/>
    public override string Name => System.IO.Path.GetFileName(File.Path);

    /// <summary>Opens a TIFF file and checks its header.</summary>
    /// <exception cref="EmException">As <see cref="TiffFile.Open"/>.</exception>
    public static TiffSource Open(string path) => new(TiffFile.Open(path));

    /// <summary>Opens a TIFF file as a mask, which may have kinds of pixels that a section cannot have.</summary>
    /// <exception cref="EmException">As <see cref="TiffFile.OpenMask"/>.</exception>
    public static TiffSource OpenMask(string path) => new(TiffFile.OpenMask(path));

    /// <inheritdoc/>
    public override Plane Read(EvaluationContext context) => File.Read(context);

    /// <inheritdoc/>
    public override Plane<float> ReadSingle(bool invert, EvaluationContext context) => File.ReadSingle(invert, context);
}
