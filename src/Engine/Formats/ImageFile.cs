using EmTools.Engine.Files;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>Opens files and volumes of all formats that are read. What a file is, its bytes tell, not its name.</summary>
public static class ImageFile
{
    /// <summary>All formats, those that are told most surely first.</summary>
    internal static IReadOnlyList<ImageFormat> Formats { get; } = [TiffFormat.Instance, PngFormat.Instance, FibSemFormat.Instance, DmFormat.Instance, MrcFormat.Instance, Hdf5Format.Instance, ZarrFormat.Instance, N5Format.Instance, PrecomputedFormat.Instance];

    /// <summary>A stack whose neighbours are looked at has several files in hand, seldom more.</summary>
    private static ImageListings Listings { get; } = new(capacity: 8);

    /// <summary>Describes all images of a file or a volume, in order; no pixels are read.</summary>
    /// <param name="path">A file, or the folder of a chunked volume.</param>
    /// <param name="options">Which dataset, and what counts.</param>
    /// <exception cref="EmException">No such file, damaged, or of a kind that is not read.</exception>
    public static IReadOnlyList<StoredImage> Open(string path, ImageOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Listings.Open(FormatOf(path) ?? TiffFormat.Instance, path, options ?? ImageOptions.Default);
    }

    /// <summary>Describes one image of a file or a volume.</summary>
    /// <param name="path">A file, or the folder of a chunked volume.</param>
    /// <param name="page">Which page or plane, from 0; null where there is only one.</param>
    /// <param name="options">Which dataset, and what counts.</param>
    /// <exception cref="EmException">As <see cref="Open(string, ImageOptions?)"/>, or there is no such page (<c>NoSuchPage</c>), or several where one is wanted (<c>SeveralImages</c>).</exception>
    public static StoredImage Open(string path, int? page, ImageOptions? options = null)
    {
        IReadOnlyList<StoredImage> images = Open(path, options);
        if (page is null && images.Count != 1)
            throw StoredImage.Several(path, images.Count);
        if (page >= images.Count)
            throw new EmException(EmErrorKind.InvalidArgument, "NoSuchPage", $"'{path}' has no page {page}: it holds {(images.Count == 1 ? "one image, page 0" : $"{images.Count} images, pages 0 to {images.Count - 1}")}.", path);
        return images[page ?? 0];
    }

    /// <summary>The endings of the names of files that are read, lower-case with the dot.</summary>
    internal static IReadOnlyList<string> Extensions { get; } = [.. Formats.SelectMany(format => format.Extensions)];

    /// <summary>The format that the ending of a file's name stands for; null for names of no image.</summary>
    internal static string? FormatByName(string path)
        => Formats.FirstOrDefault(format => format.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))?.Name;

    /// <summary>The name of the format that most sections are stored in.</summary>
    internal static string CommonFormat => TiffFormat.Instance.Name;

    /// <summary>True for a folder that is a volume itself, and not a folder of sections.</summary>
    internal static bool IsVolume(string folder) => Directory.Exists(folder) && FormatOf(folder) is not null;

    /// <summary>The format of a file or folder; null where none is known.</summary>
    /// <exception cref="EmException">The file cannot be read.</exception>
    internal static ImageFormat? FormatOf(string path)
    {
        if (Directory.Exists(path))
            return Formats.FirstOrDefault(format => format.IsFolder && format.Recognises(path, []));
        byte[] start = new byte[ImageFormat.StartBytes];
        using SafeFileHandle handle = RegularFile.OpenHandle(path);
        int count = Math.Max(0, RandomAccess.Read(handle, start, 0));
        return Formats.FirstOrDefault(format => !format.IsFolder && format.Recognises(path, start.AsSpan(0, count)));
    }
}
