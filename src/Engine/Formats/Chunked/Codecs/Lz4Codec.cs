using System.Buffers.Binary;
using K4os.Compression.LZ4;

namespace EmTools.Engine.Formats;

/// <summary>LZ4 as numcodecs stores it: the length, then one block.</summary>
internal sealed class Lz4Codec : ChunkCodec
{
    /// <summary>The most that a byte of LZ4 can stand for.</summary>
    public const int Ratio = 256;

    public static Lz4Codec Instance { get; } = new();

    public override string Name => "lz4";

    public override long LargestRatio => Ratio;

    public override byte[] Decode(byte[] stored, int most)
    {
        if (stored.Length < sizeof(int))
            throw Damaged("end too early");
        int length = BinaryPrimitives.ReadInt32LittleEndian(stored);
        if (length < 0 || length > most)
            throw TooMuch(most);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(length);
        return Block(stored.AsSpan(sizeof(int)), bytes) ? bytes : throw Damaged("cannot be decompressed");
    }

    /// <summary>Decompresses a block that must fill the memory; false where it does not.</summary>
    public static bool Block(ReadOnlySpan<byte> stored, Span<byte> bytes) => LZ4Codec.Decode(stored, bytes) == bytes.Length;
}
