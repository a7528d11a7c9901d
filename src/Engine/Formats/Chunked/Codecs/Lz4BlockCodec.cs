using System.Buffers.Binary;
using System.IO.Hashing;

namespace EmTools.Engine.Formats;

/// <summary>LZ4 as Java's LZ4BlockOutputStream writes it, which N5 uses: blocks with a head of 21 bytes and a checksum each.</summary>
internal sealed class Lz4BlockCodec : ChunkCodec
{
    private const int HeadBytes = 21, Raw = 0x10, Compressed = 0x20;
    private const int Seed = unchecked((int)0x9747B28C);
    private const uint ChecksumBits = 0x0FFFFFFF;

    public static Lz4BlockCodec Instance { get; } = new();

    public override string Name => "lz4";

    public override long LargestRatio => Lz4Codec.Ratio;

    public override byte[] Decode(byte[] stored, int most)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(most);
        int have = 0;
        for (ReadOnlySpan<byte> left = stored; !left.IsEmpty;)
        {
            if (left.Length < HeadBytes || !left.StartsWith("LZ4Block"u8))
                throw Damaged("are no LZ4 blocks");
            int method = left[8] & 0xF0, length = BinaryPrimitives.ReadInt32LittleEndian(left[9..]), original = BinaryPrimitives.ReadInt32LittleEndian(left[13..]);
            uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(left[17..]);
            left = left[HeadBytes..];
            if (length < 0 || original < 0 || length > left.Length || method is not (Raw or Compressed) || (method == Raw && length != original))
                throw Damaged("have a block that cannot be");
            if (original == 0)
                break; // the mark of the end
            if (original > most - have)
                throw TooMuch(most);
            Span<byte> block = bytes.AsSpan(have, original);
            if (method == Raw)
                left[..length].CopyTo(block);
            else if (!Lz4Codec.Block(left[..length], block))
                throw Damaged("cannot be decompressed");
            if ((XxHash32.HashToUInt32(block, Seed) & ChecksumBits) != checksum)
                throw Damaged("have a wrong checksum");
            have += original;
            left = left[length..];
        }

        return have == most ? bytes : bytes[..have];
    }
}
