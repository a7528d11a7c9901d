using System.Buffers.Binary;
using System.Text;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Writes MRC files as programs write them, field by field.</summary>
internal sealed record MrcSample
{
    public int Sections { get; init; } = 3;

    public int Rows { get; init; } = 5;

    public int Columns { get; init; } = 7;

    public int Mode { get; init; } = 6;

    public bool BigEndian { get; init; }

    /// <summary>The stamp that tells the byte order; null for the right one.</summary>
    public byte? Stamp { get; init; }

    public bool Marked { get; init; } = true;

    public int Extended { get; init; }

    /// <summary>Size of the cell (x, y, z) in Angstrom, and its samples.</summary>
    public (float X, float Y, float Z) Cell { get; init; }

    public (int X, int Y, int Z)? Grid { get; init; }

    public (int X, int Y, int Z) Axes { get; init; } = (1, 2, 3);

    public int SpaceGroup { get; init; } = 1;

    public (float Least, float Most) Range { get; init; } = (0, -1);

    public int? ImodFlags { get; init; }

    /// <summary>The whole file; pixels are those that are given, in this machine's byte order, which the file's follows.</summary>
    public byte[] Bytes<T>(T[] pixels)
        where T : unmanaged
    {
        byte[] header = new byte[1024 + Extended];
        (int X, int Y, int Z) grid = Grid ?? (Columns, Rows, Sections);
        int[] ints = [Columns, Rows, Sections, Mode, 0, 0, 0, grid.X, grid.Y, grid.Z];
        for (int i = 0; i < ints.Length; i++)
            Put(header, 4 * i, ints[i]);
        Put(header, 40, BitConverter.SingleToInt32Bits(Cell.X));
        Put(header, 44, BitConverter.SingleToInt32Bits(Cell.Y));
        Put(header, 48, BitConverter.SingleToInt32Bits(Cell.Z));
        Put(header, 64, Axes.X);
        Put(header, 68, Axes.Y);
        Put(header, 72, Axes.Z);
        Put(header, 76, BitConverter.SingleToInt32Bits(Range.Least));
        Put(header, 80, BitConverter.SingleToInt32Bits(Range.Most));
        Put(header, 88, SpaceGroup);
        Put(header, 92, Extended);
        if (ImodFlags is { } flags)
        {
            Put(header, 152, 1146047817);
            Put(header, 156, flags);
        }

        if (Marked)
            Encoding.ASCII.GetBytes("MAP ").CopyTo(header, 208);
        header[212] = header[213] = Stamp ?? (BigEndian ? (byte)0x11 : (byte)0x44);
        header.AsSpan(1024).Fill(0xEE);
        return [.. header, .. Stored(pixels, BigEndian)];
    }

    /// <summary>Values as a file of a byte order stores them.</summary>
    public static byte[] Stored<T>(T[] values, bool bigEndian)
        where T : unmanaged
    {
        byte[] bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        int size = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        for (int at = 0; bigEndian == BitConverter.IsLittleEndian && at < bytes.Length; at += size)
            bytes.AsSpan(at, size).Reverse();
        return bytes;
    }

    private void Put(byte[] to, int at, int value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteInt32BigEndian(to.AsSpan(at), value);
        else
            BinaryPrimitives.WriteInt32LittleEndian(to.AsSpan(at), value);
    }
}
