using System.Globalization;
using System.Text.Json;

namespace EmTools.Engine.Formats;

/// <summary>How a Precomputed volume's chunks are spread over shards (<c>neuroglancer_uint64_sharded_v1</c>).</summary>
/// <param name="PreshiftBits">Low bits of a chunk's id that do not count, so that neighbours lie together.</param>
/// <param name="MinishardBits">Bits that choose a part of a shard.</param>
/// <param name="ShardBits">Bits that choose a shard.</param>
/// <param name="GzipIndex">The indices of parts are compressed.</param>
/// <param name="GzipData">The chunks are compressed.</param>
internal sealed record PrecomputedSharding(int PreshiftBits, int MinishardBits, int ShardBits, bool GzipIndex, bool GzipData)
{
    private const int AllBits = 64;

    /// <summary>Reads the description.</summary>
    /// <exception cref="EmException">It is damaged, or of a kind that is not read.</exception>
    public static PrecomputedSharding Read(MetadataFile file, JsonElement element)
    {
        const string Advice = "Store the volume without shards, or with the hash 'identity'.";
        if (file.RequiredText(element, "@type") is not "neuroglancer_uint64_sharded_v1" and var kind)
            throw VolumeErrors.NotSupported(file.Path, $"its shards are of the kind '{kind}'", Advice);
        if (file.RequiredText(element, "hash") is not "identity" and var hash)
            throw VolumeErrors.NotSupported(file.Path, $"its chunks are spread over shards by the hash '{hash}'", Advice);
        int preshift = (int)file.RequiredInteger(element, "preshift_bits", 0, AllBits), minishard = (int)file.RequiredInteger(element, "minishard_bits", 0, 32), shard = (int)file.RequiredInteger(element, "shard_bits", 0, AllBits);
        if (preshift + minishard + shard > AllBits)
            throw file.Damaged($"its shards take {preshift} + {minishard} + {shard} bits of {AllBits}");
        return new PrecomputedSharding(preshift, minishard, shard, IsGzip(file, element, "minishard_index_encoding"), IsGzip(file, element, "data_encoding"));
    }

    /// <summary>The id of a chunk: the bits of its place in the grid, x, y and z in turn, an axis only as long as its grid has bits (compressed Morton code).</summary>
    public static ulong Id(ReadOnlySpan<long> place, ReadOnlySpan<long> grid)
    {
        ulong id = 0;
        int to = 0;
        for (int bit = 0; bit < AllBits / 2; bit++)
        {
            for (int axis = 0; axis < place.Length; axis++)
            {
                if (1L << bit < grid[axis])
                    id |= ((ulong)place[axis] >> bit & 1) << to++;
            }
        }

        return id;
    }

    /// <summary>Of the lowest bits of a chunk's id, how many are of x, of y and of z.</summary>
    /// <param name="bits">How many lowest bits.</param>
    /// <param name="grid">Chunks along x, y and z.</param>
    public static int[] LowBits(int bits, ReadOnlySpan<long> grid)
    {
        int[] of = new int[grid.Length];
        for (int bit = 0; bit < AllBits / 2; bit++)
        {
            for (int axis = 0; axis < grid.Length && bits > 0; axis++)
            {
                if (1L << bit < grid[axis])
                {
                    of[axis]++;
                    bits--;
                }
            }
        }

        return of;
    }

    /// <summary>Bits that tell so many things apart.</summary>
    public static int BitsOf(long things)
    {
        int bits = 0;
        while (1L << bits < things)
            bits++;
        return bits;
    }

    /// <summary>The shard of a chunk.</summary>
    public ulong Shard(ulong id) => Low(Shifted(id, PreshiftBits + MinishardBits), ShardBits);

    /// <summary>The part of its shard.</summary>
    public ulong Minishard(ulong id) => Low(Shifted(id, PreshiftBits), MinishardBits);

    /// <summary>The name of a shard's file.</summary>
    public string FileName(ulong shard)
        => shard.ToString("x", CultureInfo.InvariantCulture).PadLeft((ShardBits + 3) / 4, '0') + ".shard";

    private static ulong Shifted(ulong value, int bits) => bits >= AllBits ? 0 : value >> bits;

    private static ulong Low(ulong value, int bits) => bits >= AllBits ? value : value & ((1UL << bits) - 1);

    private static bool IsGzip(MetadataFile file, JsonElement element, string name) => MetadataFile.Text(element, name) switch
    {
        null or "raw" => false,
        "gzip" => true,
        var other => throw VolumeErrors.NotSupported(file.Path, $"its '{name}' is '{other}'", "Store the volume with raw or gzip."),
    };
}
