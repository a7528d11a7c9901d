using EmTools.Engine.Files;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>Opens files and volumes of all formats that are read. What a file is, its bytes tell, not its name.</summary>
public static class ImageFile
{
    /// <summary>All formats, those that are told most surely first.</summary>
    internal static IReadOnlyList<ImageFormat> Formats { get; } = [TiffFormat.Instance];

    /// <summary>Describes all images of a file or a volume, in order; no pixels are read.</summary>
    /// <param name="path">A file, or the folder of a chunked volume.</param>
    /// <param name="options">Which dataset, and what counts.</param>
    /// <exception cref="EmException">No such file, damaged, or of a kind that is not read.</exception>
    public static IReadOnlyList<StoredImage> Open(string path, ImageOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = Path.GetFullPath(path);
        return (FormatOf(path) ?? TiffFormat.Instance).Open(path, options ?? ImageOptions.Default);
    }

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
