using System.Collections;

namespace EmTools.Engine.Formats;

/// <summary>The planes of a volume, made when they are asked for: a list of ten thousand takes no memory.</summary>
internal sealed class PlaneList(ChunkedVolume volume) : IReadOnlyList<StoredImage>
{
    private static readonly FileRemark s_incomplete = new("VolumeIncomplete", "is not complete: blocks that are not written yet are read as 0; see Get-EmStack");

    private readonly bool _incomplete = volume.IsIncomplete;
    private readonly IReadOnlyList<FileRemark> _remarks = [.. volume.Description.Type.Remarks(volume.Description.IsMask), .. volume.IsIncomplete ? [s_incomplete] : Array.Empty<FileRemark>()];

    /// <summary>False where the volume's metadata have changed since it was listed, or it has become complete.</summary>
    /// <exception cref="EmException">They cannot be looked at.</exception>
    public bool IsCurrent => volume.IsCurrent && volume.IsIncomplete == _incomplete;

    /// <inheritdoc/>
    public int Count => volume.Description.Depth;

    /// <inheritdoc/>
    public StoredImage this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            VolumeDescription all = volume.Description;
            return new ChunkedPlane
            {
                Volume = volume,
                Path = all.Path,
                Dataset = all.Dataset,
                Page = Count == 1 ? null : index,
                Height = all.Height,
                Width = all.Width,
                PixelType = all.PixelType,
                VoxelSize = all.VoxelSize,
                Remarks = _remarks,
            };
        }
    }

    /// <inheritdoc/>
    public IEnumerator<StoredImage> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
