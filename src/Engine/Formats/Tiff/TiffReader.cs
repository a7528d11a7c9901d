using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>
/// Reads a TIFF file's pixels on several threads. LibTiff.NET is 3 to 25 times as slow (its byte swap and its inflate are
/// slow, and one handle serves one thread), and reads damaged LZW and PackBits without a word. Here every strip must give
/// as many bytes as it should, and end where it should, with the right checksum where it has one.
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
            if (!layout.Tiled && !layout.BitsReversed && !layout.PacksBits && layout.File.Compression == TiffCompression.None)
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
                if (_layout.IsBlank(strip))
                {
                    Blank(y, 0);
                    continue;
                }

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
        int rowBytes = _layout.RowBytes;
        byte[] scratch = ArrayPool<byte>.Shared.Rent(2 * rowBytes + _layout.BlockWidth);
        Span<byte> blockRow = scratch.AsSpan(0, rowBytes), planes = scratch.AsSpan(rowBytes, rowBytes), pixels = scratch.AsSpan(2 * rowBytes, _layout.BlockWidth);
        bool direct = !_layout.Tiled && !_converts && !_layout.PacksBits;
        try
        {
            for (int block = first; block < end; block++)
            {
                (int top, int left) = Position(block);
                int rows = Math.Min(_layout.BlockHeight, _plane.Height - top);
                using TiffBlock? data = _layout.IsBlank(block) ? null : TiffBlock.Open(_layout, block, _handle);
                for (int y = top; y < top + rows; y++)
                {
                    _context.Cancellation.ThrowIfCancellationRequested();
                    if (data is null)
                    {
                        Blank(y, left);
                        continue;
                    }

                    Span<byte> row = direct ? _plane.RowBytes(y) : blockRow;
                    data.Read(row);
                    TiffSamples.ToNative(row, _layout, planes);
                    if (_layout.PacksBits)
                        TiffSamples.Unpack(row, pixels);
                    if (!direct)
                        Place(_layout.PacksBits ? pixels : row, y, left);
                }

                data?.ReadToEnd(rows);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    /// <summary>Fills a block's row that was never written.</summary>
    private void Blank(int y, int left)
    {
        int pixelBytes = _layout.File.PixelType.BytesPerPixel();
        byte[] row = ArrayPool<byte>.Shared.Rent(_layout.BlockWidth * pixelBytes);
        Span<byte> bytes = row.AsSpan(0, _layout.BlockWidth * pixelBytes);
        switch (_layout.File.PixelType)
        {
            case PixelType.UInt8:
                bytes.Fill((byte)_layout.FillValue);
                break;
            case PixelType.UInt16:
                MemoryMarshal.Cast<byte, ushort>(bytes).Fill((ushort)_layout.FillValue);
                break;
            default:
                MemoryMarshal.Cast<byte, float>(bytes).Fill((float)_layout.FillValue);
                break;
        }

        if (_layout.Turns)
            TensorPrimitives.OnesComplement<byte>(bytes, bytes);
        Place(bytes, y, left);
        ArrayPool<byte>.Shared.Return(row);
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
