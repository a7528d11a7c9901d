using System.Buffers;
using BitMiracle.LibTiff.Classic;

namespace EmTools.Engine.Formats;

/// <summary>
/// LibTiff.NET's codecs for single strips, each in a TIFF of one strip in memory: they are not to be had without a file
/// around them, and this way every thread has its own.
/// </summary>
internal static class LibTiffCodec
{
    /// <summary>Decodes a strip or tile.</summary>
    /// <param name="layout">The file that it belongs to.</param>
    /// <param name="block">Its number.</param>
    /// <param name="stored">Its bytes in the file.</param>
    /// <returns>The bytes that the image should have there; byte order and predictor are still the file's.</returns>
    /// <exception cref="EmException">It cannot be decoded, or is too short.</exception>
    public static MemoryStream Decode(TiffLayout layout, int block, FileSegment stored)
    {
        string path = layout.File.Path;
        int rows = layout.StoredRows(block);
        long decoded = (long)layout.RowBytes * rows, length = layout.ByteCounts[block];
        if (Math.Max(decoded, length) > Array.MaxLength / 2)
            throw TiffErrors.NotSupported(path, $"strips of {decoded} bytes each in {layout.File.Compression} compression");

        byte[] encoded = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            stored.ReadExactly(encoded, 0, (int)length);
            byte[] pixels = new byte[decoded];
            LibTiffMessages.Install();
            LibTiffMessages.Clear();
            var memory = new MemoryStream((int)length + 1024);
            using (Tiff writer = Start(memory, layout.RowBytes, rows, Scheme(layout.File.Compression)))
            {
                if (layout.BitsReversed)
                    writer.SetField(TiffTag.FILLORDER, FillOrder.LSB2MSB);
                writer.WriteRawStrip(0, encoded, 0, (int)length);
            }

            memory.Position = 0;
            using Tiff reader = Tiff.ClientOpen(path, "r", memory, new Kept());
            int got = reader.ReadEncodedStrip(0, pixels, 0, pixels.Length);
            return got == pixels.Length
                ? new MemoryStream(pixels)
                : throw TiffErrors.Damaged(path, $"its compressed pixels cannot be decoded ({LibTiffMessages.Last ?? "they end too early"})");
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or NullReferenceException or InvalidCastException)
        {
            // LibTiff.NET checks less than it indexes.
            throw TiffErrors.Damaged(path, "its compressed pixels cannot be decoded", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(encoded);
        }
    }

    /// <summary>Encodes a strip by LZW.</summary>
    /// <param name="rows">Whole rows, differenced where they are to be.</param>
    /// <param name="length">Bytes of <paramref name="rows"/> that count.</param>
    /// <param name="rowBytes">Bytes of one row.</param>
    public static ArraySegment<byte> EncodeLzw(byte[] rows, int length, int rowBytes)
    {
        var memory = new MemoryStream(length + length / 2 + 4096);
        using Tiff tiff = Start(memory, rowBytes, length / rowBytes, Compression.LZW);
        tiff.WriteEncodedStrip(0, rows, 0, length);
        tiff.FlushData();
        int offset = (int)tiff.GetField(TiffTag.STRIPOFFSETS)[0].TolongArray()[0];
        int count = (int)tiff.GetField(TiffTag.STRIPBYTECOUNTS)[0].TolongArray()[0];
        return new ArraySegment<byte>(memory.GetBuffer(), offset, count);
    }

    private static Compression Scheme(TiffCompression compression) => compression switch
    {
        TiffCompression.Lzw => Compression.LZW,
        TiffCompression.Deflate => Compression.ADOBE_DEFLATE,
        TiffCompression.PackBits => Compression.PACKBITS,
        _ => Compression.NONE,
    };

    private static Tiff Start(MemoryStream memory, int rowBytes, int rows, Compression compression)
    {
        Tiff tiff = Tiff.ClientOpen("strip", "w", memory, new Kept());
        tiff.SetField(TiffTag.IMAGEWIDTH, rowBytes);
        tiff.SetField(TiffTag.IMAGELENGTH, rows);
        tiff.SetField(TiffTag.BITSPERSAMPLE, 8);
        tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
        tiff.SetField(TiffTag.ROWSPERSTRIP, rows);
        tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISBLACK);
        tiff.SetField(TiffTag.COMPRESSION, compression);
        return tiff;
    }

    /// <summary>Leaves the memory open for the next one.</summary>
    private sealed class Kept : TiffStream
    {
        public override void Close(object clientData)
        {
        }
    }
}
