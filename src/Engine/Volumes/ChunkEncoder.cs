using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Compression;
using BitMiracle.LibJpeg.Classic;
using ZstdSharp;

namespace EmTools.Engine.Volumes;

/// <summary>A chunk as it is stored, in rented memory; empty where nothing but the fill value is in it, which is not stored.</summary>
internal readonly struct EncodedChunk(byte[]? rented, int length) : IDisposable
{
    public bool IsEmpty => rented is null;

    public ReadOnlySpan<byte> Bytes => rented.AsSpan(0, length);

    public void Dispose()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }
}

/// <summary>Compresses chunks. Safe on several threads; the same voxels always give the same bytes.</summary>
internal abstract class ChunkEncoder
{
    /// <summary>Measured on restored 8-bit sections: higher levels take twice the time for hundredths of the size, since noise has no strings to find.</summary>
    public const int ZstdLevel = 1;

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
    public abstract EncodedChunk Encode(ReadOnlySpan<byte> voxels, GridSize size);

    private sealed class Plain : ChunkEncoder
    {
        public override EncodedChunk Encode(ReadOnlySpan<byte> voxels, GridSize size)
        {
            byte[] stored = ArrayPool<byte>.Shared.Rent(voxels.Length);
            voxels.CopyTo(stored);
            return new EncodedChunk(stored, voxels.Length);
        }
    }

    private sealed class Zstd : ChunkEncoder
    {
        private static readonly ConcurrentBag<Compressor> s_idle = [];

        public override EncodedChunk Encode(ReadOnlySpan<byte> voxels, GridSize size)
        {
            if (!s_idle.TryTake(out Compressor? compressor))
                compressor = new Compressor(ZstdLevel);
            byte[] stored = ArrayPool<byte>.Shared.Rent(Compressor.GetCompressBound(voxels.Length));
            int length = compressor.Wrap(voxels, stored);
            s_idle.Add(compressor);
            return new EncodedChunk(stored, length);
        }
    }

    private sealed class Gzip : ChunkEncoder
    {
        private const int Slack = 1024;

        private static readonly ZLibCompressionOptions RunLengths = new() { CompressionLevel = GzipLevel, CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding };

        public override EncodedChunk Encode(ReadOnlySpan<byte> voxels, GridSize size)
        {
            byte[] stored = ArrayPool<byte>.Shared.Rent(voxels.Length + voxels.Length / 8 + Slack);
            using var output = new MemoryStream(stored);
            using (var gzip = new GZipStream(output, RunLengths, leaveOpen: true))
                gzip.Write(voxels);
            return new EncodedChunk(stored, (int)output.Position);
        }
    }

    /// <summary>A grey image as wide as the chunk, its planes below one another.</summary>
    private sealed class Jpeg(int quality) : ChunkEncoder
    {
        public override EncodedChunk Encode(ReadOnlySpan<byte> voxels, GridSize size)
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

            byte[] stored = ArrayPool<byte>.Shared.Rent((int)output.Length);
            output.GetBuffer().AsSpan(0, (int)output.Length).CopyTo(stored);
            return new EncodedChunk(stored, (int)output.Length);
        }
    }
}
