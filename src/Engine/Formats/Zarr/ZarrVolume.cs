using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>An array of Zarr: one level of an OME-Zarr volume, or an array of its own.</summary>
internal sealed class ZarrVolume : ChunkedVolume
{
    private const int IndexKind = 1;

    private readonly string _folder;
    private readonly ImageOptions _options;
    private readonly ZarrArray _array;
    private readonly VolumeAxes _axes;
    private readonly ChunkLayout _layout;
    private readonly CodecChain _codecs;

    private ZarrVolume(VolumeDescription description, ImageOptions options, string folder, ZarrArray array, VolumeAxes axes, ChunkLayout layout)
        : base(description)
    {
        (_options, _folder, _array, _axes, _layout) = (options, folder, array, axes, layout);
        _codecs = new CodecChain(array.Codecs, (int)layout.Bytes);
    }

    /// <summary>Opens the array that is meant.</summary>
    /// <exception cref="EmException">There is none or several, or it is damaged or of a kind that is not read.</exception>
    public static ZarrVolume Open(string path, ImageOptions options)
    {
        var choice = DatasetChoice.Of(options.Dataset);
        string folder = new VolumeTree(ZarrNode.Look).Find(path, choice.Name);
        if (ZarrNode.TryRead(folder) is not { IsArray: true } node)
            throw VolumeErrors.NoVolume(path, $"there is no array in '{folder}'");
        ZarrArray array = node.Version == 3 ? ZarrV3.Read(node) : ZarrV2.Read(node);
        (Multiscale Image, int Level)? multiscale = Multiscale.Around(folder);
        VolumeAxes axes = VolumeAxes.Of(folder, array.Shape, multiscale?.Image.AxisNames(array.Shape.Length) ?? array.AxisNames, choice.Indices);
        (long depth, long height, long width) = axes.Of(array.Shape, 1);
        (int z, int y, int x) = CheckedShape(folder, depth, height, width);
        var layout = new ChunkLayout(array.Type, array.BigEndian, options.IsMask, array.ChunkShape, array.Order, axes);
        VoxelSize? size = multiscale is { } found ? found.Image.VoxelSize(found.Level, axes)
            : node.Attributes is { } attributes ? AttributeSizes.Of(attributes, array.Shape.Length, axes, xFirst: false) : null;
        string relative = Path.GetRelativePath(path, folder).Replace('\\', '/');
        var description = new VolumeDescription
        {
            Format = multiscale is null ? "Zarr" : ZarrFormat.Instance.Name,
            Path = path,
            Dataset = options.Dataset ?? (relative == "." ? null : relative),
            MetadataPath = array.Metadata.Path,
            MetadataStamp = array.Metadata.Stamp,
            Depth = z,
            Height = y,
            Width = x,
            Chunk = layout.Shape,
            Type = array.Type,
            IsMask = options.IsMask,
            Fill = array.Fill,
            VoxelSize = size,
            CacheName = $"{folder}|{string.Join(",", axes.Fixed)}|{options.IsMask}",
        };
        _ = description.PixelType; // refuses what no section can have
        _ = description.FillPixel;
        return new ZarrVolume(description, options, folder, array, axes, layout);
    }

    /// <inheritdoc/>
    public override long FileNumber(ChunkIndex chunk)
    {
        (long z, long y, long x) = _axes.Of(Place(chunk), 0);
        (_, long height, long width) = _axes.Of(_array.FileShape, 1);
        return (z * ((Description.Height - 1) / height + 1) + y) * ((Description.Width - 1) / width + 1) + x;
    }

    /// <inheritdoc/>
    public override ChunkFile File(ChunkIndex chunk) => new(Path.Combine(_folder, _array.FileName(Place(chunk))));

    /// <inheritdoc/>
    protected override DecodedChunk? Decode(ChunkIndex chunk, ChunkFile file)
    {
        byte[] stored;
        if (_array.Shards is { } shards)
        {
            long chunks = _array.FileShape.Zip(_array.ChunkShape, (shard, inner) => shard / inner).Aggregate(1L, (product, count) => checked(product * count));
            ShardIndex index = ChunkCache.Get(new ChunkKey(Description.CacheName, IndexKind, FileNumber(chunk)), (file.Stamp, Description.MetadataStamp), keep: true, () => ShardIndex.Read(file, shards, chunks));
            if (index.Of(InShard(chunk)) is not { } place)
                return null;
            stored = file.Read(place.Offset, place.Length);
        }
        else
        {
            stored = file.ReadAll();
        }

        (int depth, int height, int width) = _layout.Shape;
        return _layout.Pixels(_codecs.Decode(stored), Inside(chunk.Z, depth, Description.Depth), Inside(chunk.Y, height, Description.Height), Inside(chunk.X, width, Description.Width));
    }

    /// <inheritdoc/>
    protected override ChunkedVolume Reopen() => Open(Description.Path, _options);

    /// <summary>Voxels of a chunk along an axis that lie in the array.</summary>
    private static int Inside(int chunk, int length, int all) => (int)Math.Min(length, all - (long)chunk * length);

    /// <summary>The place of a chunk's file in the grid of files.</summary>
    private long[] Place(ChunkIndex chunk)
    {
        long[] place = new long[_array.Shape.Length];
        for (int axis = 0; axis < place.Length; axis++)
            place[axis] = FirstVoxel(chunk, axis) / _array.FileShape[axis];
        return place;
    }

    /// <summary>The number of a chunk in its shard, the last axis fastest.</summary>
    private long InShard(ChunkIndex chunk)
    {
        long number = 0;
        for (int axis = 0; axis < _array.Shape.Length; axis++)
            number = number * (_array.FileShape[axis] / _array.ChunkShape[axis]) + FirstVoxel(chunk, axis) % _array.FileShape[axis] / _array.ChunkShape[axis];
        return number;
    }

    private long FirstVoxel(ChunkIndex chunk, int axis)
        => axis == _axes.Z ? chunk.Z * _array.ChunkShape[axis] : axis == _axes.Y ? chunk.Y * _array.ChunkShape[axis] : axis == _axes.X ? chunk.X * _array.ChunkShape[axis] : _axes.Fixed[axis];
}
