using System.Buffers.Binary;
using System.IO.Compression;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Writes small volumes byte by byte after the formats' specifications, so that reading is not tested against the engine itself.</summary>
internal sealed class SampleVolume(int depth, int height, int width)
{
    public int Depth => depth;

    public int Height => height;

    public int Width => width;

    public static ushort Value(int z, int y, int x) => (ushort)(z * 1000 + y * 37 + x * 3 + 1);

    /// <summary>OME-Zarr 0.5: one level, in shards or not.</summary>
    public void WriteZarr3(string folder, int[] chunk, int[]? shard, bool indexAtStart = false, Func<int, int, int, bool>? isMissing = null)
    {
        Directory.CreateDirectory(Path.Combine(folder, "0"));
        File.WriteAllText(Path.Combine(folder, "zarr.json"), """{"zarr_format":3,"node_type":"group","attributes":{"ome":{"version":"0.5","multiscales":[{"name":"sample","axes":[{"name":"z","type":"space","unit":"nanometer"},{"name":"y","type":"space","unit":"micrometer"},{"name":"x","type":"space","unit":"angstrom"}],"datasets":[{"path":"0","coordinateTransformations":[{"type":"scale","scale":[40,0.008,80]}]}]}]}}}""");
        string bytes = """{"name":"bytes","configuration":{"endian":"little"}},{"name":"gzip","configuration":{"level":5}}""";
        string codecs = shard is null ? $"[{bytes}]" : $$$"""[{"name":"sharding_indexed","configuration":{"chunk_shape":[{{{string.Join(',', chunk)}}}],"codecs":[{{{bytes}}}],"index_codecs":[{"name":"bytes","configuration":{"endian":"little"}},{"name":"crc32c"}],"index_location":"{{{(indexAtStart ? "start" : "end")}}}"}}]""";
        File.WriteAllText(Path.Combine(folder, "0", "zarr.json"), $$$"""{"zarr_format":3,"node_type":"array","shape":[{{{depth}}},{{{height}}},{{{width}}}],"data_type":"uint16","chunk_grid":{"name":"regular","configuration":{"chunk_shape":[{{{string.Join(',', shard ?? chunk)}}}]}},"chunk_key_encoding":{"name":"default","configuration":{"separator":"/"}},"fill_value":9,"attributes":{},"dimension_names":["z","y","x"],"codecs":{{{codecs}}}}""");
        int[] file = shard ?? chunk;
        foreach ((int z, int y, int x) in Grid(file))
        {
            string path = Path.Combine(folder, "0", "c", $"{z}", $"{y}", $"{x}");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, shard is null
                ? Gzip(Chunk(chunk, z * chunk[0], y * chunk[1], x * chunk[2]))
                : Shard(chunk, shard, (z * shard[0], y * shard[1], x * shard[2]), indexAtStart, isMissing ?? ((_, _, _) => false)));
        }
    }

    /// <summary>Neuroglancer's Precomputed: a file a chunk, with or without <c>.gz</c>, or one shard of all.</summary>
    public void WritePrecomputed(string folder, int[] chunk, bool gzip, bool sharded, bool rawShards = false)
    {
        int[] grid = [(width - 1) / chunk[2] + 1, (height - 1) / chunk[1] + 1, (depth - 1) / chunk[0] + 1];
        string sharding = sharded ? ""","sharding":{"@type":"neuroglancer_uint64_sharded_v1","preshift_bits":1,"hash":"identity","minishard_bits":2,"shard_bits":0,"minishard_index_encoding":"gzip","data_encoding":"gzip"}""".Replace("gzip", rawShards ? "raw" : "gzip", StringComparison.Ordinal) : "";
        Directory.CreateDirectory(Path.Combine(folder, "8_8_40"));
        File.WriteAllText(Path.Combine(folder, "info"), $$$"""{"@type":"neuroglancer_multiscale_volume","type":"image","data_type":"uint16","num_channels":1,"scales":[{"key":"8_8_40","size":[{{{width}}},{{{height}}},{{{depth}}}],"resolution":[8,8,40],"voxel_offset":[100,0,0],"chunk_sizes":[[{{{chunk[2]}}},{{{chunk[1]}}},{{{chunk[0]}}}]],"encoding":"raw"{{{sharding}}}}]}""");
        var all = new SortedDictionary<ulong, byte[]>();
        foreach ((int z, int y, int x) in Grid(chunk))
        {
            int[] size = [Math.Min(chunk[0], depth - z * chunk[0]), Math.Min(chunk[1], height - y * chunk[1]), Math.Min(chunk[2], width - x * chunk[2])]; // clipped
            byte[] voxels = Chunk(size, z * chunk[0], y * chunk[1], x * chunk[2]);
            if (sharded)
                all.Add(Morton([x, y, z], grid), rawShards ? voxels : Gzip(voxels));
            else
                File.WriteAllBytes(Path.Combine(folder, "8_8_40", $"{100 + x * chunk[2]}-{100 + x * chunk[2] + size[2]}_{y * chunk[1]}-{y * chunk[1] + size[1]}_{z * chunk[0]}-{z * chunk[0] + size[0]}{(gzip ? ".gz" : "")}"), gzip ? Gzip(voxels) : voxels);
        }

        if (sharded)
            File.WriteAllBytes(Path.Combine(folder, "8_8_40", "0.shard"), PrecomputedShard(all, rawShards));
    }

    public static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private IEnumerable<(int Z, int Y, int X)> Grid(int[] of)
        => from z in Enumerable.Range(0, (depth - 1) / of[0] + 1)
           from y in Enumerable.Range(0, (height - 1) / of[1] + 1)
           from x in Enumerable.Range(0, (width - 1) / of[2] + 1)
           select (z, y, x);

    /// <summary>Little-endian voxels of a box; what lies outside of the volume is 9.</summary>
    private byte[] Chunk(int[] size, int z0, int y0, int x0)
    {
        byte[] bytes = new byte[size[0] * size[1] * size[2] * 2];
        int at = 0;
        for (int z = z0; z < z0 + size[0]; z++)
        {
            for (int y = y0; y < y0 + size[1]; y++)
            {
                for (int x = x0; x < x0 + size[2]; x++, at += 2)
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), z < depth && y < height && x < width ? Value(z, y, x) : (ushort)9);
            }
        }

        return bytes;
    }

    private byte[] Shard(int[] chunk, int[] shard, (int Z, int Y, int X) first, bool indexAtStart, Func<int, int, int, bool> isMissing)
    {
        int[] count = [shard[0] / chunk[0], shard[1] / chunk[1], shard[2] / chunk[2]];
        byte[] index = new byte[count[0] * count[1] * count[2] * 16 + 4];
        index.AsSpan().Fill(0xFF);
        var chunks = new List<(int Entry, byte[] Bytes)>();
        for (int i = 0; i < count[0] * count[1] * count[2]; i++)
        {
            int z = first.Z + i / (count[1] * count[2]) * chunk[0], y = first.Y + i / count[2] % count[1] * chunk[1], x = first.X + i % count[2] * chunk[2];
            if (z < depth && y < height && x < width && !isMissing(z, y, x))
                chunks.Add((i, Gzip(Chunk(chunk, z, y, x))));
        }

        chunks.Reverse(); // any order is right
        var body = new MemoryStream();
        foreach ((int entry, byte[] bytes) in chunks)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(index.AsSpan(entry * 16), (ulong)(body.Length + (indexAtStart ? index.Length : 0)));
            BinaryPrimitives.WriteUInt64LittleEndian(index.AsSpan(entry * 16 + 8), (ulong)bytes.Length);
            body.Write(bytes);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(index.AsSpan(index.Length - 4), Crc32c(index.AsSpan(0, index.Length - 4)));
        return indexAtStart ? [.. index, .. body.ToArray()] : [.. body.ToArray(), .. index];
    }

    private static byte[] PrecomputedShard(SortedDictionary<ulong, byte[]> chunks, bool raw)
    {
        const int Minishards = 4;
        byte[] index = new byte[Minishards * 16];
        var body = new MemoryStream();
        for (ulong part = 0; part < Minishards; part++)
        {
            KeyValuePair<ulong, byte[]>[] mine = [.. chunks.Where(chunk => (chunk.Key >> 1) % Minishards == part)];
            ulong[] table = new ulong[3 * mine.Length];
            ulong id = 0, end = 0;
            for (int i = 0; i < mine.Length; i++)
            {
                (table[i], table[mine.Length + i], table[2 * mine.Length + i]) = (mine[i].Key - id, (ulong)body.Length - end, (ulong)mine[i].Value.Length);
                body.Write(mine[i].Value);
                (id, end) = (mine[i].Key, (ulong)body.Length);
            }

            byte[] plain = [.. table.SelectMany(BitConverter.GetBytes)], packed = raw ? plain : Gzip(plain);
            BinaryPrimitives.WriteUInt64LittleEndian(index.AsSpan((int)part * 16), (ulong)body.Length);
            body.Write(packed);
            BinaryPrimitives.WriteUInt64LittleEndian(index.AsSpan((int)part * 16 + 8), (ulong)body.Length);
        }

        return [.. index, .. body.ToArray()];
    }

    private static ulong Morton(int[] place, int[] grid)
    {
        ulong id = 0;
        int bit = 0;
        for (int i = 0; i < 31; i++)
        {
            for (int axis = 0; axis < 3; axis++)
            {
                if (1 << i < grid[axis])
                    id |= ((ulong)place[axis] >> i & 1) << bit++;
            }
        }

        return id;
    }

    private static uint Crc32c(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
        }

        return ~crc;
    }
}
