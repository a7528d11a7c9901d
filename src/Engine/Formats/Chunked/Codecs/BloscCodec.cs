using System.Buffers;
using System.Buffers.Binary;

namespace EmTools.Engine.Formats;

/// <summary>
/// Blosc (the format of c-blosc 1): a head of 16 bytes, where each block begins, and blocks that were shuffled, split into
/// streams, and compressed by a codec each.
/// </summary>
internal sealed class BloscCodec : ChunkCodec
{
    private const int HeadBytes = 16, NewestVersion = 2;
    private const int Shuffled = 1, Stored = 2, BitShuffled = 4, NeverSplit = 0x10;
    private const int MostSplits = 16, LeastSplitBytes = 128;

    public static BloscCodec Instance { get; } = new();

    public override string Name => "blosc";

    public override long LargestRatio => ZstdCodec.Ratio;

    public override byte[] Decode(byte[] stored, int most)
    {
        if (stored.Length < HeadBytes)
            throw Damaged("end too early");
        (int version, int flags, int typeBytes) = (stored[0], stored[2], stored[3]);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(stored.AsSpan(4)), blockBytes = BinaryPrimitives.ReadUInt32LittleEndian(stored.AsSpan(8)), total = BinaryPrimitives.ReadUInt32LittleEndian(stored.AsSpan(12));
        if (version is 0 or > NewestVersion)
            throw new ChunkException(EmErrorKind.NotSupported, "ChunkNotSupported", $"is compressed by Blosc of version {version}, of which 1 and 2 are read here", "Store the volume with another codec, such as zstd.");
        if (length > most)
            throw TooMuch(most);
        if (total != stored.Length || typeBytes == 0)
            throw Damaged($"should have {total} bytes, but {stored.Length} are stored");
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        if (length == 0)
            return bytes;
        if ((flags & Stored) != 0)
        {
            if (stored.Length - HeadBytes < length)
                throw Damaged("end too early");
            stored.AsSpan(HeadBytes, bytes.Length).CopyTo(bytes);
            return bytes;
        }

        if (blockBytes == 0 || blockBytes > length)
            throw Damaged($"have blocks of {blockBytes} bytes in {length}");
        int blocks = (int)((length - 1) / blockBytes) + 1;
        if (blocks > (stored.Length - HeadBytes) / sizeof(int))
            throw Damaged("end too early");
        byte[] shuffled = ArrayPool<byte>.Shared.Rent((int)blockBytes);
        try
        {
            for (int i = 0; i < blocks; i++)
            {
                int start = BinaryPrimitives.ReadInt32LittleEndian(stored.AsSpan(HeadBytes + i * sizeof(int)));
                if (start < HeadBytes || start > stored.Length)
                    throw Damaged("have a block outside of them");
                Span<byte> block = bytes.AsSpan((int)(i * (long)blockBytes), (int)Math.Min(blockBytes, length - i * (long)blockBytes));
                bool shuffles = (flags & Shuffled) != 0 && typeBytes > 1, bits = !shuffles && (flags & BitShuffled) != 0 && block.Length >= typeBytes;
                Span<byte> target = shuffles || bits ? shuffled.AsSpan(0, block.Length) : block;
                bool splits = (flags & NeverSplit) == 0 && typeBytes <= MostSplits && blockBytes / typeBytes >= LeastSplitBytes && block.Length == blockBytes;
                Streams(stored.AsSpan(start), target, splits ? typeBytes : 1, flags >> 5);
                if (shuffles)
                    Shuffling.Undo(target, block, typeBytes);
                else if (bits)
                    BitShuffling.Undo(target, block, typeBytes);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(shuffled);
        }

        return bytes;
    }

    /// <summary>The streams of a block, each behind its length.</summary>
    private void Streams(ReadOnlySpan<byte> stored, Span<byte> block, int count, int codec)
    {
        int bytes = block.Length / count;
        for (int i = 0; i < count; i++)
        {
            if (stored.Length < sizeof(int))
                throw Damaged("end too early");
            int length = BinaryPrimitives.ReadInt32LittleEndian(stored);
            stored = stored[sizeof(int)..];
            if (length < 0 || length > stored.Length)
                throw Damaged("end too early");
            Span<byte> target = block.Slice(i * bytes, bytes);
            if (length == bytes)
                stored[..length].CopyTo(target);
            else if (!Inner(codec, stored[..length], target))
                throw Damaged("cannot be decompressed");
            stored = stored[length..];
        }

        if (block.Length % count != 0)
            throw Damaged("have a block that cannot be split");
    }

    private static bool Inner(int codec, ReadOnlySpan<byte> stored, Span<byte> target)
    {
        const int BloscLz = 0, Lz4 = 1, Snappy = 2, Zlib = 3, Zstd = 4;
        switch (codec)
        {
            case BloscLz:
                return BloscLzDecoder.Decode(stored, target);
            case Lz4:
                return Lz4Codec.Block(stored, target);
            case Zlib:
                byte[] inflated = DeflateCodec.Zlib.Decode(stored.ToArray(), target.Length);
                if (inflated.Length == target.Length)
                    inflated.CopyTo(target);
                return inflated.Length == target.Length;
            case Zstd:
                return ZstdCodec.Instance.Into(stored, target) == target.Length;
            default:
                throw new ChunkException(EmErrorKind.NotSupported, "ChunkNotSupported", $"is compressed by Blosc with {(codec == Snappy ? "snappy" : $"a codec unknown here (number {codec})")}", "Store the volume with another codec, such as zstd.");
        }
    }
}
