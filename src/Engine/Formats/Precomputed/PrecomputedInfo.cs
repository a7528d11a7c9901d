using System.Globalization;
using System.Text.Json;

namespace EmTools.Engine.Formats;

/// <summary>What the file <c>info</c> says of one scale of a Precomputed volume. Lists go x, y, z.</summary>
internal sealed record PrecomputedInfo
{
    /// <summary>The name of the metadata file.</summary>
    public const string FileName = "info";

    public required MetadataFile File { get; init; }

    public required VoxelType Type { get; init; }

    public required long Channels { get; init; }

    /// <summary>The scale's folder.</summary>
    public required string Key { get; init; }

    public required long[] Size { get; init; }

    public required long[] Offset { get; init; }

    public required long[] Chunk { get; init; }

    public required double[]? Resolution { get; init; }

    public required IReadOnlyList<ChunkCodec> Codecs { get; init; }

    /// <summary>How chunks are spread over shards; null for a file a chunk.</summary>
    public PrecomputedSharding? Sharding { get; init; }

    /// <summary>Reads the scale that is meant: its key, its number, or the finest.</summary>
    /// <exception cref="EmException">It is damaged, not there, or of a kind that is not read.</exception>
    public static PrecomputedInfo Read(string folder, string name)
    {
        MetadataFile file = MetadataFile.TryRead(Path.Combine(folder, FileName)) ?? throw VolumeErrors.NoVolume(folder, $"it has no file '{FileName}'");
        if (MetadataFile.Text(file.Root, "@type") is { } kind && kind != "neuroglancer_multiscale_volume")
            throw VolumeErrors.NoVolume(folder, $"its file '{FileName}' describes '{kind}'");
        string typeName = file.RequiredText(file.Root, "data_type");
        VoxelType type = VoxelTypes.Named(typeName) ?? throw VolumeErrors.TypeNotRead(folder, file.Path, $"'{typeName}'");
        if (file.Required(file.Root, "scales") is not { ValueKind: JsonValueKind.Array } scales || scales.GetArrayLength() == 0)
            throw file.Damaged("its 'scales' are no list of scales");
        List<string> keys = [.. scales.EnumerateArray().Select(scale => file.RequiredText(scale, "key"))];
        int number = name.Length == 0 ? 0 : keys.FindIndex(key => key.Trim('/') == name);
        if (number < 0 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int counted) && counted < keys.Count)
            number = counted;
        if (number < 0)
            throw VolumeErrors.NoSuchDataset(folder, name, keys);
        JsonElement meant = scales[number];
        if (!VolumeTree.IsInside(keys[number]))
            throw file.Damaged($"a scale is said to lie in '{keys[number]}', outside of the volume");
        return new PrecomputedInfo
        {
            File = file,
            Type = type,
            Channels = MetadataFile.Find(file.Root, "num_channels") is null ? 1 : file.RequiredInteger(file.Root, "num_channels", 1, 1 << 16),
            Key = keys[number],
            Size = Three(file, file.RequiredIntegers(meant, "size", 0), "size"),
            Offset = MetadataFile.Find(meant, "voxel_offset") is null ? [0, 0, 0] : Three(file, file.RequiredIntegers(meant, "voxel_offset", -(1L << 40)), "voxel_offset"),
            Chunk = Chunks(file, meant),
            Resolution = MetadataFile.Numbers(meant, "resolution", 3),
            Codecs = Encoding(file, meant),
            Sharding = MetadataFile.Find(meant, "sharding") is { } sharding ? PrecomputedSharding.Read(file, sharding) : null,
        };
    }

    private static long[] Three(MetadataFile file, long[] values, string name)
        => values.Length == 3 ? values : throw file.Damaged($"its '{name}' has {values.Length} numbers, where x, y and z are three");

    private static long[] Chunks(MetadataFile file, JsonElement scale)
    {
        if (file.Required(scale, "chunk_sizes") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0)
            throw file.Damaged("its 'chunk_sizes' are no list");
        long[] chunk = new long[3];
        JsonElement first = list[0];
        if (first.ValueKind != JsonValueKind.Array || first.GetArrayLength() != chunk.Length)
            throw file.Damaged("its 'chunk_sizes' are no lists of x, y and z");
        for (int i = 0; i < chunk.Length; i++)
        {
            if (first[i].ValueKind != JsonValueKind.Number || !first[i].TryGetInt64(out chunk[i]) || chunk[i] is < 1 or > int.MaxValue)
                throw file.Damaged($"its 'chunk_sizes' hold {MetadataFile.Short(first[i])}");
        }

        return chunk;
    }

    private static ChunkCodec[] Encoding(MetadataFile file, JsonElement scale)
    {
        string encoding = file.RequiredText(scale, "encoding");
        return encoding switch
        {
            "raw" => [],
            "jpeg" => [JpegChunkCodec.Instance],
            _ => throw VolumeErrors.NotSupported(file.Path, $"its chunks are encoded as '{encoding}'", "Store the volume with the encoding raw or jpeg."),
        };
    }
}
