namespace EmTools.Engine.Formats;

/// <summary>Volumes in HDF5 files: a section a plane along z.</summary>
internal sealed class Hdf5Format : ImageFormat
{
    public static Hdf5Format Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "HDF5";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Extensions => [".h5", ".hdf5", ".hdf"];

    /// <inheritdoc/>
    public override bool Recognises(string path, ReadOnlySpan<byte> start)
    {
        // Behind what a user has put before it: 512 bytes, or a power of two beyond.
        for (int at = 0; at < start.Length; at = at == 0 ? 512 : 2 * at)
        {
            if (Hdf5Superblock.Begins(start[at..]))
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<StoredImage> Open(string path, ImageOptions options) => Hdf5Volume.Open(path, options).Planes();
}
