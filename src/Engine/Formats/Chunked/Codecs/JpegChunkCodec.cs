using BitMiracle.LibJpeg.Classic;

namespace EmTools.Engine.Formats;

/// <summary>A chunk as a grey JPEG image; its pixels in order are the chunk's voxels in order.</summary>
internal sealed class JpegChunkCodec : ChunkCodec
{
    public static JpegChunkCodec Instance { get; } = new();

    public override string Name => "jpeg";

    /// <summary>A byte of a progressive image can stand for many empty blocks.</summary>
    public override long LargestRatio => 1 << 20;

    public override byte[] Decode(byte[] stored, int most)
    {
        try
        {
            var jpeg = new jpeg_decompress_struct(new Strict());
            try
            {
                jpeg.jpeg_stdio_src(new MemoryStream(stored, writable: false));
                jpeg.jpeg_read_header(true);
                long pixels = (long)jpeg.Image_width * jpeg.Image_height;
                if (jpeg.Num_components != 1)
                    throw new ChunkException(EmErrorKind.NotSupported, "ChunkNotSupported", $"is a JPEG image of {jpeg.Num_components} components, where grey ones have 1", "Store the volume with one channel.");
                if (pixels > most)
                    throw TooMuch(most);
                jpeg.jpeg_start_decompress();
                byte[] bytes = GC.AllocateUninitializedArray<byte>((int)pixels);
                byte[][] row = [new byte[jpeg.Output_width]];
                for (int y = 0; y < jpeg.Output_height; y++)
                {
                    if (jpeg.jpeg_read_scanlines(row, 1) != 1)
                        throw Damaged("end too early");
                    row[0].CopyTo(bytes, (long)y * row[0].Length);
                }

                jpeg.jpeg_finish_decompress();
                return bytes;
            }
            finally
            {
                jpeg.jpeg_destroy();
            }
        }
        catch (Exception e) when (e is not (ChunkException or OutOfMemoryException))
        {
            throw Damaged("cannot be decompressed", e); // the library trusts what it reads, and throws what comes
        }
    }

    /// <summary>Takes warnings for errors: the library would go on with grey where data are missing.</summary>
    private sealed class Strict : jpeg_error_mgr
    {
        public override void emit_message(int msg_level)
        {
            if (msg_level < 0)
                error_exit();
        }

        public override void output_message()
        {
        }
    }
}
