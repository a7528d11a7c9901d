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
/// A grey image of a TIFF file, its only one or a page: its size, type and tags, checked; the pixels are read on demand. Holds
/// no open handle, and little memory, so that a stack of ten thousand sections can be described at once.
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

    /// <summary>Where the page's directory lies; null for the file's first.</summary>
    internal long? Directory { get; init; }

    /// <summary>Which of the planes that lie behind one another, where the page stands for several; else 0.</summary>
    internal int Plane { get; init; }

    /// <summary>Reads and checks the header of a file of one image; no pixels.</summary>
    /// <param name="path">A grey TIFF: integers of 2 to 64 bits, signed or not, or floats of 16, 32 or 64, in strips or tiles,
    /// classic or BigTIFF, either byte order, uncompressed or LZW, Deflate, PackBits, ZSTD, JPEG.</param>
    /// <exception cref="EmException">
    /// No such file (<c>FileNotFound</c>), not a TIFF file (<c>NotTiff</c>, <c>TiffEmpty</c>), damaged (<c>TiffDamaged</c>,
    /// <c>TiffTruncated</c>, <c>TiffNoSize</c>, <c>TiffTooLarge</c>, <c>TiffTooFewStrips</c>), of a kind that is not read
    /// (<c>TiffNotSupported</c>), or of several images (<c>SeveralImages</c>).
    /// </exception>
    public static TiffFile Open(string path) => Only(OpenAll(path));

    /// <summary>Reads and checks the header of a mask, as <see cref="Open"/>. A mask may also have 1-bit pixels; integers of all signs and sizes are read as zero or not.</summary>
    /// <param name="path">A TIFF of one page.</param>
    /// <exception cref="EmException">As for <see cref="Open"/>; the message calls it a mask.</exception>
    public static TiffFile OpenMask(string path) => Only(OpenAll(path, isMask: true));

    /// <summary>Reads and checks the headers of all sections of a file; no pixels.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isMask">Only zero or not counts, so that more kinds of pixels can be read.</param>
    /// <exception cref="EmException">As for <see cref="Open"/>, but for several images.</exception>
    internal static IReadOnlyList<TiffFile> OpenAll(string path, bool isMask = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = System.IO.Path.GetFullPath(path);
        try
        {
            using SafeFileHandle handle = RegularFile.OpenHandle(path);
            return FileErrors.Guarded(path, () => TiffPages.Read(path, handle, isMask));
        }
        catch (EmException e) when (isMask && e.Kind != EmErrorKind.NotFound)
        {
            throw new EmException(e.Kind, e.Id, $"Mask {e.Message}", e.Target, e);
        }
    }

    private static TiffFile Only(IReadOnlyList<TiffFile> images) => images.Count == 1 ? images[0] : throw StoredImage.Several(images[0].Path, images.Count);

    /// <inheritdoc/>
    public override Plane Read(EvaluationContext context) => Read(context, (layout, handle) => TiffReader.Read(layout, handle, context));

    /// <inheritdoc/>
    public override Plane ReadRows(int first, int count, EvaluationContext context)
    {
        RequireRows(first, count);
        return Read(context, (layout, handle) => TiffReader.ReadRows(layout, handle, first, count, context));
    }

    /// <inheritdoc/>
    public override Plane<float> ReadSingle(bool invert, EvaluationContext context) => Read(context, (layout, handle) => TiffReader.ReadSingle(layout, handle, invert, context));

    /// <summary>
    /// Reads the tags that are unknown here. They are not kept with the file: a microscope's own can take 100 KB, which is
    /// nothing for one section and a gigabyte for a stack.
    /// </summary>
    /// <exception cref="EmException">The file is gone or damaged.</exception>
    internal IReadOnlyList<TiffOtherTag> ReadOtherTags()
    {
        // ImageJ's own (50838, 50839) are those of the whole stack: names of all its sections, thousands of lines.
        const int ImageJCounts = 50838, ImageJMetadata = 50839;
        using SafeFileHandle handle = RegularFile.OpenHandle(Path);
        IReadOnlyList<TiffOtherTag> tags = FileErrors.Guarded(Path, () => Entries(TiffHeader.Read(Path, handle)).OtherTags());
        return Page is null ? tags : [.. tags.Where(tag => tag.Tag is not (ImageJCounts or ImageJMetadata))];
    }

    private TPlane Read<TPlane>(EvaluationContext context, Func<TiffLayout, SafeFileHandle, TPlane> read)
    {
        ArgumentNullException.ThrowIfNull(context);
        using SafeFileHandle handle = RegularFile.OpenHandle(Path);
        try
        {
            return FileErrors.Guarded(Path, () =>
            {
                var header = TiffHeader.Read(Path, handle);
                TiffLayout layout = TiffDirectory.Read(header, Entries(header), IsMask, Plane);
                TiffFile now = layout.File;
                if ((now.Height, now.Width, now.PixelType, now.Photometric) != (Height, Width, PixelType, Photometric))
                    throw new EmException(EmErrorKind.InvalidData, "FileChanged", $"'{Path}' has changed since it was opened: it was {Height} x {Width} {PixelType} (y, x) and is {now.Height} x {now.Width} {now.PixelType} now{(now.Photometric == Photometric ? "" : $", {now.Photometric} where it was {Photometric}")}. Open it again.", Path);
                return read(layout, handle);
            });
        }
        catch (EmException e) when (Page is { } page && e.Target == Path && e.Kind is EmErrorKind.InvalidData or EmErrorKind.NotSupported)
        {
            throw TiffErrors.OfPage(page, e, IsMask);
        }
    }

    private TiffEntries Entries(TiffHeader header) => new(header, Directory ?? header.FirstDirectory);
}
