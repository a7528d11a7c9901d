using System.Text.Json;

namespace EmTools.Engine.Formats;

/// <summary>Reads the metadata of arrays of Zarr version 2.</summary>
internal static class ZarrV2
{
    /// <summary>Reads an array's description.</summary>
    /// <exception cref="EmException">It is damaged, or of a kind that is not read.</exception>
    public static ZarrArray Read(ZarrNode node)
    {
        MetadataFile file = node.Metadata;
        JsonElement root = file.Root;
        long[] shape = file.RequiredIntegers(root, "shape", 0), chunks = file.RequiredIntegers(root, "chunks", 1);
        (VoxelType type, bool big) = Type(file);
        string order = MetadataFile.Text(root, "order") ?? "C";
        if (order is not ("C" or "F"))
            throw file.Damaged($"its 'order' is '{order}', where C or F should be");
        var codecs = new List<ChunkCodec>();
        if (MetadataFile.Find(root, "filters") is { ValueKind: JsonValueKind.Array } filters)
            codecs.AddRange(filters.EnumerateArray().Select(filter => Codec(file, filter, type)));
        if (MetadataFile.Find(root, "compressor") is { } compressor)
            codecs.Add(Codec(file, compressor, type));
        int[] axes = [.. Enumerable.Range(0, shape.Length)];
        if (order == "F")
            Array.Reverse(axes);
        return new ZarrArray
        {
            Metadata = file,
            Shape = shape,
            FileShape = chunks,
            ChunkShape = chunks,
            Type = type,
            BigEndian = big,
            Fill = ZarrArray.FillOf(file, type),
            Order = axes,
            Codecs = codecs,
            KeyPrefix = "",
            KeySeparator = Separator(file, MetadataFile.Text(root, "dimension_separator") ?? "."),
            AxisNames = ZarrAxes.Names(node.Attributes is { } attributes ? MetadataFile.Find(attributes, "_ARRAY_DIMENSIONS") : null, shape.Length),
        }.Checked();
    }

    /// <summary>The codec of a numcodecs id, with which version 2 describes all and version 3 some.</summary>
    /// <exception cref="EmException">It is not read.</exception>
    public static ChunkCodec Codec(MetadataFile file, string id, JsonElement configuration, VoxelType type) => id switch
    {
        "gzip" => DeflateCodec.Gzip,
        "zlib" => DeflateCodec.Zlib,
        "zstd" => ZstdCodec.Instance,
        "lz4" => Lz4Codec.Instance,
        "blosc" => BloscCodec.Instance,
        "shuffle" => new ShuffleCodec(MetadataFile.Find(configuration, "elementsize") is null ? type.Bytes() : (int)file.RequiredInteger(configuration, "elementsize", 1, 255)),
        _ => throw VolumeErrors.NotSupported(file.Path, $"its chunks are stored with '{id}'", "Store the volume with zstd, gzip, zlib, lz4 or blosc, or uncompressed."),
    };

    /// <summary>A separator of keys.</summary>
    public static char Separator(MetadataFile file, string text)
        => text is "." or "/" ? text[0] : throw file.Damaged($"its chunks' names are said to be separated by '{text}', where . or / should be");

    private static ChunkCodec Codec(MetadataFile file, JsonElement element, VoxelType type) => Codec(file, file.RequiredText(element, "id"), element, type);

    private static (VoxelType Type, bool BigEndian) Type(MetadataFile file)
    {
        string text = MetadataFile.Text(file.Root, "dtype") ?? throw VolumeErrors.NotSupported(file.Path, $"its 'dtype' is {MetadataFile.Short(file.Required(file.Root, "dtype"))}, which is no plain number", "Store the volume as numbers.");
        VoxelType? type = text.TrimStart('<', '>', '|', '=') switch
        {
            "b1" => VoxelType.Bool,
            "u1" => VoxelType.UInt8,
            "i1" => VoxelType.Int8,
            "u2" => VoxelType.UInt16,
            "i2" => VoxelType.Int16,
            "u4" => VoxelType.UInt32,
            "i4" => VoxelType.Int32,
            "u8" => VoxelType.UInt64,
            "i8" => VoxelType.Int64,
            "f2" => VoxelType.Float16,
            "f4" => VoxelType.Float32,
            "f8" => VoxelType.Float64,
            _ => null,
        };
        return (type ?? throw VolumeErrors.TypeNotRead(Path.GetDirectoryName(file.Path)!, file.Path, $"'{text}'"), text.StartsWith('>'));
    }
}
