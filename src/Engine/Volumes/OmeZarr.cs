using System.Globalization;
using System.Text.Json.Nodes;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Volumes;

/// <summary>What both versions of OME-Zarr share: axes, levels, transformations.</summary>
internal abstract class OmeZarr(VolumeSettings settings, IReadOnlyList<VolumeLevel> levels) : ChunkedVolumeFormat(settings, levels)
{
    /// <summary>The name of what the program says beside the standard.</summary>
    protected const string Own = "emtools";

    public override string FolderOf(VolumeLevel level) => level.Number.ToString(CultureInfo.InvariantCulture);

    public override ChunkedVolume Open(VolumeLevel level, string root) => ZarrVolume.Open(Path.Combine(root, FolderOf(level)), ImageOptions.Default);

    /// <summary>The description of the image and its levels. A level's first voxel lies in the middle of those that it is the mean of.</summary>
    protected JsonObject Multiscale(VolumeProvenance provenance)
    {
        var axes = new JsonArray();
        foreach (string name in (string[])["z", "y", "x"])
            axes.Add((JsonNode)new JsonObject { ["name"] = name, ["type"] = "space", ["unit"] = "nanometer" });
        var datasets = new JsonArray();
        foreach (VolumeLevel level in Levels)
        {
            var transformations = new JsonArray(new JsonObject { ["type"] = "scale", ["scale"] = Numbers([level.VoxelSize.Z!.Value, level.VoxelSize.Y, level.VoxelSize.X]) });
            if (level.Number > 0)
                transformations.Add((JsonNode)new JsonObject { ["type"] = "translation", ["translation"] = Numbers(level.Translation(Settings.VoxelSize)) });
            datasets.Add((JsonNode)new JsonObject { ["path"] = FolderOf(level), ["coordinateTransformations"] = transformations });
        }

        return new JsonObject { ["name"] = provenance.Name, ["axes"] = axes, ["datasets"] = datasets, ["type"] = "mean" };
    }

    protected static JsonArray Numbers(double[] values) => [.. values.Select(value => (JsonNode)value)];

    protected static JsonArray Lengths(GridSize size) => [size.Z, size.Y, size.X];

    /// <summary>The name of a chunk's or shard's file below its array's folder.</summary>
    protected static string Place(int z, int y, int x) => string.Create(CultureInfo.InvariantCulture, $"{z}/{y}/{x}");
}

/// <summary>OME-Zarr 0.5: Zarr version 3, in shards or not.</summary>
internal sealed class OmeZarr05(VolumeSettings settings, IReadOnlyList<VolumeLevel> levels) : OmeZarr(settings, levels)
{
    private const string FileName = "zarr.json";

    public override IEnumerable<(string Name, JsonObject Content)> Metadata(VolumeProvenance provenance)
    {
        foreach (VolumeLevel level in Levels)
            yield return ($"{FolderOf(level)}/{FileName}", Array(level));
        yield return (FileName, new JsonObject
        {
            ["zarr_format"] = 3,
            ["node_type"] = "group",
            ["attributes"] = new JsonObject
            {
                ["ome"] = new JsonObject { ["version"] = "0.5", ["multiscales"] = new JsonArray(Multiscale(provenance)) },
                [Own] = provenance.ToJson(Settings),
            },
        });
    }

    public override ShardWriter Begin(VolumeLevel level, ChunkIndex first, string root, string scratch)
    {
        string folder = FolderOf(level);
        return Settings.IsSharded
            ? new ZarrShard(root, scratch, $"{folder}/c/{Place(first.Z / level.ShardChunks.Z, first.Y / level.ShardChunks.Y, first.X / level.ShardChunks.X)}", level.ShardChunks.Count)
            : new LooseChunks(root, scratch, chunk => $"{folder}/c/{Place(chunk.Z, chunk.Y, chunk.X)}");
    }

    private JsonObject Array(VolumeLevel level)
    {
        JsonArray codecs = Codecs();
        if (Settings.IsSharded)
        {
            codecs =
            [
                Named("sharding_indexed", new JsonObject
                {
                    ["chunk_shape"] = Lengths(Settings.ChunkSize),
                    ["codecs"] = codecs,
                    ["index_codecs"] = new JsonArray(Named("bytes", new JsonObject { ["endian"] = "little" }), Named("crc32c", null)),
                    ["index_location"] = "end",
                }),
            ];
        }

        return new JsonObject
        {
            ["zarr_format"] = 3,
            ["node_type"] = "array",
            ["shape"] = Lengths(level.Shape),
            ["data_type"] = Settings.PixelType switch { PixelType.UInt8 => "uint8", PixelType.UInt16 => "uint16", _ => "float32" },
            ["chunk_grid"] = Named("regular", new JsonObject { ["chunk_shape"] = Lengths(Settings.IsSharded ? Settings.ShardSize : Settings.ChunkSize) }),
            ["chunk_key_encoding"] = Named("default", new JsonObject { ["separator"] = "/" }),
            ["fill_value"] = Settings.PixelType == PixelType.Single ? 0.0 : 0,
            ["codecs"] = codecs,
            ["attributes"] = new JsonObject(),
            ["dimension_names"] = new JsonArray("z", "y", "x"),
        };
    }

    private JsonArray Codecs()
    {
        JsonArray codecs = [Settings.PixelType == PixelType.UInt8 ? Named("bytes", null) : Named("bytes", new JsonObject { ["endian"] = "little" })];
        if (Settings.Compression == VolumeCompression.Zstd)
            codecs.Add((JsonNode)Named("zstd", new JsonObject { ["level"] = ChunkEncoder.ZstdLevel, ["checksum"] = false }));
        else if (Settings.Compression == VolumeCompression.Gzip)
            codecs.Add((JsonNode)Named("gzip", new JsonObject { ["level"] = ChunkEncoder.GzipLevel }));
        return codecs;
    }

    private static JsonObject Named(string name, JsonObject? configuration)
        => configuration is null ? new JsonObject { ["name"] = name } : new JsonObject { ["name"] = name, ["configuration"] = configuration };
}

/// <summary>OME-Zarr 0.4: Zarr version 2, a file for each chunk.</summary>
internal sealed class OmeZarr04(VolumeSettings settings, IReadOnlyList<VolumeLevel> levels) : OmeZarr(settings, levels)
{
    public override IEnumerable<(string Name, JsonObject Content)> Metadata(VolumeProvenance provenance)
    {
        foreach (VolumeLevel level in Levels)
            yield return ($"{FolderOf(level)}/.zarray", Array(level));
        yield return (".zgroup", new JsonObject { ["zarr_format"] = 2 });
        JsonObject image = Multiscale(provenance);
        image.Insert(0, "version", "0.4");
        image["metadata"] = new JsonObject { ["method"] = "means of boxes of 1 or 2 voxels along each axis" };
        yield return (".zattrs", new JsonObject { ["multiscales"] = new JsonArray(image), [Own] = provenance.ToJson(Settings) });
    }

    public override ShardWriter Begin(VolumeLevel level, ChunkIndex first, string root, string scratch)
    {
        string folder = FolderOf(level);
        return new LooseChunks(root, scratch, chunk => $"{folder}/{Place(chunk.Z, chunk.Y, chunk.X)}");
    }

    private JsonObject Array(VolumeLevel level) => new()
    {
        ["zarr_format"] = 2,
        ["shape"] = Lengths(level.Shape),
        ["chunks"] = Lengths(Settings.ChunkSize),
        ["dtype"] = Settings.PixelType switch { PixelType.UInt8 => "|u1", PixelType.UInt16 => "<u2", _ => "<f4" },
        ["compressor"] = Settings.Compression switch
        {
            VolumeCompression.Zstd => new JsonObject { ["id"] = "zstd", ["level"] = ChunkEncoder.ZstdLevel },
            VolumeCompression.Gzip => new JsonObject { ["id"] = "gzip", ["level"] = ChunkEncoder.GzipLevel },
            _ => null,
        },
        ["fill_value"] = Settings.PixelType == PixelType.Single ? 0.0 : 0,
        ["order"] = "C",
        ["filters"] = null,
        ["dimension_separator"] = "/",
    };
}
