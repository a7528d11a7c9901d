using System.Numerics;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Volumes;

/// <summary>What a user chooses of a volume; what is null is chosen by the format.</summary>
public sealed record VolumeChoice
{
    /// <summary>The format.</summary>
    public VolumeFormat Format { get; init; } = VolumeFormat.OmeZarr;

    /// <summary>Voxels of a chunk.</summary>
    public GridSize ChunkSize { get; init; } = new(64, 64, 64);

    /// <summary>Voxels of a shard.</summary>
    public GridSize ShardSize { get; init; } = new(512, 512, 512);

    /// <summary>A file for each chunk.</summary>
    public bool NoShard { get; init; }

    /// <summary>How chunks are compressed.</summary>
    public VolumeCompression? Compression { get; init; }

    /// <summary>The quality of JPEG, 1 to 100.</summary>
    public int? Quality { get; init; }

    /// <summary>Levels of the pyramid; null for as many as it takes until the longest side is at most 512 voxels.</summary>
    public int? LevelCount { get; init; }

    /// <summary>The settings of a volume.</summary>
    /// <param name="shape">Voxels along z, y, x.</param>
    /// <param name="firstIndex">The index of the section at z = 0.</param>
    /// <param name="type">The type of the voxels.</param>
    /// <param name="voxelSize">The size of a voxel; null where nobody told it.</param>
    /// <param name="wholeSections">Sections are computed as a whole.</param>
    /// <exception cref="EmException">
    /// No size of a voxel (<c>NoVoxelSize</c>), a shard that is no multiple of the chunk (<c>ShardSize</c>), a compression or a number of levels that the format does not have
    /// (<c>VolumeCompression</c>, <c>VolumeLevels</c>), or a chunk that is too large (<c>ChunkSize</c>).
    /// </exception>
    public VolumeSettings For(GridSize shape, int firstIndex, PixelType type, VoxelSize? voxelSize, bool wholeSections)
    {
        if (voxelSize is not { Z: not null } size)
            throw Wrong("NoVoxelSize", $"The size of a voxel is not known{(voxelSize is null ? "" : $": the files tell {voxelSize} (z, y, x), but not the distance of sections")}. A volume without it shows at a wrong scale, so it is not guessed: give it (VoxelSize), z, y, x in nm.", "VoxelSize");
        bool chunked = Format is not (VolumeFormat.Mrc or VolumeFormat.Hdf5);
        RequireSizes(type);
        VolumeCompression compression = Compression ?? Format switch
        {
            VolumeFormat.Mrc => VolumeCompression.None,
            VolumeFormat.Hdf5 => VolumeCompression.Gzip,
            VolumeFormat.Precomputed => NoShard ? VolumeCompression.None : VolumeCompression.Gzip,
            _ => VolumeCompression.Zstd,
        };
        RequireCompression(compression, type);
        if (!chunked && LevelCount > 1)
            throw Wrong("VolumeLevels", $"{Format} has one level, and {LevelCount} were asked for. Choose OmeZarr or Precomputed for a pyramid.", "LevelCount");
        int possible = VolumePyramid.MostLevels(shape, size);
        if (LevelCount > possible)
            throw Wrong("VolumeLevels", $"{LevelCount} levels were asked for, but a volume of {shape} voxels (z, y, x) has {possible}: the last is a single voxel.", "LevelCount");
        return new VolumeSettings
        {
            Format = Format,
            Shape = shape,
            FirstIndex = firstIndex,
            PixelType = type,
            VoxelSize = size,
            ChunkSize = ChunkSize,
            ShardSize = BlockSize(shape),
            IsSharded = chunked && Format != VolumeFormat.OmeZarr04 && !NoShard,
            Compression = compression,
            Quality = Quality ?? VolumeSettings.DefaultQuality,
            LevelCount = chunked ? LevelCount ?? VolumePyramid.UsualLevels(shape, size) : 1,
            WholeSections = wholeSections,
        };
    }

    /// <summary>A file without shards is written some sections at a time; HDF5, which is written from its beginning to its end, in one go.</summary>
    private GridSize BlockSize(GridSize shape)
    {
        GridSize whole = shape.In(ChunkSize).Times(ChunkSize);
        return Format switch { VolumeFormat.Mrc => whole with { Z = ChunkSize.Z }, VolumeFormat.Hdf5 => whole, _ => ShardSize };
    }

    private void RequireSizes(PixelType type)
    {
        const long LargestChunk = 1 << 27; // the eight that a chunk of the next level is the mean of are in memory at a time
        const int JpegSide = 65_500;
        if (ChunkSize.Count * type.BytesPerPixel() > LargestChunk)
            throw Wrong("ChunkSize", $"A chunk of {ChunkSize} voxels (z, y, x) has {ChunkSize.Count * type.BytesPerPixel() / 1e6:0} MB, more than viewers load at a time; usual are 64, 64, 64.", "ChunkSize");
        if (!ShardSize.IsMultipleOf(ChunkSize))
            throw Wrong("ShardSize", $"A shard of {ShardSize} voxels (z, y, x) cannot be divided into chunks of {ChunkSize}; give a multiple of the chunk along each axis.", "ShardSize");
        GridSize chunks = ShardSize.In(ChunkSize);
        if (Format == VolumeFormat.Precomputed && !NoShard && !BitOperations.IsPow2(chunks.Count))
            throw Wrong("ShardSize", $"A shard of {ShardSize} voxels (z, y, x) has {chunks.Count} chunks, and Precomputed's shards have a power of two. Give such a size, for example 8 chunks along each axis.", "ShardSize");
        if (Compression == VolumeCompression.Jpeg && ((long)ChunkSize.Z * ChunkSize.Y > JpegSide || ChunkSize.X > JpegSide))
            throw Wrong("ChunkSize", $"A chunk of {ChunkSize} voxels (z, y, x) is a JPEG image of {(long)ChunkSize.Z * ChunkSize.Y} x {ChunkSize.X} pixels, and JPEG has at most {JpegSide} along a side; give smaller chunks.", "ChunkSize");
    }

    private void RequireCompression(VolumeCompression compression, PixelType type)
    {
        VolumeCompression[] known = Format switch
        {
            VolumeFormat.Mrc => [VolumeCompression.None],
            VolumeFormat.Hdf5 => [VolumeCompression.Gzip, VolumeCompression.None],
            VolumeFormat.Precomputed when NoShard => [VolumeCompression.None, VolumeCompression.Jpeg],
            VolumeFormat.Precomputed => [VolumeCompression.Gzip, VolumeCompression.None, VolumeCompression.Jpeg],
            _ => [VolumeCompression.Zstd, VolumeCompression.Gzip, VolumeCompression.None],
        };
        if (!known.Contains(compression))
            throw Wrong("VolumeCompression", $"{Format}{(Format == VolumeFormat.Precomputed && NoShard ? " without shards" : "")} cannot be read by its viewers with the compression {compression}; choose {string.Join(" or ", known)}.", "Compression");
        if (compression == VolumeCompression.Jpeg && type != PixelType.UInt8)
            throw Wrong("VolumeCompression", $"JPEG holds 8-bit voxels, and these are {type}; choose Gzip or None, or bring the sections to 8 bits (Invoke-EmFilter Contrast).", "Compression");
        if (Quality is not null && compression != VolumeCompression.Jpeg)
            throw Wrong("VolumeCompression", $"A quality was given, and {compression} loses nothing; it belongs to Jpeg.", "Quality");
    }

    private static EmException Wrong(string id, string message, string target) => new(EmErrorKind.InvalidArgument, id, message, target);
}
