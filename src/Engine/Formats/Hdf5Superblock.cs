using System.Buffers.Binary;

namespace EmTools.Engine.Formats;

/// <summary>
/// What an HDF5 file says of its own length. PureHDF reads a truncated file without a word as far as it goes, so that is
/// compared here.
/// </summary>
internal static class Hdf5Superblock
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The address behind the file's last byte, or null where there is no HDF5 superblock.</summary>
    public static long? EndOfFile(Stream file)
    {
        byte[] block = new byte[64];

        // Behind a user block (MATLAB's is 512 bytes) the superblock stands at a power of two.
        for (long at = 0; at < file.Length; at = at == 0 ? 512 : at * 2)
        {
            file.Position = at;
            int length = file.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
            if (length == block.Length && block.AsSpan().StartsWith(Signature))
                return Address(block);
        }

        return null;
    }

    private static long? Address(ReadOnlySpan<byte> block)
    {
        int version = block[8];
        (int size, int first) = version switch { 0 => (block[13], 24), 1 => (block[13], 28), _ => (block[9], 12) };
        ReadOnlySpan<byte> address = block[(first + 2 * Math.Min(size, 8))..];
        return size switch
        {
            4 => BinaryPrimitives.ReadUInt32LittleEndian(address),
            8 => BinaryPrimitives.ReadInt64LittleEndian(address),
            _ => null,
        };
    }
}
