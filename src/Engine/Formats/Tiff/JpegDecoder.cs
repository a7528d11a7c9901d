using BitMiracle.LibJpeg.Classic;

namespace EmTools.Engine.Formats;

/// <summary>
/// Decodes strips and tiles that are a grey JPEG stream each. What libjpeg would only warn of, such as a code that there is
/// none, is damage here: JPEG has no checksum, and guessed pixels are wrong ones.
/// </summary>
internal static class JpegDecoder
{
    /// <summary>The most that a byte can stand for: a block of 64 pixels takes two bits at least.</summary>
    public const int Expansion = 256;

    /// <summary>Decodes a strip or tile of 8-bit pixels.</summary>
    /// <param name="stored">Its bytes in the file.</param>
    /// <param name="length">How many of <paramref name="stored"/> count.</param>
    /// <param name="tables">A stream that has the tables of all strips; null where each has its own.</param>
    /// <param name="width">The columns that it must have.</param>
    /// <param name="needed">How many pixels the image takes.</param>
    /// <param name="output">Where they go; as long as <paramref name="needed"/>, or as a whole strip.</param>
    /// <exception cref="InvalidDataException">It is damaged, or of another size.</exception>
    public static void Decode(byte[] stored, int length, byte[]? tables, int width, int needed, Span<byte> output)
    {
        var jpeg = new jpeg_decompress_struct(new Strict());
        try
        {
            if (tables is { Length: > 4 })
            {
                jpeg.jpeg_stdio_src(new MemoryStream(tables, writable: false));
                _ = jpeg.jpeg_read_header(require_image: false);
            }

            jpeg.jpeg_stdio_src(new MemoryStream(stored, 0, length, writable: false));
            _ = jpeg.jpeg_read_header(require_image: true);
            int height = jpeg.Image_height;
            if (jpeg.Num_components != 1 || jpeg.Data_precision != 8)
                throw new InvalidDataException($"they have {jpeg.Num_components} colours of {jpeg.Data_precision} bits");
            if (jpeg.Image_width != width || height < needed / width || (long)height * width > output.Length)
                throw new InvalidDataException($"they are {height} x {jpeg.Image_width} pixels (y, x) where {needed / width} x {width} are needed");
            if (jpeg.jpeg_has_multiple_scans())
                throw new InvalidDataException("they are progressive, which is not read here");

            jpeg.Out_color_space = J_COLOR_SPACE.JCS_GRAYSCALE;
            jpeg.Dct_method = J_DCT_METHOD.JDCT_ISLOW;
            jpeg.jpeg_start_decompress();
            byte[][] row = [new byte[width]];
            for (int y = 0; y < height; y++)
            {
                if (jpeg.jpeg_read_scanlines(row, 1) != 1)
                    throw new InvalidDataException($"they end after {y} of {height} rows");
                row[0].CopyTo(output[(y * width)..]);
            }

            jpeg.jpeg_finish_decompress();
        }
        catch (Exception e) when (e is not (InvalidDataException or OutOfMemoryException))
        {
            // The library checks little: indices outside of tables and calls out of order are damage, too.
            throw new InvalidDataException("they are no sound JPEG stream", e);
        }
        finally
        {
            jpeg.jpeg_destroy();
        }
    }

    /// <summary>Makes errors of all that is damage, and prints nothing.</summary>
    private sealed class Strict : jpeg_error_mgr
    {
        public override void error_exit() => throw new InvalidDataException(format_message());

        public override void emit_message(int msg_level)
        {
            if (msg_level < 0)
                throw new InvalidDataException(format_message());
        }

        public override void output_message()
        {
        }
    }
}
