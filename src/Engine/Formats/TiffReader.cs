using System.Buffers;
using System.IO.Compression;
using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>
/// Reads a TIFF file's pixels on several threads. LibTiff.NET decodes LZW and PackBits; uncompressed and Deflate data are
/// read here, which is 3 to 25 times as fast (its byte swap and its inflate are slow, and one handle serves one thread).
/// </summary>
internal sealed class TiffReader
{
    private readonly TiffLayout _layout;
    private readonly SafeFileHandle _handle;
    private readonly EvaluationContext _context;
    private readonly Plane _plane;
    private readonly bool _converts;
    private readonly bool _inverts;

    private TiffReader(TiffLayout layout, SafeFileHandle handle, EvaluationContext context, Plane plane, bool inverts)
    {
        _layout = layout;
        _handle = handle;
        _context = context;
        _plane = plane;
        _converts = plane.PixelType != layout.File.PixelType;
        _inverts = inverts;
    }

    /// <summary>Reads the pixels as they are stored; the caller owns the plane.</summary>
    public static Plane Read(TiffLayout layout, SafeFileHandle handle, EvaluationContext context)
    {
        TiffFile file = layout.File;
        return Read<Plane>(layout, handle, context, inverts: false, file.PixelType switch
        {
            PixelType.UInt8 => Plane.Rent<byte>(file.Height, file.Width),
            PixelType.UInt16 => Plane.Rent<ushort>(file.Height, file.Width),
            _ => Plane.Rent<float>(file.Height, file.Width),
        });
    }

    /// <summary>Reads the pixels as floats, inverted where asked for, row by row without a plane of the stored type; the caller owns the plane.</summary>
    public static Plane<float> ReadSingle(TiffLayout layout, SafeFileHandle handle, bool invert, EvaluationContext context)
        => Read(layout, handle, context, invert, Plane.Rent<float>(layout.File.Height, layout.File.Width));

    private static TPlane Read<TPlane>(TiffLayout layout, SafeFileHandle handle, EvaluationContext context, bool inverts, TPlane plane)
        where TPlane : Plane
    {
        try
        {
            var reader = new TiffReader(layout, handle, context, plane, inverts);
            if (!layout.Tiled && !layout.BitsReversed && layout.File.Compression == TiffCompression.None)
                reader.ReadRows();
            else
                RowParallel.For(layout.BlockCount, 1, context, (first, end) => reader.ReadBlocks(first, end));
            return plane;
        }
        catch
        {
            plane.Dispose();
            throw;
        }
    }

    /// <summary>Uncompressed strips: every row straight to its place, however many rows a strip has.</summary>
    private void ReadRows()
    {
        int height = _plane.Height;
        RowParallel.For(height, RowParallel.Grain(height, _plane.Width, _context), _context, (first, end) =>
        {
            byte[]? scratch = _converts ? ArrayPool<byte>.Shared.Rent(_layout.RowBytes) : null;
            for (int y = first; y < end; y++)
            {
                int strip = y / _layout.BlockHeight;
                long offset = _layout.Offsets[strip] + (long)(y - strip * _layout.BlockHeight) * _layout.RowBytes;
                Span<byte> row = scratch is null ? _plane.RowBytes(y) : scratch.AsSpan(0, _layout.RowBytes);
                for (int have = 0; have < row.Length;)
                {
                    int got = RandomAccess.Read(_handle, row[have..], offset + have);
                    if (got == 0)
                        throw TiffErrors.Truncated(_layout.File.Path, $"it ends within row {y} of {height}");
                    have += got;
                }

                TiffSamples.ToNative(row, _layout);
                if (scratch is not null)
                    Place(row, y, 0);
            }

            if (scratch is not null)
                ArrayPool<byte>.Shared.Return(scratch);
        });
    }

    /// <summary>Strips and tiles, decoded row by row and never further than the image takes.</summary>
    private void ReadBlocks(int first, int end)
    {
        byte[] scratch = ArrayPool<byte>.Shared.Rent(2 * _layout.RowBytes);
        Span<byte> blockRow = scratch.AsSpan(0, _layout.RowBytes), planes = scratch.AsSpan(_layout.RowBytes, _layout.RowBytes);
        try
        {
            for (int block = first; block < end; block++)
            {
                (int top, int left) = Position(block);
                int rows = Math.Min(_layout.BlockHeight, _plane.Height - top);
                using Stream data = Decoded(block);
                for (int y = top; y < top + rows; y++)
                {
                    _context.Cancellation.ThrowIfCancellationRequested();
                    bool direct = !_layout.Tiled && !_converts;
                    Span<byte> row = direct ? _plane.RowBytes(y) : blockRow;
                    data.ReadExactly(row);
                    TiffSamples.ToNative(row, _layout, planes);
                    if (!direct)
                        Place(row, y, left);
                }

                // zlib compares its checksum when it meets the end; in a tile that hangs over the image the end is further on.
                if (data is ZLibStream && rows == _layout.StoredRows(block))
                    data.ReadByte();
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw TiffErrors.Damaged(_layout.File.Path, e is EndOfStreamException ? "its compressed pixels end too early" : "its compressed pixels cannot be decoded", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    /// <summary>A block's bytes, decompressed; byte order and predictor are still the file's.</summary>
    private Stream Decoded(int block)
    {
        var stored = new FileSegment(_handle, _layout.Offsets[block], _layout.ByteCounts[block]);
        TiffCompression compression = _layout.File.Compression;
        if (_layout.BitsReversed || compression is TiffCompression.Lzw or TiffCompression.PackBits)
        {
            using (stored)
                return LibTiffCodec.Decode(_layout, block, stored);
        }

        return compression == TiffCompression.Deflate ? new ZLibStream(stored, CompressionMode.Decompress) : stored;
    }

    private (int Top, int Left) Position(int block)
        => (block / _layout.BlocksAcross * _layout.BlockHeight, block % _layout.BlocksAcross * _layout.BlockWidth);

    /// <summary>Puts a block's row into the image's row, as much of it as lies in the image.</summary>
    private void Place(ReadOnlySpan<byte> row, int y, int left)
    {
        int pixelBytes = _layout.File.PixelType.BytesPerPixel();
        row = row[..Math.Min(row.Length, (_plane.Width - left) * pixelBytes)];
        if (_converts)
            PlaneConversion.ToSingle(row, _layout.File.PixelType, _inverts, ((Plane<float>)_plane).Row(y)[left..]);
        else
            row.CopyTo(_plane.RowBytes(y)[(left * pixelBytes)..]);
    }
}
