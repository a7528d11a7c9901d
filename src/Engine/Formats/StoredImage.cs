using EmTools.Engine.Files;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>
/// A grey image as a file stores it: a file of one image, a page of a file of several, a plane of a volume. Described and
/// checked, not read: holds no open handle and little memory, so that a stack of ten thousand sections can be described at once.
/// </summary>
public abstract record StoredImage
{
    /// <summary>The full path of the file, or of a chunked volume's folder.</summary>
    public required string Path { get; init; }

    /// <summary>Which page or plane (axis z) of the file, from 0; null for a file of one image.</summary>
    public int? Page { get; init; }

    /// <summary>Which of the file's datasets, where it has several; else null.</summary>
    public string? Dataset { get; init; }

    /// <summary>Rows (axis y).</summary>
    public required int Height { get; init; }

    /// <summary>Columns (axis x).</summary>
    public required int Width { get; init; }

    /// <summary>The type in which the pixels are read.</summary>
    public required PixelType PixelType { get; init; }

    /// <summary>The size of a voxel in nm, as far as the file tells it; null where it does not.</summary>
    public VoxelSize? VoxelSize { get; init; }

    /// <summary>Rows at the foot that are no picture but a bar with the microscope's settings, as far as the file tells it; null where it does not.</summary>
    public int? DataBarRows { get; init; }

    /// <summary>What the file's user should know: what is read otherwise than it is stored, or left out. Mostly empty.</summary>
    public IReadOnlyList<FileRemark> Remarks { get; init; } = [];

    /// <summary>The format's name, as users know it: <c>TIFF</c>, <c>MRC</c>, <c>OME-Zarr</c>.</summary>
    public abstract string Format { get; }

    /// <summary>A short name for messages and views: the file's, with the page where it has several.</summary>
    public string Name => NameOf(Path, Page);

    /// <summary>The name of a file's image.</summary>
    internal static string NameOf(string path, int? page)
    {
        string file = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(path));
        return page is null ? file : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file}[{page}]");
    }

    /// <summary>Reads the pixels, as <see cref="PixelType"/>. The caller owns the plane.</summary>
    /// <param name="context">Threads and cancellation.</param>
    /// <exception cref="EmException">The file is gone, damaged, or has another size or type than when it was opened (<c>FileChanged</c>).</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public abstract Plane Read(EvaluationContext context);

    /// <summary>Reads some of the rows, as <see cref="PixelType"/>, and no more of the file than they take. The caller owns the plane.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">Rows, at least 1; all lie in the image.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <exception cref="EmException">As for <see cref="Read"/>.</exception>
    public virtual Plane ReadRows(int first, int count, EvaluationContext context)
    {
        RequireRows(first, count);
        using Plane whole = Read(context);
        return Plane.Make(PixelType, count, Width, part =>
        {
            for (int y = 0; y < count; y++)
                whole.RowBytes(first + y).CopyTo(part.RowBytes(y));
        });
    }

    /// <summary>Refuses rows that do not lie in the image.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They do not.</exception>
    private protected void RequireRows(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, Height, nameof(count));
    }

    /// <summary>Reads the pixels as floats; the maximum of their type less the pixels where <paramref name="invert"/> asks for it. The caller owns the plane.</summary>
    /// <exception cref="EmException">As for <see cref="Read"/>.</exception>
    public virtual Plane<float> ReadSingle(bool invert, EvaluationContext context) => PlaneConversion.ToSingle(Read(context), invert, context);

    /// <summary>What tells this state of what the image is stored in from another, without reading pixels; null where it is gone.</summary>
    internal virtual InputIdentity? Identity() => InputIdentity.TryOf(Path);

    /// <summary>The id of the error of a file that holds several images where one is wanted.</summary>
    internal const string SeveralId = "SeveralImages";

    /// <summary>The error of a file that holds several images where one is wanted.</summary>
    internal static EmException Several(string path, int count)
        => new(EmErrorKind.InvalidArgument, SeveralId, $"'{path}' holds {count} images, where one is wanted. Choose one of them by its page, from 0 to {count - 1}.", path);
}
