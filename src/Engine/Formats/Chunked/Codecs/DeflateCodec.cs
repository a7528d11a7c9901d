using System.Buffers;
using System.IO.Compression;

namespace EmTools.Engine.Formats;

/// <summary>Deflate in the wrapping of gzip or of zlib; their checksums are compared.</summary>
internal sealed class DeflateCodec(bool gzip) : ChunkCodec
{
    /// <summary>The most that a byte of Deflate can stand for.</summary>
    public const int Ratio = 1040;

    public static DeflateCodec Gzip { get; } = new(gzip: true);

    public static DeflateCodec Zlib { get; } = new(gzip: false);

    public override string Name => gzip ? "gzip" : "zlib";

    public override long LargestRatio => Ratio;

    public override byte[] Decode(byte[] stored, int most)
    {
        // Behind the data go bytes that no stream begins with: the library comes to an end only where the stream's own end and checksum are sound.
        const int Behind = 64;
        byte[] endless = ArrayPool<byte>.Shared.Rent(stored.Length + Behind);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(most);
        try
        {
            stored.CopyTo(endless, 0);
            endless.AsSpan(stored.Length, Behind).Fill(0xFF);
            var source = new MemoryStream(endless, 0, stored.Length + Behind);
            using Stream inflated = gzip ? new GZipStream(source, CompressionMode.Decompress) : new ZLibStream(source, CompressionMode.Decompress);
            int got = inflated.ReadAtLeast(bytes, most, throwOnEndOfStream: false);
            if (inflated.ReadByte() >= 0)
                throw TooMuch(most);
            return got == most ? bytes : bytes[..got];
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Damaged("cannot be decompressed", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(endless);
        }
    }
}
