using System.IO.Compression;

namespace EmTools.Engine.Formats;

/// <summary>Brotli, which names that end in <c>.br</c> tell of.</summary>
internal sealed class BrotliCodec : ChunkCodec
{
    public static BrotliCodec Instance { get; } = new();

    public override string Name => "brotli";

    /// <summary>A command of some bytes can stand for 16 MiB.</summary>
    public override long LargestRatio => 1 << 24;

    public override byte[] Decode(byte[] stored, int most)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(most);
        if (!BrotliDecoder.TryDecompress(stored, bytes, out int got))
            throw Damaged("cannot be decompressed, or hold more than a chunk");
        return got == most ? bytes : bytes[..got];
    }
}
