using EmTools.Engine.Files;
using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>Which end of a grey image's range is meant as black.</summary>
public enum TiffPhotometric
{
    /// <summary>0 is black: the ordinary case.</summary>
    MinIsBlack,

    /// <summary>0 is white. Integers are turned on reading (their type's maximum less the value), so that 0 is black; floats are not.</summary>
    MinIsWhite,
}

/// <summary>
/// A TIFF file that holds one grey image: its size, type and tags, checked; the pixels are read on demand. Holds no open
/// handle, and little memory, so that a stack of ten thousand sections can be described at once.
/// </summary>
public sealed record TiffFile : StoredImage
{
    /// <summary>Which end of the range the file means as black; the pixels are read with black at 0.</summary>
    public required TiffPhotometric Photometric { get; init; }

    /// <summary>How the pixels are compressed.</summary>
    public required TiffCompression Compression { get; init; }

    /// <summary>True for a BigTIFF file (64-bit offsets).</summary>
    public required bool IsBigTiff { get; init; }

    /// <summary>Resolution, description and what else the file says beside its pixels.</summary>
    public required TiffTags Tags { get; init; }

    /// <summary>True when only zero or not counts, so that kinds of pixels are read that a section cannot have.</summary>
    internal bool IsMask { get; init; }

    /// <inheritdoc/>
    public override string Format => TiffFormat.Instance.Name;

    /// <summary>Reads and checks the file's header; no pixels.</summary>
    /// <param name="path">A grey TIFF of one page: unsigned 8- or 16-bit or 32-bit float, in strips or tiles, classic or
    /// BigTIFF, either byte order, uncompressed or LZW, Deflate, PackBits.</param>
    /// <exception cref="EmException">
    /// No such file (<c>FileNotFound</c>), not a TIFF file (<c>NotTiff</c>, <c>TiffEmpty</c>), damaged (<c>TiffDamaged</c>,
    /// <c>TiffTruncated</c>, <c>TiffNoSize</c>, <c>TiffTooLarge</c>, <c>TiffTooFewStrips</c>), or of a kind that is not read
    /// (<c>TiffNotSupported</c>, <c>TiffSeveralPages</c>).
    /// </exception>
    public static TiffFile Open(string path) => OpenAs(path, isMask: false);

    /// <summary>Reads and checks a mask's header; no pixels. Beside what a section can have, a mask may have 1-bit or signed pixels, and integers of 32 bits, all of which are read as zero or not.</summary>
    /// <param name="path">A TIFF of one page.</param>
    /// <exception cref="EmException">As for <see cref="Open"/>; the message calls it a mask.</exception>
    public static TiffFile OpenMask(string path)
    {
        try
        {
            return OpenAs(path, isMask: true);
        }
        catch (EmException e) when (e.Kind != EmErrorKind.NotFound)
        {
            throw new EmException(e.Kind, e.Id, $"Mask {e.Message}", e.Target, e);
        }
    }

    private static TiffFile OpenAs(string path, bool isMask)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = System.IO.Path.GetFullPath(path);
        using SafeFileHandle handle = RegularFile.OpenHandle(path);
        return FileErrors.Guarded(path, () => TiffDirectory.Read(path, handle, isMask).File);
    }

    /// <inheritdoc/>
    public override Plane Read(EvaluationContext context) => Read(context, (layout, handle) => TiffReader.Read(layout, handle, context));

    /// <inheritdoc/>
    public override Plane<float> ReadSingle(bool invert, EvaluationContext context) => Read(context, (layout, handle) => TiffReader.ReadSingle(layout, handle, invert, context));

    /// <summary>
    /// Reads the tags that are unknown here. They are not kept with the file: a microscope's own can take 100 KB, which is
    /// nothing for one section and a gigabyte for a stack.
    /// </summary>
    /// <exception cref="EmException">The file is gone or damaged.</exception>
    internal IReadOnlyList<TiffOtherTag> ReadOtherTags()
    {
        using SafeFileHandle handle = RegularFile.OpenHandle(Path);
        return FileErrors.Guarded(Path, () => TiffHeader.Read(Path, handle).OtherTags());
    }

    private TPlane Read<TPlane>(EvaluationContext context, Func<TiffLayout, SafeFileHandle, TPlane> read)
    {
        ArgumentNullException.ThrowIfNull(context);
        using SafeFileHandle handle = RegularFile.OpenHandle(Path);
        return FileErrors.Guarded(Path, () =>
        {
            TiffLayout layout = TiffDirectory.Read(Path, handle, IsMask);
            TiffFile now = layout.File;
            if ((now.Height, now.Width, now.PixelType, now.Photometric) != (Height, Width, PixelType, Photometric))
                throw new EmException(EmErrorKind.InvalidData, "FileChanged", $"'{Path}' has changed since it was opened: it was {Height} x {Width} {PixelType} (y, x) and is {now.Height} x {now.Width} {now.PixelType} now{(now.Photometric == Photometric ? "" : $", {now.Photometric} where it was {Photometric}")}. Open it again.", Path);
            return read(layout, handle);
        });
    }
}
