using System.Collections;
using EmTools.Engine.Files;
using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>What a file of uncompressed planes says of itself.</summary>
/// <param name="Layout">Where its samples lie; checked against the file's length.</param>
internal sealed record RawVolume(RawLayout Layout)
{
    /// <summary>The size of a voxel in nm; null where it is not told.</summary>
    public VoxelSize? VoxelSize { get; init; }

    /// <summary>The dataset's name, where the file has several.</summary>
    public string? Dataset { get; init; }

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<FileRemark> Remarks { get; init; } = [];
}

/// <summary>A format whose files are a header and uncompressed planes behind one another: only the header differs.</summary>
internal abstract class RawFormat : ImageFormat
{
    /// <summary>The format's errors.</summary>
    public abstract FormatErrors Errors { get; }

    /// <summary>Reads and checks a file's header.</summary>
    /// <exception cref="EmException">Damaged, or of a kind that is not read.</exception>
    public abstract RawVolume Describe(string path, SafeFileHandle handle, ImageOptions options);

    public sealed override IReadOnlyList<StoredImage> Open(string path, ImageOptions options)
    {
        using SafeFileHandle handle = RegularFile.OpenHandle(path);
        return new Planes(this, path, options, FileErrors.Guarded(path, () => Describe(path, handle, options)));
    }

    /// <summary>The planes of a file, each described when it is asked for: a volume of a gigabyte may have millions of tiny ones.</summary>
    private sealed class Planes(RawFormat format, string path, ImageOptions options, RawVolume volume) : IReadOnlyList<StoredImage>
    {
        public int Count => (int)volume.Layout.Planes;

        public StoredImage this[int index]
        {
            get
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
                return new RawImage
                {
                    Path = path,
                    Page = Count == 1 ? null : index,
                    Dataset = volume.Dataset,
                    Height = (int)volume.Layout.Height,
                    Width = (int)volume.Layout.Width,
                    PixelType = volume.Layout.Type.PixelType(),
                    VoxelSize = volume.VoxelSize,
                    Remarks = volume.Remarks,
                    Layout = volume.Layout,
                    Stored = format,
                    Options = options,
                };
            }
        }

        public IEnumerator<StoredImage> GetEnumerator()
        {
            for (int i = 0; i < Count; i++)
                yield return this[i];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
