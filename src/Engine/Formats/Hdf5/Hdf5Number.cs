using System.Buffers.Binary;

namespace EmTools.Engine.Formats;

/// <summary>How an HDF5 file stores numbers: integers of up to 64 bits, and IEEE floats of 16, 32 and 64, in either byte order.</summary>
/// <param name="Size">Bytes of a number.</param>
/// <param name="IsFloat">A floating-point number.</param>
/// <param name="IsSigned">An integer with a sign.</param>
/// <param name="BigEndian">The most significant byte first.</param>
/// <param name="FirstBit">The lowest bit of an integer that counts.</param>
/// <param name="Bits">Bits of an integer that count.</param>
internal sealed record Hdf5Number(int Size, bool IsFloat, bool IsSigned, bool BigEndian, int FirstBit, int Bits)
{
    private const int Integer = 0, Float = 1;

    /// <summary>Reads the description of a type; null where it describes no such number, with what it describes.</summary>
    public static Hdf5Number? Read(Hdf5File file, byte[] message, out string found)
    {
        var cursor = new Hdf5Cursor(file, message, "the description of a number");
        int kind = cursor.Byte() & 0xF, flags = (int)cursor.Number(3);
        long size = cursor.Number(4);
        found = kind switch { Integer => "integers", Float => "floats", 3 => "text", 5 => "opaque data", 6 => "compounds", 7 => "references", 8 => "enumerated values", 9 => "lists of any length", 10 => "arrays", _ => $"a type of class {kind}" };
        found = $"{found} of {size} bytes";
        if (kind is not (Integer or Float) || size is < 1 or > 8)
            return null;
        int firstBit = (int)cursor.Number(2), bits = (int)cursor.Number(2);
        bool big = (flags & 1) != 0;
        if (bits == 0 || firstBit + bits > 8 * size)
            throw file.Damaged($"its numbers are said to have {bits} bits from bit {firstBit} on in {size} bytes");
        if (kind == Integer)
            return size is 1 or 2 or 4 or 8 ? new Hdf5Number((int)size, IsFloat: false, (flags & 8) != 0, big, firstBit, bits) : null;

        (int exponentAt, int exponentBits, int mantissaAt, int mantissaBits, long bias) = (cursor.Byte(), cursor.Byte(), cursor.Byte(), cursor.Byte(), cursor.Number(4));
        int sign = flags >> 8 & 0xFF;
        const int BigByWords = 0x40;
        bool ieee = (flags & BigByWords) == 0 && firstBit == 0 && bits == 8 * size && (size, exponentAt, exponentBits, mantissaAt, mantissaBits, bias, sign)
            is (2, 10, 5, 0, 10, 15, 15) or (4, 23, 8, 0, 23, 127, 31) or (8, 52, 11, 0, 52, 1023, 63);
        if (!ieee)
            found += " in a layout of their own";
        return ieee ? new Hdf5Number((int)size, IsFloat: true, IsSigned: true, big, 0, bits) : null;
    }

    /// <summary>The numbers as doubles.</summary>
    public double[] ToDoubles(ReadOnlySpan<byte> bytes)
    {
        double[] values = new double[bytes.Length / Size];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> number = bytes.Slice(i * Size, Size);
            ulong raw = Size switch
            {
                1 => number[0],
                2 => BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(number) : BinaryPrimitives.ReadUInt16LittleEndian(number),
                4 => BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(number) : BinaryPrimitives.ReadUInt32LittleEndian(number),
                _ => BigEndian ? BinaryPrimitives.ReadUInt64BigEndian(number) : BinaryPrimitives.ReadUInt64LittleEndian(number),
            };
            values[i] = IsFloat
                ? Size switch { 2 => (double)BitConverter.UInt16BitsToHalf((ushort)raw), 4 => BitConverter.UInt32BitsToSingle((uint)raw), _ => BitConverter.UInt64BitsToDouble(raw) }
                : IsSigned ? (long)(raw << (64 - FirstBit - Bits)) >> (64 - Bits) : (double)(raw << (64 - FirstBit - Bits) >> (64 - Bits));
        }

        return values;
    }
}
