using System.Buffers.Binary;
using System.Numerics;

namespace EmTools.Engine.Formats;

/// <summary>The checksum that HDF5's newer structures end with: Bob Jenkins' lookup3.</summary>
internal static class Hdf5Checksum
{
    /// <summary>Bytes of a checksum.</summary>
    public const int Bytes = 4;

    /// <summary>The checksum of a structure's bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        const int Block = 12;
        uint a, b, c;
        a = b = c = 0xDEADBEEF + (uint)bytes.Length;
        if (bytes.IsEmpty)
            return c;
        for (; bytes.Length > Block; bytes = bytes[Block..])
        {
            Add(bytes, ref a, ref b, ref c);
            a = (a - c) ^ BitOperations.RotateLeft(c, 4);
            c += b;
            b = (b - a) ^ BitOperations.RotateLeft(a, 6);
            a += c;
            c = (c - b) ^ BitOperations.RotateLeft(b, 8);
            b += a;
            a = (a - c) ^ BitOperations.RotateLeft(c, 16);
            c += b;
            b = (b - a) ^ BitOperations.RotateLeft(a, 19);
            a += c;
            c = (c - b) ^ BitOperations.RotateLeft(b, 4);
            b += a;
        }

        Span<byte> last = stackalloc byte[Block];
        last.Clear();
        bytes.CopyTo(last);
        Add(last, ref a, ref b, ref c);
        c = (c ^ b) - BitOperations.RotateLeft(b, 14);
        a = (a ^ c) - BitOperations.RotateLeft(c, 11);
        b = (b ^ a) - BitOperations.RotateLeft(a, 25);
        c = (c ^ b) - BitOperations.RotateLeft(b, 16);
        a = (a ^ c) - BitOperations.RotateLeft(c, 4);
        b = (b ^ a) - BitOperations.RotateLeft(a, 14);
        return (c ^ b) - BitOperations.RotateLeft(b, 24);
    }

    private static void Add(ReadOnlySpan<byte> bytes, ref uint a, ref uint b, ref uint c)
    {
        a += BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        b += BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        c += BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
    }
}
