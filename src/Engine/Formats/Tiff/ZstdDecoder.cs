using ZstdSharp;
using ZstdSharp.Unsafe;

namespace EmTools.Engine.Formats;

/// <summary>Decodes strips and tiles that are one frame of Zstandard each.</summary>
internal static unsafe class ZstdDecoder
{
    /// <summary>The most that a byte can stand for: a block of 128 KB that repeats one byte takes 4 bytes.</summary>
    public const int Expansion = 32768;

    /// <summary>Decodes a strip or tile.</summary>
    /// <param name="stored">Its bytes in the file; what follows behind the frame belongs to nobody.</param>
    /// <param name="needed">How many bytes the image takes.</param>
    /// <param name="output">Where they go; as long as <paramref name="needed"/>, or as a whole strip.</param>
    /// <exception cref="InvalidDataException">It is damaged: it gives another number of bytes, or its checksum does not fit.</exception>
    public static void Decode(ReadOnlySpan<byte> stored, int needed, Span<byte> output)
    {
        nuint length;
        fixed (byte* start = stored)
            length = Methods.ZSTD_findFrameCompressedSize(start, (nuint)stored.Length);
        if (Methods.ZSTD_isError(length) || length > (nuint)stored.Length)
            throw new InvalidDataException("they are no whole frame");

        int got;
        try
        {
            using var decompressor = new Decompressor();
            got = decompressor.Unwrap(stored[..(int)length], output);
        }
        catch (ZstdException e)
        {
            throw new InvalidDataException(e.Message, e);
        }

        if (got != needed && got != output.Length)
            throw new InvalidDataException(got < needed ? $"they end after {got} of {needed} bytes" : "they go on where they should end");
    }

    /// <summary>The most bytes that a frame can decode to, from the headers of its blocks.</summary>
    public static ulong Bound(ReadOnlySpan<byte> stored)
    {
        fixed (byte* start = stored)
        {
            nuint length = Methods.ZSTD_findFrameCompressedSize(start, (nuint)stored.Length);
            if (Methods.ZSTD_isError(length) || length > (nuint)stored.Length)
                return 0;
            ulong bound = Methods.ZSTD_decompressBound(start, length);
            return bound >= ulong.MaxValue - 1 ? 0 : bound;
        }
    }
}
