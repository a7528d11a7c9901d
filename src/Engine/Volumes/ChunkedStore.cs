using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Volumes;

/// <summary>
/// A volume of chunks with a pyramid. A block of the finest level is made of rows of its sections, a layer of chunks at a time; one of
/// another level chunk by chunk of those of the level below.
/// </summary>
internal sealed class ChunkedStore : VolumeStore
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private readonly ChunkedVolumeFormat _format;
    private readonly ChunkEncoder _encoder;
    private readonly VolumeBlocks _blocks;

    public ChunkedStore(VolumeSettings settings, string destination, string scratch, Func<VolumeProvenance> provenance)
        : base(settings, destination, scratch, provenance)
    {
        _format = ChunkedVolumeFormat.Of(settings, Levels);
        _encoder = ChunkEncoder.Of(settings);
        _blocks = VolumeBlocks.Of(settings, Levels);
    }

    public override IReadOnlyList<VolumeBlock> Blocks => _blocks.All;

    private GridSize Chunk => Settings.ChunkSize;

    private int VoxelBytes => Settings.PixelType.BytesPerPixel();

    public override IEnumerable<int> Below(int number) => _blocks.Below(Blocks[number]);

    public override long FilesOf(VolumeBlock block)
    {
        VolumeLevel level = Levels[block.Level];
        if (Settings.IsSharded)
            return (long)block.Rows * level.Shards.X;
        VoxelBox box = Voxels(block);
        return new GridSize(box.Depth, box.Height, box.Width).In(Chunk).Count;
    }

    /// <summary>At the finest level the rows of a layer of chunks; at all a row of compressed chunks, and what threads need to make them.</summary>
    public override long PeakOf(VolumeBlock block, int threads)
    {
        const long Fixed = 200L << 20;
        VolumeLevel level = Levels[block.Level];
        long chunk = Chunk.Count * VoxelBytes, rows = (long)Chunk.Z * Math.Min(level.Shape.Y, level.ShardChunks.Y * Chunk.Y) * level.Shape.X * VoxelBytes;
        return Fixed + (block.Level == 0 ? rows : 0) + level.Chunks.X * (chunk + chunk / 8) + threads * 20 * chunk;
    }

    public override void Prepare()
    {
        base.Prepare();
        foreach ((string name, JsonObject content) in _format.Metadata(Provenance))
            AtomicFile.WriteText(Path.Combine(Destination, name), content.ToJsonString(s_indented) + "\n", overwrite: true);
    }

    public override BlockResult Build(VolumeBlock block, Func<int, EmSection?> sectionAt, EvaluationContext context)
    {
        VolumeLevel level = Levels[block.Level];
        VoxelBox box = Voxels(block);
        var shards = new SortedDictionary<(int Y, int X), ShardWriter>();
        try
        {
            ChunkedVolume? below = block.Level == 0 ? null : _format.Open(Levels[block.Level - 1], Destination);
            for (int z = box.Z / Chunk.Z; z * Chunk.Z < box.Z + box.Depth; z++)
            {
                if (below is not null)
                {
                    Encode(level, z, box.Y, box.Height, shards, (chunk, voxels) => Mean(level, below, chunk, voxels), context);
                    continue;
                }

                int first = Settings.FirstIndex + z * Chunk.Z;
                using var layer = SectionLayer.Open(Settings, [.. Enumerable.Range(first, Math.Min(Chunk.Z, Settings.Shape.Z - z * Chunk.Z)).Select(sectionAt)], Scratch, context);
                int band = level.ShardChunks.Y * Chunk.Y;
                for (int y = box.Y; y < box.Y + box.Height; y += band)
                    EncodeRows(level, z, y, Math.Min(band, box.Y + box.Height - y), layer, shards, context);
            }

            return new BlockResult([.. shards.Values.SelectMany(shard => shard.Complete())]);
        }
        finally
        {
            foreach (ShardWriter shard in shards.Values)
                shard.Dispose();
        }
    }

    public override IEnumerable<string> Entries
        => _format.Metadata(new VolumeProvenance("", null, [], null)).Select(file => file.Name.Split('/')[0]).Concat(Levels.Select(_format.FolderOf)).Distinct();

    private void EncodeRows(VolumeLevel level, int z, int top, int height, SectionLayer layer, SortedDictionary<(int Y, int X), ShardWriter> shards, EvaluationContext context)
    {
        Plane?[] planes = layer.Rows(top, height, context);
        try
        {
            Encode(level, z, top, height, shards, (chunk, voxels) =>
            {
                VoxelBox box = BoxOf(level, chunk);
                int row = RowOf(box), plane = PlaneOf(box);
                for (int i = 0; i < box.Depth; i++)
                {
                    for (int y = 0; y < box.Height; y++)
                    {
                        Span<byte> into = voxels.Slice((i * plane + y * row) * VoxelBytes, box.Width * VoxelBytes);
                        if (planes[i] is { } from)
                            from.RowBytes(box.Y - top + y).Slice(box.X * VoxelBytes, into.Length).CopyTo(into);
                        else
                            into.Clear();
                    }
                }
            }, context);
        }
        finally
        {
            foreach (Plane? plane in planes)
                plane?.Dispose();
        }
    }

    private delegate void Fill(ChunkIndex chunk, Span<byte> voxels);

    /// <summary>Compresses the chunks of some rows of a layer, a row of chunks at a time, and adds them to their shards: side by side, and in each shard in the order of their places.</summary>
    private void Encode(VolumeLevel level, int z, int top, int height, SortedDictionary<(int Y, int X), ShardWriter> shards, Fill fill, EvaluationContext context)
    {
        int across = level.Chunks.X, shardAcross = level.ShardChunks.X;
        var memory = new byte[]?[across];
        var stored = new ReadOnlyMemory<byte>[across];
        for (int y = top / Chunk.Y; y * Chunk.Y < top + height; y++)
        {
            RowParallel.For(across, 1, context, (first, end) =>
            {
                byte[] voxels = ArrayPool<byte>.Shared.Rent((int)(Chunk.Count * VoxelBytes));
                for (int x = first; x < end; x++)
                    stored[x] = Encode(level, new ChunkIndex(z, y, x), voxels, fill, ref memory[x]);
                ArrayPool<byte>.Shared.Return(voxels);
            });
            for (int x = 0; x < across; x += shardAcross)
            {
                if (!shards.ContainsKey((y / level.ShardChunks.Y, x / shardAcross)))
                    shards.Add((y / level.ShardChunks.Y, x / shardAcross), _format.Begin(level, new ChunkIndex(z, y, x), Destination, Scratch));
            }

            RowParallel.For(level.Shards.X, 1, context, (first, end) =>
            {
                for (int x = first * shardAcross; x < Math.Min(across, end * shardAcross); x++)
                {
                    var chunk = new ChunkIndex(z, y, x);
                    shards[(y / level.ShardChunks.Y, x / shardAcross)].Add(chunk, NumberInShard(level, chunk), stored[x].Span);
                }
            });
        }
    }

    private ReadOnlyMemory<byte> Encode(VolumeLevel level, ChunkIndex chunk, byte[] scratch, Fill fill, ref byte[]? memory)
    {
        VoxelBox box = BoxOf(level, chunk);
        GridSize size = _format.ClipsChunks ? new GridSize(box.Depth, box.Height, box.Width) : Chunk;
        Span<byte> voxels = scratch.AsSpan(0, (int)(size.Count * VoxelBytes));
        if (box.Count < size.Count)
            voxels.Clear(); // what lies beyond the volume's end
        fill(chunk, voxels);
        return _format.LeavesOutZeros && !voxels.ContainsAnyExcept((byte)0) ? default : _encoder.Encode(voxels, size, ref memory);
    }

    /// <summary>The means of the box of the level below that a chunk stands for.</summary>
    private void Mean(VolumeLevel level, ChunkedVolume below, ChunkIndex chunk, Span<byte> voxels)
    {
        VoxelBox box = BoxOf(level, chunk), from = box.Below(level.Step, Levels[level.Number - 1].Shape);
        byte[] memory = ArrayPool<byte>.Shared.Rent((int)(from.Count * VoxelBytes));
        Span<byte> finer = memory.AsSpan(0, (int)(from.Count * VoxelBytes));
        below.ReadBox(from, finer);
        BoxMeans.Of(Settings.PixelType, finer, new GridSize(from.Depth, from.Height, from.Width), level.Step, voxels, RowOf(box), PlaneOf(box));
        ArrayPool<byte>.Shared.Return(memory);
    }

    private VoxelBox BoxOf(VolumeLevel level, ChunkIndex chunk)
        => new VoxelBox(chunk.Z * Chunk.Z, chunk.Y * Chunk.Y, chunk.X * Chunk.X, Chunk.Z, Chunk.Y, Chunk.X).Within(level.Shape);

    /// <summary>Voxels between the starts of a chunk's rows.</summary>
    private int RowOf(VoxelBox box) => _format.ClipsChunks ? box.Width : Chunk.X;

    /// <summary>Voxels between the starts of a chunk's planes.</summary>
    private int PlaneOf(VoxelBox box) => _format.ClipsChunks ? box.Width * box.Height : Chunk.X * Chunk.Y;

    private static int NumberInShard(VolumeLevel level, ChunkIndex chunk)
    {
        GridSize shard = level.ShardChunks;
        return (chunk.Z % shard.Z * shard.Y + chunk.Y % shard.Y) * shard.X + chunk.X % shard.X;
    }
}
