using System.Collections.Concurrent;
using System.IO.Compression;
using BitMiracle.LibJpeg.Classic;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace EmTools.Engine.Volumes;

/// <summary>Compresses chunks. Safe on several threads; the same voxels always give the same bytes.</summary>
internal abstract class ChunkEncoder
{
    /// <summary>The level that zstd is said to have and has; higher ones make noisy chunks no smaller.</summary>
    /// <remarks>
    /// Measured on chunks of 64 x 64 x 64 voxels (size against uncompressed, speed of one core), each at level 1 and at level 1 with
    /// strings of at least 7 bytes: restored 8-bit sections 0.916 at 98 MB/s, 0.918 at 254; 16-bit sections 0.897 at 308, 0.897 at 520; half blank
    /// 0.451 at 184, 0.451 at 340; masks 0.016 at 416, 0.016 at 794. Level 3: 0.920 at 71 MB/s for the first. Short strings in noise are chance, and cost more to
    /// look for, and to note, than they save.
    /// </remarks>
    public const int ZstdLevel = 1;

    private const int ShortestString = 7;

    /// <summary>What zlib's level is said to be; strings are not looked for, as in TIFFs.</summary>
    public const int GzipLevel = 1;

    /// <summary>gzip, for the indices of shards.</summary>
    public static ChunkEncoder ForIndices { get; } = new Gzip();

    /// <summary>The encoder of a compression.</summary>
    public static ChunkEncoder Of(VolumeSettings settings) => settings.Compression switch
    {
        VolumeCompression.Zstd => new Zstd(),
        VolumeCompression.Gzip => new Gzip(),
        VolumeCompression.Jpeg => new Jpeg(settings.Quality),
        _ => new Plain(),
    };

    /// <summary>Compresses a chunk.</summary>
    /// <param name="voxels">Its voxels, x fastest, little-endian.</param>
    /// <param name="size">How many along each axis.</param>
    /// <param name="memory">Takes the bytes where they fit; made anew where it is null or too small, so that the next chunk can use it.</param>
    /// <returns>The bytes.</returns>
    public abstract ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> voxels, GridSize size, ref byte[]? memory);

    private static byte[] Room(int bytes, ref byte[]? memory)
    {
        if (memory is null || memory.Length < bytes)
            memory = GC.AllocateUninitializedArray<byte>(bytes);
        return memory;
    }

    private sealed class Plain : ChunkEncoder
    {
        public override ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> voxels, GridSize size, ref byte[]? memory)
        {
            byte[] stored = Room(voxels.Length, ref memory);
            voxels.CopyTo(stored);
            return stored.AsMemory(0, voxels.Length);
        }
    }

    private sealed class Zstd : ChunkEncoder
    {
        private static readonly ConcurrentBag<Compressor> s_idle = [];

        public override ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> voxels, GridSize size, ref byte[]? memory)
        {
            if (!s_idle.TryTake(out Compressor? compressor))
            {
                compressor = new Compressor(ZstdLevel);
                compressor.SetParameter(ZSTD_cParameter.ZSTD_c_minMatch, ShortestString);
            }

            byte[] stored = Room(Compressor.GetCompressBound(voxels.Length), ref memory);
            int length = compressor.Wrap(voxels, stored);
            s_idle.Add(compressor);
            return stored.AsMemory(0, length);
        }
    }

    private sealed class Gzip : ChunkEncoder
    {
        private const int Slack = 1024;

        private static readonly ZLibCompressionOptions RunLengths = new() { CompressionLevel = GzipLevel, CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding };

        public override ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> voxels, GridSize size, ref byte[]? memory)
        {
            byte[] stored = Room(voxels.Length + voxels.Length / 8 + Slack, ref memory);
            using var output = new MemoryStream(stored);
            using (var gzip = new GZipStream(output, RunLengths, leaveOpen: true))
                gzip.Write(voxels);
            return stored.AsMemory(0, (int)output.Position);
        }
    }

    /// <summary>A grey image as wide as the chunk, its planes below one another.</summary>
    private sealed class Jpeg(int quality) : ChunkEncoder
    {
        public override ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> voxels, GridSize size, ref byte[]? memory)
        {
            using var output = new MemoryStream(voxels.Length / 2);
            var jpeg = new jpeg_compress_struct(new jpeg_error_mgr());
            try
            {
                jpeg.jpeg_stdio_dest(output);
                (jpeg.Image_width, jpeg.Image_height) = (size.X, size.Z * size.Y);
                (jpeg.Input_components, jpeg.In_color_space) = (1, J_COLOR_SPACE.JCS_GRAYSCALE);
                jpeg.jpeg_set_defaults();
                jpeg.jpeg_set_quality(quality, force_baseline: true);
                jpeg.jpeg_start_compress(write_all_tables: true);
                byte[][] row = [new byte[size.X]];
                for (int y = 0; y < jpeg.Image_height; y++)
                {
                    voxels.Slice(y * size.X, size.X).CopyTo(row[0]);
                    jpeg.jpeg_write_scanlines(row, 1);
                }

                jpeg.jpeg_finish_compress();
            }
            finally
            {
                jpeg.jpeg_destroy();
            }

            return output.GetBuffer().AsMemory(0, (int)output.Length);
        }
    }
}
