using System.Buffers.Binary;
using System.Numerics;

namespace EmTools.Engine.Formats;

/// <summary>The checksum CRC-32C behind the bytes.</summary>
internal sealed class Crc32cCodec : ChunkCodec
{
    /// <summary>Bytes of the checksum.</summary>
    public const int Bytes = sizeof(uint);

    public static Crc32cCodec Instance { get; } = new();

    public override string Name => "crc32c";

    public override long LargestRatio => 1;

    public override long? StoredBytes(long bytes) => bytes + Bytes;

    public override byte[] Decode(byte[] stored, int most)
    {
        if (stored.Length < Bytes)
            throw Damaged("end too early");
        if (stored.Length - Bytes > most)
            throw TooMuch(most);
        byte[] bytes = stored[..^Bytes];
        return Of(bytes) == BinaryPrimitives.ReadUInt32LittleEndian(stored.AsSpan(bytes.Length)) ? bytes : throw ChunkException.Damaged("its checksum (CRC-32C) is wrong");
    }

    /// <summary>The checksum of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
