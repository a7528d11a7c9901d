using System.Globalization;
using System.Text.Json;

namespace EmTools.Engine.Formats;

/// <summary>What the metadata of a Zarr array say, of whichever version.</summary>
internal sealed record ZarrArray
{
    private const long LargestChunk = int.MaxValue;

    /// <summary>The file that says it.</summary>
    public required MetadataFile Metadata { get; init; }

    public required long[] Shape { get; init; }

    /// <summary>The shape of what a file holds: a chunk, or a shard.</summary>
    public required long[] FileShape { get; init; }

    /// <summary>The shape of a chunk.</summary>
    public required long[] ChunkShape { get; init; }

    public required VoxelType Type { get; init; }

    public required bool BigEndian { get; init; }

    public required double Fill { get; init; }

    /// <summary>The axes as a chunk stores them, slowest first.</summary>
    public required int[] Order { get; init; }

    /// <summary>What a chunk's bytes went through, in order.</summary>
    public required IReadOnlyList<ChunkCodec> Codecs { get; init; }

    /// <summary>Where a shard's index lies; null for arrays without shards.</summary>
    public ShardLayout? Shards { get; init; }

    /// <summary>What chunk files' names begin with: <c>c</c>, or nothing.</summary>
    public required string KeyPrefix { get; init; }

    /// <summary>What stands between the numbers of chunk files' names.</summary>
    public required char KeySeparator { get; init; }

    /// <summary>The names of the axes; null where they are not told.</summary>
    public string[]? AxisNames { get; init; }

    /// <summary>The file of a chunk or shard, below the array's folder.</summary>
    public string FileName(ReadOnlySpan<long> place)
    {
        var name = new System.Text.StringBuilder(KeyPrefix);
        for (int i = 0; i < place.Length; i++)
        {
            if (i > 0 || KeyPrefix.Length > 0)
                name.Append(KeySeparator);
            name.Append(place[i].ToString(CultureInfo.InvariantCulture));
        }

        return name.ToString();
    }

    /// <summary>Checks what all versions have, and gives it back.</summary>
    /// <exception cref="EmException">It makes no sense, or chunks are too large.</exception>
    public ZarrArray Checked()
    {
        if (Shape.Length == 0 || FileShape.Length != Shape.Length || ChunkShape.Length != Shape.Length)
            throw Metadata.Damaged($"its chunks have {ChunkShape.Length} axes, but it has {Shape.Length}");
        double bytes = ChunkShape.Aggregate((double)Type.Bytes(), (product, length) => product * length);
        if (bytes > LargestChunk || FileShape.Any(length => length > int.MaxValue))
            throw VolumeErrors.NotSupported(Metadata.Path, FormattableString.Invariant($"its chunks of {string.Join(" x ", ChunkShape)} voxels have {bytes:G3} bytes, more than the 2 GB of a chunk"), "Store the volume in smaller chunks.");
        double grid = Shape.Zip(ChunkShape, (length, chunk) => Math.Ceiling((double)length / chunk)).Aggregate(1.0, (product, count) => product * count);
        if (grid > long.MaxValue / 2)
            throw Metadata.Damaged(FormattableString.Invariant($"its shape of {string.Join(" x ", Shape)} voxels cannot be"));
        double inShard = FileShape.Zip(ChunkShape, (file, chunk) => (double)file / chunk).Aggregate(1.0, (product, count) => product * count);
        if (inShard > int.MaxValue)
            throw Metadata.Damaged(FormattableString.Invariant($"its shards of {string.Join(" x ", FileShape)} voxels cannot hold so many chunks"));
        return this;
    }

    /// <summary>A fill value as JSON writes it: a number, a name such as <c>NaN</c>, or the bits of a float.</summary>
    public static double FillOf(MetadataFile metadata, VoxelType type)
    {
        if (MetadataFile.Find(metadata.Root, "fill_value") is not { } fill)
            return 0;
        switch (fill.ValueKind)
        {
            case JsonValueKind.Number when fill.TryGetDouble(out double value):
                return value;
            case JsonValueKind.True:
                return 1;
            case JsonValueKind.False:
                return 0;
            case JsonValueKind.String:
                string text = MetadataFile.Text(metadata.Root, "fill_value") ?? "";
                if (text is "NaN" or "Infinity" or "-Infinity")
                    return text == "NaN" ? double.NaN : text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
                if (text.StartsWith("0x", StringComparison.Ordinal) && ulong.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong bits))
                    return type switch { VoxelType.Float16 => (double)BitConverter.UInt16BitsToHalf((ushort)bits), VoxelType.Float32 => BitConverter.UInt32BitsToSingle((uint)bits), _ => BitConverter.UInt64BitsToDouble(bits) };
                break;
        }

        throw metadata.Damaged($"its fill value {MetadataFile.Short(fill)} is none");
    }
}

/// <summary>Where a shard's index lies and how it is stored.</summary>
/// <param name="AtEnd">At the file's end; else at its beginning.</param>
/// <param name="BigEndian">Its numbers' most significant byte first.</param>
/// <param name="HasChecksum">A CRC-32C follows it.</param>
internal sealed record ShardLayout(bool AtEnd, bool BigEndian, bool HasChecksum);
