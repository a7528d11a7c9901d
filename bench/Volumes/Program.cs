using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using EmTools.Engine;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;

namespace EmTools.VolumeBench;

/// <summary>
/// Reads a whole OME-Zarr plane after plane, as a stack is read, and compares with what the codec alone takes for its chunks:
/// megabytes of voxels a second on one core, and on all.
/// </summary>
internal static class Program
{
    private const int Chunk = 64, Shard = 512;

    private static int Main(string[] args)
    {
        int side = args.Length > 0 && int.TryParse(args[0], out int given) && given >= Chunk ? given : 2048;
        string folder = Directory.CreateTempSubdirectory("emtools-volume-bench-").FullName;
        try
        {
            byte[][] chunks = Make(folder, side);
            double voxels = (double)Chunk * side * side;
            Console.WriteLine($"{Chunk} x {side} x {side} voxels of 8 bits, {voxels / 1e6:F0} MB, {chunks.Sum(chunk => (double)chunk.Length) / 1e6:F0} MB stored (zstd, shards of {Shard} x {Shard} in y and x)");
            Tell("the codec alone, one thread", voxels, () => Decode(chunks));
            Tell("plane after plane, one thread", voxels, () => Read(folder, threads: 1));
            Tell($"plane after plane, {Environment.ProcessorCount} threads", voxels, () => Read(folder, Environment.ProcessorCount));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Tell(string what, double bytes, Action work)
    {
        double best = double.MaxValue;
        for (int run = 0; run < 3; run++)
        {
            ChunkCache.Trim();
            long start = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        Console.WriteLine($"{what,-32} {bytes / best / 1e6,8:F0} MB/s");
    }

    private static void Decode(byte[][] chunks)
    {
        using var zstd = new ZstdSharp.Decompressor();
        byte[] voxels = new byte[Chunk * Chunk * Chunk];
        foreach (byte[] chunk in chunks)
            zstd.Unwrap(chunk, voxels);
    }

    private static void Read(string folder, int threads)
    {
        var context = new EvaluationContext { Threads = threads };
        foreach (StoredImage image in ImageFile.Open(folder))
            image.Read(context).Dispose();
    }

    /// <summary>Writes the volume; gives its chunks as they are stored.</summary>
    private static byte[][] Make(string folder, int side)
    {
        Directory.CreateDirectory(Path.Combine(folder, "0"));
        File.WriteAllText(Path.Combine(folder, "zarr.json"), """{"zarr_format":3,"node_type":"group","attributes":{"ome":{"version":"0.5","multiscales":[{"axes":[{"name":"z","type":"space","unit":"nanometer"},{"name":"y","type":"space","unit":"nanometer"},{"name":"x","type":"space","unit":"nanometer"}],"datasets":[{"path":"0","coordinateTransformations":[{"type":"scale","scale":[8,8,8]}]}]}]}}}""");
        File.WriteAllText(Path.Combine(folder, "0", "zarr.json"), $$$"""{"zarr_format":3,"node_type":"array","shape":[{{{Chunk}}},{{{side}}},{{{side}}}],"data_type":"uint8","chunk_grid":{"name":"regular","configuration":{"chunk_shape":[{{{Chunk}}},{{{Shard}}},{{{Shard}}}]}},"chunk_key_encoding":{"name":"default"},"fill_value":0,"attributes":{},"codecs":[{"name":"sharding_indexed","configuration":{"chunk_shape":[{{{Chunk}}},{{{Chunk}}},{{{Chunk}}}],"codecs":[{"name":"bytes"},{"name":"zstd","configuration":{"level":3}}],"index_codecs":[{"name":"bytes","configuration":{"endian":"little"}},{"name":"crc32c"}],"index_location":"end"}}]}""");
        byte[][,] planes = [.. Enumerable.Range(0, Chunk).Select(z => Tissue(z, side))];
        var stored = new List<byte[]>();
        int shards = (side - 1) / Shard + 1;
        for (int y = 0; y < shards; y++)
        {
            for (int x = 0; x < shards; x++)
            {
                string path = Path.Combine(folder, "0", "c", "0", $"{y}", $"{x}");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, OneShard(planes, y * Shard, x * Shard, side, stored));
            }
        }

        return [.. stored];
    }

    /// <summary>Tissue with noise, in 8 bits, as restored stacks are; a few sections over and over, moved along.</summary>
    private static byte[,] Tissue(int z, int side)
    {
        float[,] levels = (float[,])new Phantom(new PhantomOptions { Height = 512, Width = 512, Seed = 3 }).Section(z % 4).With(Levelled()).GetPixels();
        var plane = new byte[side, side];
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
                plane[y, x] = (byte)Math.Clamp(levels[(y + 3 * z) % 512, x % 512] / 256, 0, 255);
        }

        return plane;
    }

    private static IntensityOffsetStep Levelled() => new(0);

    private static byte[] OneShard(byte[][,] planes, int top, int left, int side, List<byte[]> stored)
    {
        const int Across = Shard / Chunk;
        byte[] index = new byte[Across * Across * 16 + 4];
        index.AsSpan().Fill(0xFF);
        var body = new MemoryStream();
        using var zstd = new ZstdSharp.Compressor(3);
        byte[] voxels = new byte[Chunk * Chunk * Chunk];
        for (int i = 0; i < Across * Across; i++)
        {
            int y0 = top + i / Across * Chunk, x0 = left + i % Across * Chunk;
            if (y0 >= side || x0 >= side)
                continue;
            for (int n = 0; n < voxels.Length; n++)
            {
                int y = y0 + n / Chunk % Chunk, x = x0 + n % Chunk;
                voxels[n] = y < side && x < side ? planes[n / (Chunk * Chunk)][y, x] : (byte)0;
            }

            byte[] packed = zstd.Wrap(voxels).ToArray();
            BinaryPrimitives.WriteUInt64LittleEndian(index.AsSpan(i * 16), (ulong)body.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(index.AsSpan(i * 16 + 8), (ulong)packed.Length);
            body.Write(packed);
            stored.Add(packed);
        }

        uint crc = uint.MaxValue;
        foreach (byte value in index.AsSpan(0, index.Length - 4))
            crc = BitOperations.Crc32C(crc, value);
        BinaryPrimitives.WriteUInt32LittleEndian(index.AsSpan(index.Length - 4), ~crc);
        return [.. body.ToArray(), .. index];
    }
}
