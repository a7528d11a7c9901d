using EmTools.Engine.Imaging;

namespace EmTools.Engine.Volumes;

/// <summary>The formats of volumes that are written.</summary>
public enum VolumeFormat
{
    /// <summary>OME-Zarr 0.5 (Zarr version 3).</summary>
    OmeZarr,

    /// <summary>OME-Zarr 0.4 (Zarr version 2), for older readers: a file for each chunk.</summary>
    OmeZarr04,

    /// <summary>Neuroglancer's Precomputed.</summary>
    Precomputed,

    /// <summary>One MRC2014 file, without a pyramid.</summary>
    Mrc,

    /// <summary>One HDF5 file with a dataset in chunks, without a pyramid.</summary>
    Hdf5,
}

/// <summary>How chunks are compressed.</summary>
public enum VolumeCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Deflate in gzip's wrapping.</summary>
    Gzip,

    /// <summary>Zstandard.</summary>
    Zstd,

    /// <summary>JPEG, which loses a little: Precomputed of 8 bits only.</summary>
    Jpeg,
}

/// <summary>All that decides what a volume's files are, beside its voxels.</summary>
public sealed record VolumeSettings
{
    /// <summary>The format.</summary>
    public required VolumeFormat Format { get; init; }

    /// <summary>Voxels along z, y, x.</summary>
    public required GridSize Shape { get; init; }

    /// <summary>The index of the section at z = 0.</summary>
    public required int FirstIndex { get; init; }

    /// <summary>The type of the voxels.</summary>
    public required PixelType PixelType { get; init; }

    /// <summary>The size of a voxel in nm; all three are known.</summary>
    public required VoxelSize VoxelSize { get; init; }

    /// <summary>Voxels of a chunk.</summary>
    public required GridSize ChunkSize { get; init; }

    /// <summary>Voxels of a shard, and of what a task does at a time; a multiple of the chunk's.</summary>
    public required GridSize ShardSize { get; init; }

    /// <summary>True where the chunks of a shard lie in one file; false for a file for each chunk.</summary>
    public required bool IsSharded { get; init; }

    /// <summary>How chunks are compressed.</summary>
    public required VolumeCompression Compression { get; init; }

    /// <summary>The quality of JPEG, 1 to 100.</summary>
    public int Quality { get; init; } = DefaultQuality;

    /// <summary>Levels of the pyramid, the full one included.</summary>
    public required int LevelCount { get; init; }

    /// <summary>True where sections must be computed as a whole: a block of the finest level then has all their rows.</summary>
    public bool WholeSections { get; init; }

    /// <summary>Nobody sees the loss at this quality, and most of the size is gone.</summary>
    internal const int DefaultQuality = 90;

    /// <summary>True for a folder of chunks, false for a single file.</summary>
    internal bool IsChunked => Format is VolumeFormat.OmeZarr or VolumeFormat.OmeZarr04 or VolumeFormat.Precomputed;
}
