using BitMiracle.LibTiff.Classic;

namespace EmTools.Engine.Formats;

/// <summary>
/// LibTiff.NET's LZW encoder for single strips, each in a TIFF of one strip in memory: it is not to be had without a file
/// around it, and this way every thread has its own.
/// </summary>
internal static class LibTiffCodec
{
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
