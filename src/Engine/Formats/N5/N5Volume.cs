using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;

namespace EmTools.Engine.Formats;

/// <summary>An array of N5. Its metadata and its blocks' names go x first; here all goes x last, as the bytes lie.</summary>
internal sealed class N5Volume : ChunkedVolume
{
    private readonly string _folder;
    private readonly ImageOptions _options;
    private readonly long[] _blocks;
    private readonly VolumeAxes _axes;
    private readonly ChunkCodec[] _codecs;

    private N5Volume(VolumeDescription description, ImageOptions options, string folder, long[] blocks, VolumeAxes axes, ChunkCodec[] codecs)
        : base(description)
        => (_options, _folder, _blocks, _axes, _codecs) = (options, folder, blocks, axes, codecs);

    /// <summary>Opens the array that is meant.</summary>
    /// <exception cref="EmException">There is none or several, or it is damaged or of a kind that is not read.</exception>
    public static N5Volume Open(string path, ImageOptions options)
    {
        var choice = DatasetChoice.Of(options.Dataset);
        string folder = new VolumeTree(N5Node.Look).Find(path, choice.Name);
        if (MetadataFile.TryRead(Path.Combine(folder, N5Node.Attributes)) is not { } file)
            throw VolumeErrors.NoVolume(path, $"there is no array in '{folder}'");
        long[] shape = [.. file.RequiredIntegers(file.Root, "dimensions", 0).Reverse()], blocks = [.. file.RequiredIntegers(file.Root, "blockSize", 1).Reverse()];
        string typeName = file.RequiredText(file.Root, "dataType");
        VoxelType type = VoxelTypes.Named(typeName) ?? throw VolumeErrors.TypeNotRead(path, file.Path, $"'{typeName}'");
        if (blocks.Length != shape.Length)
            throw file.Damaged($"its blocks have {blocks.Length} axes, but it has {shape.Length}");
        double bytes = blocks.Aggregate((double)type.Bytes(), (product, length) => product * length);
        if (bytes > int.MaxValue)
            throw VolumeErrors.NotSupported(file.Path, FormattableString.Invariant($"its blocks have {bytes:G3} bytes, more than the 2 GB of a chunk"), "Store the volume in smaller blocks.");
        VolumeAxes axes = VolumeAxes.Of(folder, shape, names: null, choice.Indices);
        (long depth, long height, long width) = axes.Of(shape, 1);
        (int z, int y, int x) = CheckedShape(folder, depth, height, width);
        (long blockDepth, long blockHeight, long blockWidth) = axes.Of(blocks, 1);
        string relative = Path.GetRelativePath(path, folder).Replace('\\', '/');
        var description = new VolumeDescription
        {
            Format = N5Format.Instance.Name,
            Path = path,
            Dataset = options.Dataset ?? (relative == "." ? null : relative),
            MetadataPath = file.Path,
            MetadataStamp = file.Stamp,
            Depth = z,
            Height = y,
            Width = x,
            Chunk = ((int)blockDepth, (int)blockHeight, (int)blockWidth),
            Type = type,
            IsMask = options.IsMask,
            VoxelSize = N5Node.VoxelSize(folder, file, axes),
            CacheName = $"{folder}|{string.Join(",", axes.Fixed)}|{options.IsMask}",
        };
        _ = description.PixelType; // refuses what no section can have
        return new N5Volume(description, options, folder, blocks, axes, Codecs(file));
    }

    /// <inheritdoc/>
    public override long FileNumber(ChunkIndex chunk) => ((long)chunk.Z * ChunkRows + chunk.Y) * ChunkColumns + chunk.X;

    /// <inheritdoc/>
    public override ChunkFile File(ChunkIndex chunk)
    {
        string name = _folder;
        for (int axis = _blocks.Length - 1; axis >= 0; axis--)
        {
            long place = axis == _axes.Z ? chunk.Z : axis == _axes.Y ? chunk.Y : axis == _axes.X ? chunk.X : _axes.Fixed[axis] / _blocks[axis];
            name = Path.Combine(name, place.ToString(CultureInfo.InvariantCulture));
        }

        return new ChunkFile(name);
    }

    /// <inheritdoc/>
    protected override DecodedChunk? Decode(ChunkIndex chunk, ChunkFile file)
    {
        const int HeadBytes = 4;
        byte[] stored = file.ReadAll();
        if (stored.Length < HeadBytes)
            throw ChunkException.Damaged($"its head should have {HeadBytes} bytes or more, but the file has {stored.Length}");
        int mode = BinaryPrimitives.ReadUInt16BigEndian(stored), rank = BinaryPrimitives.ReadUInt16BigEndian(stored.AsSpan(2));
        if (mode is not (0 or 1) || rank != _blocks.Length || stored.Length < HeadBytes + sizeof(uint) * (rank + mode))
            throw ChunkException.Damaged($"its head says mode {mode} and {rank} axes, where the array has {_blocks.Length}");
        long[] shape = new long[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            shape[axis] = BinaryPrimitives.ReadUInt32BigEndian(stored.AsSpan(HeadBytes + sizeof(uint) * (rank - 1 - axis)));
            if (shape[axis] == 0 || shape[axis] > _blocks[axis])
                throw ChunkException.Damaged($"its head says a length of {shape[axis]} where blocks have {_blocks[axis]}");
        }

        // Which index of the block is meant: counted in whole blocks, of which this may be one that the array's end cuts.
        long[] inside = [.. _axes.Fixed.Zip(_blocks, (index, block) => index % block)];
        for (int axis = 0; axis < rank; axis++)
        {
            if (inside[axis] >= shape[axis])
                throw ChunkException.Damaged($"its head says a length of {shape[axis]}, too short for index {inside[axis]} of an axis");
        }

        var layout = new ChunkLayout(Description.Type, bigEndian: true, Description.IsMask, shape, [.. Enumerable.Range(0, rank)], _axes with { Fixed = inside });
        byte[] voxels = new CodecChain(_codecs, (int)layout.Bytes).Decode(stored[(HeadBytes + sizeof(uint) * (rank + mode))..]);
        return layout.Pixels(voxels, layout.Shape.Depth, layout.Shape.Height, layout.Shape.Width);
    }

    /// <inheritdoc/>
    protected override ChunkedVolume Reopen() => Open(Description.Path, _options);

    private static ChunkCodec[] Codecs(MetadataFile file)
    {
        JsonElement configuration = MetadataFile.Find(file.Root, "compression") ?? default;
        string name = MetadataFile.Text(configuration, "type") ?? MetadataFile.TextOf(configuration) ?? MetadataFile.Text(file.Root, "compressionType") ?? "raw";
        return name switch
        {
            "raw" => [],
            "gzip" => [MetadataFile.Find(configuration, "useZlib") is { ValueKind: JsonValueKind.True } ? DeflateCodec.Zlib : DeflateCodec.Gzip],
            "zstd" => [ZstdCodec.Instance],
            "lz4" => [Lz4BlockCodec.Instance],
            "blosc" => [BloscCodec.Instance],
            _ => throw VolumeErrors.NotSupported(file.Path, $"its blocks are compressed by '{name}'", "Store the volume with gzip, zstd, lz4 or blosc, or uncompressed."),
        };
    }
}
