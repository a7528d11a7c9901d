using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>What an HDF5 file says of itself first: its length, how wide its numbers are, and where its root is.</summary>
/// <param name="Base">Where addresses are counted from: behind a user block (MATLAB's is 512 bytes).</param>
/// <param name="OffsetSize">Bytes of an address.</param>
/// <param name="LengthSize">Bytes of a length.</param>
/// <param name="EndOfFile">The address behind the file's last byte.</param>
/// <param name="Root">Where the root group's object header lies.</param>
internal sealed record Hdf5Superblock(long Base, int OffsetSize, int LengthSize, long EndOfFile, long Root)
{
    private const int Longest = 128;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads the superblock, or gives null where there is none that can be read.</summary>
    public static Hdf5Superblock? Find(SafeFileHandle file, long length)
    {
        // Behind a user block the superblock stands at a power of two.
        byte[] block = new byte[Longest];
        for (long at = 0; at < length; at = at == 0 ? 512 : at * 2)
        {
            int got = RandomAccess.Read(file, block, at);
            if (got >= 48 && block.AsSpan().StartsWith(Signature))
                return Read(block.AsSpan(0, got), at);
        }

        return null;
    }

    /// <summary>True for what begins like an HDF5 file.</summary>
    public static bool Begins(ReadOnlySpan<byte> start) => start.StartsWith(Signature);

    private static Hdf5Superblock? Read(ReadOnlySpan<byte> block, long at)
    {
        int version = block[8];
        (int offsetSize, int lengthSize, int first) = version switch { 0 => (block[13], block[14], 24), 1 => (block[13], block[14], 28), 2 or 3 => (block[9], block[10], 12), _ => (0, 0, 0) };
        if (offsetSize is not (4 or 8) || lengthSize is not (4 or 8))
            return null;

        // Base, free space or extension, end of file; then the driver and the root's entry, which begins with its name, or the root.
        int rootAt = first + offsetSize * (version < 2 ? 5 : 3);
        if (block.Length < rootAt + offsetSize)
            return null;
        if (version >= 2 && (block.Length < rootAt + offsetSize + Hdf5Checksum.Bytes || Hdf5Checksum.Of(block[..(rootAt + offsetSize)]) != BinaryPrimitives.ReadUInt32LittleEndian(block[(rootAt + offsetSize)..])))
            return null;
        long end = Address(block[(first + 2 * offsetSize)..], offsetSize), root = Address(block[rootAt..], offsetSize);
        return new Hdf5Superblock(at, offsetSize, lengthSize, end, root);
    }

    private static long Address(ReadOnlySpan<byte> bytes, int size)
        => size == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);
}
