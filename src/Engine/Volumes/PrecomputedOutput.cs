using System.Globalization;
using System.Text.Json.Nodes;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Volumes;

/// <summary>Neuroglancer's Precomputed, in shards or not. Its metadata go x, y, z; a chunk's bytes lie as here, x fastest.</summary>
internal sealed class PrecomputedOutput(VolumeSettings settings, IReadOnlyList<VolumeLevel> levels) : ChunkedVolumeFormat(settings, levels)
{
    public override bool ClipsChunks => true;

    // Some readers take a chunk that is not there for an error.
    public override bool LeavesOutZeros => false;

    public override IEnumerable<(string Name, JsonObject Content)> Metadata(VolumeProvenance provenance)
    {
        var scales = new JsonArray();
        foreach (VolumeLevel level in Levels)
            scales.Add((JsonNode)Scale(level));
        yield return (PrecomputedInfo.FileName, new JsonObject
        {
            ["@type"] = "neuroglancer_multiscale_volume",
            ["type"] = "image",
            ["data_type"] = Settings.PixelType switch { PixelType.UInt8 => "uint8", PixelType.UInt16 => "uint16", _ => "float32" },
            ["num_channels"] = 1,
            ["scales"] = scales,
        });
        yield return ("provenance", new JsonObject
        {
            ["description"] = $"{provenance.Name}, written by {Provenance.Software}",
            ["owners"] = new JsonArray(),
            ["processing"] = new JsonArray(new JsonObject { ["by"] = Provenance.Software, ["method"] = provenance.ToJson(Settings) }),
            ["sources"] = new JsonArray(),
        });
    }

    /// <summary>The size of a voxel, x first, as others name the folders too.</summary>
    public override string FolderOf(VolumeLevel level)
        => string.Create(CultureInfo.InvariantCulture, $"{level.VoxelSize.X:R}_{level.VoxelSize.Y:R}_{level.VoxelSize.Z:R}");

    public override ShardWriter Begin(VolumeLevel level, ChunkIndex first, string root, string scratch)
    {
        string folder = FolderOf(level);
        if (!Settings.IsSharded)
            return new LooseChunks(root, scratch, chunk => $"{folder}/{Ranges(level, chunk)}");
        PrecomputedSharding sharding = Sharding(level);
        long[] grid = [level.Chunks.X, level.Chunks.Y, level.Chunks.Z];
        return new PrecomputedShard(root, scratch, $"{folder}/{sharding.FileName(sharding.Shard(Id(first)))}", Id, ChunkEncoder.ForIndices);

        ulong Id(ChunkIndex chunk) => PrecomputedSharding.Id([chunk.X, chunk.Y, chunk.Z], grid);
    }

    public override ChunkedVolume Open(VolumeLevel level, string root) => PrecomputedVolume.Open(root, new ImageOptions { Dataset = FolderOf(level) });

    private JsonObject Scale(VolumeLevel level)
    {
        var scale = new JsonObject
        {
            ["key"] = FolderOf(level),
            ["size"] = new JsonArray(level.Shape.X, level.Shape.Y, level.Shape.Z),
            ["resolution"] = new JsonArray(level.VoxelSize.X, level.VoxelSize.Y, level.VoxelSize.Z!.Value),
            ["voxel_offset"] = new JsonArray(0, 0, 0),
            ["chunk_sizes"] = new JsonArray(new JsonArray(Settings.ChunkSize.X, Settings.ChunkSize.Y, Settings.ChunkSize.Z)),
            ["encoding"] = Settings.Compression == VolumeCompression.Jpeg ? "jpeg" : "raw",
        };
        if (Settings.Compression == VolumeCompression.Jpeg)
            scale["jpeg_quality"] = Settings.Quality;
        if (Settings.IsSharded)
        {
            PrecomputedSharding sharding = Sharding(level);
            scale["sharding"] = new JsonObject
            {
                ["@type"] = "neuroglancer_uint64_sharded_v1",
                ["hash"] = "identity",
                ["preshift_bits"] = sharding.PreshiftBits,
                ["minishard_bits"] = sharding.MinishardBits,
                ["shard_bits"] = sharding.ShardBits,
                ["minishard_index_encoding"] = "gzip",
                ["data_encoding"] = sharding.GzipData ? "gzip" : "raw",
            };
        }

        return scale;
    }

    /// <summary>All low bits of a shard's chunks are shifted away, so that a shard is a box, and has one index.</summary>
    private PrecomputedSharding Sharding(VolumeLevel level)
    {
        int low = PrecomputedSharding.BitsOf(level.ShardChunks.Count);
        int all = PrecomputedSharding.BitsOf(level.Chunks.X) + PrecomputedSharding.BitsOf(level.Chunks.Y) + PrecomputedSharding.BitsOf(level.Chunks.Z);
        return new PrecomputedSharding(low, MinishardBits: 0, all - low, GzipIndex: true, GzipData: Settings.Compression == VolumeCompression.Gzip);
    }

    private string Ranges(VolumeLevel level, ChunkIndex chunk)
    {
        return $"{Range(chunk.X, Settings.ChunkSize.X, level.Shape.X)}_{Range(chunk.Y, Settings.ChunkSize.Y, level.Shape.Y)}_{Range(chunk.Z, Settings.ChunkSize.Z, level.Shape.Z)}";

        static string Range(int place, int length, int all)
            => string.Create(CultureInfo.InvariantCulture, $"{(long)place * length}-{Math.Min(all, ((long)place + 1) * length)}");
    }
}
