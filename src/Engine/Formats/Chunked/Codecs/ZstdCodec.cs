using System.Collections.Concurrent;
using ZstdSharp;

namespace EmTools.Engine.Formats;

/// <summary>Zstandard: one frame or several behind one another.</summary>
internal sealed class ZstdCodec : ChunkCodec
{
    /// <summary>A block of 4 bytes can stand for 128 KiB.</summary>
    public const int Ratio = 33_000;

    private static readonly ConcurrentBag<Decompressor> s_idle = [];

    public static ZstdCodec Instance { get; } = new();

    public override string Name => "zstd";

    public override long LargestRatio => Ratio;

    public override byte[] Decode(byte[] stored, int most)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(most);
        int got = Into(stored, bytes);
        return got == most ? bytes : bytes[..got];
    }

    /// <summary>Decompresses into memory of the caller.</summary>
    /// <returns>The bytes that came out.</returns>
    /// <exception cref="ChunkException">Damaged, or longer than the memory.</exception>
    public int Into(ReadOnlySpan<byte> stored, Span<byte> bytes)
    {
        if (!s_idle.TryTake(out Decompressor? decompressor))
            decompressor = new Decompressor();
        try
        {
            int got = decompressor.Unwrap(stored, bytes);
            s_idle.Add(decompressor);
            return got;
        }
        catch (ZstdException e)
        {
            decompressor.Dispose();
            throw Damaged($"cannot be decompressed ({e.Message})", e);
        }
    }
}
