using System.Buffers;
using System.IO.Compression;
using EmTools.Engine.Files;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>
/// A strip or tile being decoded, its byte order and predictor still the file's. It must be read to its end: only there
/// shows whether it is sound.
/// </summary>
internal abstract class TiffBlock : IDisposable
{
    private readonly TiffLayout _layout;
    private readonly int _number;

    private TiffBlock(TiffLayout layout, int number) => (_layout, _number) = (layout, number);

    /// <summary>Begins to decode a block.</summary>
    /// <exception cref="EmException">It is damaged, or too large.</exception>
    public static TiffBlock Open(TiffLayout layout, int block, SafeFileHandle handle)
    {
        TiffCompression compression = layout.File.Compression;
        var stored = new FileSegment(handle, layout.Offsets[block], layout.ByteCounts[block], layout.BitsReversed, endless: compression == TiffCompression.Deflate);
        return compression switch
        {
            TiffCompression.None => new Streamed(layout, block, stored),
            TiffCompression.Deflate => new Streamed(layout, block, new ZLibStream(stored, CompressionMode.Decompress)),
            _ => new Decoded(layout, block, stored),
        };
    }

    /// <summary>
    /// Looks at blocks that claim to be small and to become large: Zstandard's tell themselves how many bytes they can become, so
    /// that no plane is allocated on the word of a damaged header.
    /// </summary>
    /// <exception cref="EmException">They cannot become what they should (<c>TiffDamaged</c>).</exception>
    public static void CheckPromise(TiffLayout layout, SafeFileHandle handle)
    {
        const int Ordinary = 200;
        if (layout.File.Compression != TiffCompression.Zstd)
            return;
        for (int block = 0; block < layout.BlocksRead; block++)
        {
            long decoded = (long)layout.RowBytes * layout.StoredRows(block), length = layout.ByteCounts[block];
            if (layout.IsBlank(block) || decoded / Ordinary < length)
                continue;
            byte[] stored = new byte[length];
            using (var segment = new FileSegment(handle, layout.Offsets[block], length, layout.BitsReversed))
                segment.ReadExactly(stored);
            if (ZstdDecoder.Bound(stored) < (ulong)decoded)
                throw TiffErrors.Damaged(layout.File.Path, $"{(layout.Tiled ? "tile" : "strip")} {block} of {layout.BlocksRead} should give {decoded} bytes of pixels, and cannot");
        }
    }

    /// <summary>Reads the next bytes.</summary>
    /// <exception cref="EmException">The block is damaged.</exception>
    public void Read(Span<byte> bytes)
    {
        try
        {
            ReadCore(bytes);
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(e);
        }
    }

    /// <summary>Reads what the image does not take, and checks that the block is sound.</summary>
    /// <param name="rows">Rows that were read.</param>
    /// <exception cref="EmException">The block is damaged.</exception>
    public void ReadToEnd(int rows)
    {
        try
        {
            ReadToEndCore(rows);
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(e);
        }
    }

    public abstract void Dispose();

    protected abstract void ReadCore(Span<byte> bytes);

    protected abstract void ReadToEndCore(int rows);

    // What zlib has no name for comes as an IOException of the library's own.
    private static bool IsDamage(Exception e)
        => e is InvalidDataException or EndOfStreamException || (e is IOException && e.GetType().Namespace == "System.IO.Compression");

    private EmException Damaged(Exception e)
    {
        string where = $"the {_layout.File.Compression} pixels of {(_layout.Tiled ? "tile" : "strip")} {_number} of {_layout.BlocksRead}";
        return TiffErrors.Damaged(_layout.File.Path, e is InvalidDataException && e.Source == typeof(TiffBlock).Assembly.GetName().Name ? $"{where}: {e.Message}" : $"{where} cannot be decoded", e);
    }

    /// <summary>Plain or Deflate.</summary>
    private sealed class Streamed(TiffLayout layout, int number, Stream data) : TiffBlock(layout, number)
    {
        public override void Dispose() => data.Dispose();

        protected override void ReadCore(Span<byte> bytes)
        {
            int got = data.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (got < bytes.Length)
                throw new InvalidDataException("they end too early");
        }

        protected override void ReadToEndCore(int rows)
        {
            if (data is not ZLibStream)
                return;
            long needed = (long)_layout.RowBytes * _layout.StoredRows(_number), whole = _layout.WholeBytes(_number);
            long have = (long)_layout.RowBytes * rows;
            byte[] rest = ArrayPool<byte>.Shared.Rent(8192);
            try
            {
                // What is stored goes on without an end, so this stops at zlib's own end, where it compares its checksum.
                for (int got = 1; got > 0 && have <= whole; have += got)
                    got = data.Read(rest);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rest);
            }

            if (have != needed && have != whole)
                throw new InvalidDataException(have < needed ? "they end too early" : "they go on where they should end");
        }
    }

    /// <summary>LZW, PackBits, ZSTD or JPEG, decoded at once.</summary>
    private sealed class Decoded : TiffBlock
    {
        private byte[] _bytes;
        private int _next;

        public Decoded(TiffLayout layout, int number, FileSegment stored)
            : base(layout, number)
        {
            long needed = (long)layout.RowBytes * layout.StoredRows(number), whole = layout.WholeBytes(number), length = layout.ByteCounts[number];
            if (Math.Max(whole, length) > Array.MaxLength)
                throw TiffErrors.NotSupported(layout.File.Path, $"strips of {Math.Max(whole, length)} bytes each in {layout.File.Compression} compression");

            _bytes = ArrayPool<byte>.Shared.Rent((int)whole);
            byte[] encoded = ArrayPool<byte>.Shared.Rent((int)length);
            try
            {
                using (stored)
                    stored.ReadExactly(encoded, 0, (int)length);
                ReadOnlySpan<byte> from = encoded.AsSpan(0, (int)length);
                Span<byte> to = _bytes.AsSpan(0, (int)whole);
                switch (layout.File.Compression)
                {
                    case TiffCompression.Lzw:
                        LzwDecoder.Decode(from, (int)needed, to);
                        break;
                    case TiffCompression.Zstd:
                        ZstdDecoder.Decode(from, (int)needed, to);
                        break;
                    case TiffCompression.Jpeg:
                        JpegDecoder.Decode(encoded, (int)length, layout.JpegTables, layout.RowBytes, (int)needed, to);
                        break;
                    default:
                        PackBitsDecoder.Decode(from, (int)needed, to, layout.Reckoned);
                        break;
                }
            }
            catch (Exception e)
            {
                Dispose();
                if (IsDamage(e))
                    throw Damaged(e);
                throw;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(encoded);
            }
        }

        public override void Dispose()
        {
            byte[] bytes = Interlocked.Exchange(ref _bytes, []);
            if (bytes.Length > 0)
                ArrayPool<byte>.Shared.Return(bytes);
        }

        protected override void ReadCore(Span<byte> bytes)
        {
            _bytes.AsSpan(_next, bytes.Length).CopyTo(bytes);
            _next += bytes.Length;
        }

        protected override void ReadToEndCore(int rows)
        {
            // The decoder has seen to it.
        }
    }
}
