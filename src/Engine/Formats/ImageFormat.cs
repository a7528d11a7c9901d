using EmTools.Engine.Files;

namespace EmTools.Engine.Formats;

/// <summary>How a file's images are to be found.</summary>
public sealed record ImageOptions
{
    /// <summary>What files of most kinds need.</summary>
    public static ImageOptions Default { get; } = new();

    /// <summary>Which dataset of a file that has several, such as <c>/volumes/raw</c> of an HDF5 file or a level of a multiscale volume; null for the only, or the finest.</summary>
    public string? Dataset { get; init; }

    /// <summary>True when only zero or not counts, so that kinds of pixels are read that a section cannot have.</summary>
    public bool IsMask { get; init; }
}

/// <summary>A format that images are read from: tells its files from others' and describes what they hold.</summary>
internal abstract class ImageFormat
{
    /// <summary>How many of a file's first bytes <see cref="Recognises"/> is given.</summary>
    public const int StartBytes = 4096 + 16;

    /// <summary>The format's name, as users know it.</summary>
    public abstract string Name { get; }

    /// <summary>The endings of its files' names, lower-case with the dot, by which a folder's sections are found; empty for folders.</summary>
    public virtual IReadOnlyList<string> Extensions => [];

    /// <summary>True for a format whose volumes are folders.</summary>
    public virtual bool IsFolder => false;

    /// <summary>True for what is of this format.</summary>
    /// <param name="path">The full path of a file, or of a folder where <see cref="IsFolder"/>.</param>
    /// <param name="start">A file's first bytes, as many as it has up to <see cref="StartBytes"/>; empty for a folder.</param>
    public abstract bool Recognises(string path, ReadOnlySpan<byte> start);

    /// <summary>What tells one state of a file or volume from another without opening it; null where it is gone.</summary>
    public InputIdentity? State(string path)
    {
        if (!IsFolder)
            return InputIdentity.TryOf(path);
        FileInfo[] files = [.. Metadata.Select(name => new FileInfo(Path.Combine(path, name))).Where(file => file.Exists)];
        return files.Length == 0 ? null : new InputIdentity(Path.GetFileName(path), files.Sum(file => file.Length), files.Max(file => file.LastWriteTimeUtc));
    }

    /// <summary>The files of a volume's folder that tell what it holds; none for formats of files.</summary>
    protected virtual IReadOnlyList<string> Metadata => [];

    /// <summary>Describes all images, in the order of their pages or planes.</summary>
    /// <exception cref="EmException">Damaged, of a kind that is not read, or gone.</exception>
    public abstract IReadOnlyList<StoredImage> Open(string path, ImageOptions options);
}
