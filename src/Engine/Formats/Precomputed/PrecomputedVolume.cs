using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>A scale of a Precomputed volume. Its metadata go x first; here all goes x last, as the bytes lie.</summary>
internal sealed class PrecomputedVolume : ChunkedVolume
{
    private const int IndexKind = 1;

    private static readonly string[] s_endings = ["", ".gz", ".br", ".zstd"];

    private readonly ImageOptions _options;
    private readonly PrecomputedInfo _info;
    private readonly VolumeAxes _axes;
    private readonly long[] _grid;

    private PrecomputedVolume(VolumeDescription description, ImageOptions options, PrecomputedInfo info, VolumeAxes axes)
        : base(description)
    {
        (_options, _info, _axes) = (options, info, axes);
        _grid = [.. info.Size.Zip(info.Chunk, (length, chunk) => (length - 1) / chunk + 1)];
    }

    /// <summary>Opens the scale that is meant.</summary>
    /// <exception cref="EmException">It is not there, damaged, or of a kind that is not read.</exception>
    public static PrecomputedVolume Open(string path, ImageOptions options)
    {
        var choice = DatasetChoice.Of(options.Dataset);
        var info = PrecomputedInfo.Read(path, choice.Name);
        VolumeAxes axes = VolumeAxes.Of(path, [info.Channels, info.Size[2], info.Size[1], info.Size[0]], ["c", "z", "y", "x"], choice.Indices);
        (int z, int y, int x) = CheckedShape(path, info.Size[2], info.Size[1], info.Size[0]);
        double bytes = info.Chunk.Zip(info.Size, Math.Min).Aggregate((double)info.Type.Bytes() * info.Channels, (product, length) => product * length);
        if (bytes > int.MaxValue)
            throw VolumeErrors.NotSupported(info.File.Path, FormattableString.Invariant($"its chunks have {bytes:G3} bytes, more than the 2 GB of a chunk"), "Store the volume in smaller chunks.");
        var description = new VolumeDescription
        {
            Format = PrecomputedFormat.Instance.Name,
            Path = path,
            Dataset = options.Dataset ?? info.Key,
            MetadataPath = info.File.Path,
            MetadataStamp = info.File.Stamp,
            Depth = z,
            Height = y,
            Width = x,
            Chunk = ((int)Math.Min(z, info.Chunk[2]), (int)Math.Min(y, info.Chunk[1]), (int)Math.Min(x, info.Chunk[0])),
            Type = info.Type,
            IsMask = options.IsMask,
            VoxelSize = info.Resolution is { } size ? VoxelSize.Sensible(size[2], size[1], size[0]) : null,
            CacheName = $"{path}|{info.Key}|{axes.Fixed[0]}|{options.IsMask}",
        };
        _ = description.PixelType; // refuses what no section can have
        return new PrecomputedVolume(description, options, info, axes);
    }

    /// <inheritdoc/>
    public override long FileNumber(ChunkIndex chunk)
        => _info.Sharding is { } sharding ? (long)sharding.Shard(Id(chunk)) : ((long)chunk.Z * ChunkRows + chunk.Y) * ChunkColumns + chunk.X;

    /// <inheritdoc/>
    public override ChunkFile File(ChunkIndex chunk)
    {
        string folder = Path.Combine(Description.Path, _info.Key.Trim('/'));
        if (_info.Sharding is { } sharding)
            return new ChunkFile(Path.Combine(folder, sharding.FileName(sharding.Shard(Id(chunk)))));
        ReadOnlySpan<long> place = [chunk.X, chunk.Y, chunk.Z];
        string[] ranges = new string[place.Length];
        for (int i = 0; i < ranges.Length; i++)
        {
            long first = place[i] * _info.Chunk[i], end = Math.Min(_info.Size[i], first + _info.Chunk[i]);
            ranges[i] = FormattableString.Invariant($"{_info.Offset[i] + first}-{_info.Offset[i] + end}");
        }

        return ChunkFile.First(Path.Combine(folder, string.Join('_', ranges)), s_endings);
    }

    /// <inheritdoc/>
    protected override DecodedChunk? Decode(ChunkIndex chunk, ChunkFile file)
    {
        long depth = Clipped(chunk.Z, 2), height = Clipped(chunk.Y, 1), width = Clipped(chunk.X, 0);
        var layout = new ChunkLayout(Description.Type, bigEndian: false, Description.IsMask, [_info.Channels, depth, height, width], [0, 1, 2, 3], _axes);
        byte[] stored;
        ChunkCodec? around;
        if (_info.Sharding is { } sharding)
        {
            ulong id = Id(chunk);
            long part = unchecked((long)(sharding.Shard(id) << sharding.MinishardBits | sharding.Minishard(id)));
            double chunks = _grid.Aggregate(1.0, (product, count) => product * count);
            MinishardIndex index = ChunkCache.Get(new ChunkKey(Description.CacheName, IndexKind, part), (file.Stamp, Description.MetadataStamp), keep: true, () => MinishardIndex.Read(file, sharding, sharding.Minishard(id), chunks));
            if (index.Of(id) is not { } place)
                return null;
            stored = file.Read(place.Offset, place.Length);
            around = sharding.GzipData ? DeflateCodec.Gzip : null;
        }
        else
        {
            stored = file.ReadAll();

            // Buckets give out gzip under the plain name, and copies of them keep it so.
            bool gzip = _info.Codecs.Count > 0 || stored.LongLength != layout.Bytes ? stored is [0x1F, 0x8B, ..] : false;
            around = Path.GetExtension(file.Path) switch { ".gz" => DeflateCodec.Gzip, ".br" => BrotliCodec.Instance, ".zstd" => ZstdCodec.Instance, _ => gzip ? DeflateCodec.Gzip : null };
        }

        byte[] voxels = new CodecChain(around is null ? _info.Codecs : [.. _info.Codecs, around], (int)layout.Bytes).Decode(stored);
        return layout.Pixels(voxels, (int)depth, (int)height, (int)width);
    }

    /// <inheritdoc/>
    protected override ChunkedVolume Reopen() => Open(Description.Path, _options);

    /// <summary>Voxels of a chunk along an axis: at the volume's end there are fewer.</summary>
    private long Clipped(int chunk, int axis) => Math.Min(_info.Chunk[axis], _info.Size[axis] - chunk * _info.Chunk[axis]);

    private ulong Id(ChunkIndex chunk) => PrecomputedSharding.Id([chunk.X, chunk.Y, chunk.Z], _grid);
}
