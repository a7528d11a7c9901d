using System.Text.Json;

namespace EmTools.Engine.Formats;

/// <summary>Reads the metadata of arrays of Zarr version 3.</summary>
internal static class ZarrV3
{
    private const string Advice = "Store the volume with the codecs bytes and zstd, gzip or blosc, in shards or not.";

    /// <summary>Reads an array's description.</summary>
    /// <exception cref="EmException">It is damaged, or of a kind that is not read.</exception>
    public static ZarrArray Read(ZarrNode node)
    {
        MetadataFile file = node.Metadata;
        JsonElement root = file.Root;
        long[] shape = file.RequiredIntegers(root, "shape", 0);
        string typeName = MetadataFile.Text(root, "data_type") ?? throw VolumeErrors.NotSupported(file.Path, $"its 'data_type' is {MetadataFile.Short(file.Required(root, "data_type"))}", "Store the volume as plain numbers.");
        VoxelType type = VoxelTypes.Named(typeName) ?? throw VolumeErrors.TypeNotRead(Path.GetDirectoryName(file.Path)!, file.Path, $"'{typeName}'");
        if (MetadataFile.Find(root, "storage_transformers") is { ValueKind: JsonValueKind.Array } transformers && transformers.GetArrayLength() > 0)
            throw VolumeErrors.NotSupported(file.Path, "it has storage transformers", Advice);
        (string grid, JsonElement gridConfiguration) = Named(file, file.Required(root, "chunk_grid"));
        if (grid != "regular")
            throw VolumeErrors.NotSupported(file.Path, $"its chunks form the grid '{grid}'", "Store the volume in a regular grid.");
        long[] chunks = file.RequiredIntegers(gridConfiguration, "chunk_shape", 1);
        (string prefix, char separator) = Keys(file);
        Pipeline outer = Codecs(file, root, type, shape.Length), inner = outer;
        ShardLayout? shards = null;
        long[] innerShape = chunks;
        if (outer.Sharding is { } sharding)
        {
            if (outer.Codecs.Count > 0 || !outer.IsPlain)
                throw VolumeErrors.NotSupported(file.Path, "its shards are transposed or compressed as a whole", Advice);
            innerShape = file.RequiredIntegers(sharding, "chunk_shape", 1);
            inner = Codecs(file, sharding, type, shape.Length);
            if (inner.Sharding is not null)
                throw VolumeErrors.NotSupported(file.Path, "it has shards in shards", Advice);
            shards = Index(file, sharding);
            if (innerShape.Length != chunks.Length || chunks.Zip(innerShape, (shard, chunk) => shard % chunk).Any(rest => rest != 0))
                throw file.Damaged($"its shards of {string.Join(" x ", chunks)} voxels cannot be divided into chunks of {string.Join(" x ", innerShape)}");
        }

        return new ZarrArray
        {
            Metadata = file,
            Shape = shape,
            FileShape = chunks,
            ChunkShape = innerShape,
            Type = type,
            BigEndian = inner.BigEndian,
            Fill = ZarrArray.FillOf(file, type),
            Order = inner.Order,
            Codecs = inner.Codecs,
            Shards = shards,
            KeyPrefix = prefix,
            KeySeparator = separator,
            AxisNames = ZarrAxes.Names(MetadataFile.Find(root, "dimension_names"), shape.Length),
        }.Checked();
    }

    private static (string Prefix, char Separator) Keys(MetadataFile file)
    {
        if (MetadataFile.Find(file.Root, "chunk_key_encoding") is not { } encoding)
            return ("c", '/');
        (string name, JsonElement configuration) = Named(file, encoding);
        return name switch
        {
            "default" => ("c", ZarrV2.Separator(file, MetadataFile.Text(configuration, "separator") ?? "/")),
            "v2" => ("", ZarrV2.Separator(file, MetadataFile.Text(configuration, "separator") ?? ".")),
            _ => throw VolumeErrors.NotSupported(file.Path, $"its chunks' names are made by '{name}'", Advice),
        };
    }

    private static Pipeline Codecs(MetadataFile file, JsonElement parent, VoxelType type, int axes)
    {
        if (file.Required(parent, "codecs") is not { ValueKind: JsonValueKind.Array } list)
            throw file.Damaged("its 'codecs' are no list");
        int[] order = [.. Enumerable.Range(0, axes)];
        var codecs = new List<ChunkCodec>();
        bool big = false, isBytes = false;
        JsonElement? sharding = null;
        foreach (JsonElement element in list.EnumerateArray())
        {
            (string name, JsonElement configuration) = Named(file, element);
            switch (name)
            {
                case "transpose" when !isBytes:
                    order = Transposed(file, configuration, order);
                    break;
                case "bytes" when !isBytes:
                    isBytes = true;
                    big = BigEndian(file, configuration);
                    break;
                case "sharding_indexed" when !isBytes:
                    isBytes = true;
                    sharding = configuration;
                    break;
                case "transpose" or "bytes" or "sharding_indexed":
                    throw file.Damaged($"its codec '{name}' stands behind another that makes bytes");
                case "crc32c" when isBytes:
                    codecs.Add(Crc32cCodec.Instance);
                    break;
                default:
                    const string Numcodecs = "numcodecs.";
                    if (!isBytes)
                        throw VolumeErrors.NotSupported(file.Path, $"its chunks are stored with '{name}'", Advice);
                    codecs.Add(ZarrV2.Codec(file, name.StartsWith(Numcodecs, StringComparison.Ordinal) ? name[Numcodecs.Length..] : name, configuration, type));
                    break;
            }
        }

        return isBytes ? new Pipeline(order, big, codecs, sharding) : throw file.Damaged("its 'codecs' do not make bytes of it");
    }

    private static int[] Transposed(MetadataFile file, JsonElement configuration, int[] order)
    {
        if (MetadataFile.Text(configuration, "order") is "C" or "F")
            return MetadataFile.Text(configuration, "order") == "C" ? order : [.. order.Reverse()];
        long[] wanted = file.RequiredIntegers(configuration, "order", 0);
        if (!wanted.Order().SequenceEqual(Enumerable.Range(0, order.Length).Select(i => (long)i)))
            throw file.Damaged($"its axes are said to be transposed to {string.Join(", ", wanted)}");
        return [.. wanted.Select(axis => order[axis])];
    }

    private static ShardLayout Index(MetadataFile file, JsonElement sharding)
    {
        bool big = false, checksum = false;
        if (MetadataFile.Find(sharding, "index_codecs") is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (JsonElement element in list.EnumerateArray())
            {
                (string name, JsonElement configuration) = Named(file, element);
                switch (name)
                {
                    case "bytes":
                        big = BigEndian(file, configuration);
                        break;
                    case "crc32c":
                        checksum = true;
                        break;
                    default:
                        throw VolumeErrors.NotSupported(file.Path, $"the indices of its shards are stored with '{name}'", Advice);
                }
            }
        }

        string place = MetadataFile.Text(sharding, "index_location") ?? "end";
        return place is "end" or "start" ? new ShardLayout(place == "end", big, checksum) : throw file.Damaged($"the indices of its shards are said to lie at '{place}'");
    }

    private static bool BigEndian(MetadataFile file, JsonElement configuration) => MetadataFile.Text(configuration, "endian") switch
    {
        null or "little" => false,
        "big" => true,
        var other => throw file.Damaged($"the order of its bytes is '{other}', where little or big should be"),
    };

    /// <summary>What is named is an object with a configuration, or a name alone.</summary>
    private static (string Name, JsonElement Configuration) Named(MetadataFile file, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
            return (MetadataFile.TextOf(element) ?? throw file.Damaged("a name in it is no text"), default);
        return (file.RequiredText(element, "name"), MetadataFile.Find(element, "configuration") ?? default);
    }

    private sealed record Pipeline(int[] Order, bool BigEndian, IReadOnlyList<ChunkCodec> Codecs, JsonElement? Sharding)
    {
        public bool IsPlain => Order.SequenceEqual(Enumerable.Range(0, Order.Length));
    }
}
