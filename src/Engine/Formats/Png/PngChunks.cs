using System.Buffers.Binary;
using System.IO.Hashing;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>Writes the chunks of a PNG file: length, type, data, and a checksum over type and data.</summary>
internal sealed class PngChunks(Stream to)
{
    /// <summary>What every PNG file begins with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>What a PNG file of 8-bit grey begins with, or one of 256 colours.</summary>
    /// <param name="plane">The pixels that follow: grey levels, or numbers of colours.</param>
    /// <param name="palette">Red, green and blue of each colour, or nothing for grey. Colour 0 is transparent.</param>
    public void Begin(Plane<byte> plane, ReadOnlySpan<byte> palette = default)
    {
        to.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, plane.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], plane.Height);
        const byte Indexed = 3;
        header[8] = 8; // bits; the zeros that follow mean grey, Deflate, filters a row, not interlaced
        header[9] = palette.IsEmpty ? (byte)0 : Indexed;
        Write("IHDR"u8, header);
        if (palette.IsEmpty)
            return;
        Write("PLTE"u8, palette);
        Write("tRNS"u8, [0]);
    }

    /// <summary>Writes one chunk, its data in one or two parts.</summary>
    public void Write(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> more = default)
    {
        var checksum = new Crc32();
        checksum.Append(type);
        checksum.Append(data);
        checksum.Append(more);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length + more.Length);
        to.Write(number);
        to.Write(type);
        to.Write(data);
        to.Write(more);
        BinaryPrimitives.WriteUInt32BigEndian(number, checksum.GetCurrentHashAsUInt32());
        to.Write(number);
    }

    /// <summary>What a PNG file ends with.</summary>
    public void End() => Write("IEND"u8, default);
}
