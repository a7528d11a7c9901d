using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>A section that a file stores. Its description is checked on opening; the pixels are read when they are needed.</summary>
public sealed class ImageSource : SectionSource
{
    /// <summary>Makes a section's source of an image.</summary>
    public ImageSource(StoredImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Image = image;
    }

    /// <summary>What the file says of the image.</summary>
    public StoredImage Image { get; }

    /// <inheritdoc/>
    public override int Height => Image.Height;

    /// <inheritdoc/>
    public override int Width => Image.Width;

    /// <inheritdoc/>
    public override PixelType PixelType => Image.PixelType;

    /// <inheritdoc/>
    public override string? Path => Image.Path;

    /// <inheritdoc/>
    public override string Name => Image.Name;

    /// <inheritdoc/>
    public override VoxelSize? VoxelSize => Image.VoxelSize;

    /// <inheritdoc/>
    internal override ImageLocation? Location => new ImageLocation(Image.Path, Image.Page, Image.Dataset);

    /// <inheritdoc/>
    internal override InputIdentity? Identity => Image.Identity();

    /// <summary>The only image of a file.</summary>
    /// <exception cref="EmException">As <see cref="ImageFile.Open(string, int?, ImageOptions?)"/>, or there are several.</exception>
    public static ImageSource Open(string path) => new(ImageFile.Open(path, page: null));

    /// <summary>The only image of a file, as a mask, which may have kinds of pixels that a section cannot have.</summary>
    /// <exception cref="EmException">As <see cref="Open"/>.</exception>
    public static ImageSource OpenMask(string path) => new(ImageFile.Open(path, page: null, new ImageOptions { IsMask = true }));

    /// <inheritdoc/>
    public override Plane Read(EvaluationContext context) => Image.Read(context);

    /// <inheritdoc/>
    public override Plane<float> ReadSingle(bool invert, EvaluationContext context) => Image.ReadSingle(invert, context);
}
