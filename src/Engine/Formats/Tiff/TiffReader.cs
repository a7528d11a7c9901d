using System.Buffers;
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
    private readonly int _top;

    private TiffReader(TiffLayout layout, SafeFileHandle handle, EvaluationContext context, Plane plane, int top, bool inverts)
    {
        _top = top;
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
        TiffBlock.CheckPromise(layout, handle);
        return ReadRows(layout, handle, 0, layout.File.Height, context);
    }

    /// <summary>Reads some of the rows as they are stored, decoding only the strips and tiles that they lie in; the caller owns the plane.</summary>
    public static Plane ReadRows(TiffLayout layout, SafeFileHandle handle, int first, int count, EvaluationContext context)
        => Read(layout, handle, context, first, inverts: false, Plane.Rent(layout.File.PixelType, count, layout.File.Width));

    /// <summary>Reads the pixels as floats, inverted where asked for, row by row without a plane of the stored type; the caller owns the plane.</summary>
    public static Plane<float> ReadSingle(TiffLayout layout, SafeFileHandle handle, bool invert, EvaluationContext context)
    {
        TiffBlock.CheckPromise(layout, handle);
        return Read(layout, handle, context, 0, invert, Plane.Rent<float>(layout.File.Height, layout.File.Width));
    }

    private static TPlane Read<TPlane>(TiffLayout layout, SafeFileHandle handle, EvaluationContext context, int top, bool inverts, TPlane plane)
        where TPlane : Plane
    {
        try
        {
            var reader = new TiffReader(layout, handle, context, plane, top, inverts);
            if (!layout.Tiled && !layout.BitsReversed && layout.Samples is { InPlace: true, PlanesRead: 1 } && layout.File.Compression == TiffCompression.None)
                reader.ReadRows();
            else
                reader.ReadBlocks();
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
                int stored = _top + y, strip = stored / _layout.BlockHeight;
                if (_layout.IsBlank(strip))
                {
                    Span<byte> blank = scratch is null ? _plane.RowBytes(y) : scratch.AsSpan(0, _layout.RowBytes);
                    TiffSamples.Fill(blank, _layout);
                    if (scratch is not null)
                        Place(blank, y, 0);
                    continue;
                }

                long offset = _layout.Offsets[strip] + (long)(stored - strip * _layout.BlockHeight) * _layout.RowBytes;
                Span<byte> row = scratch is null ? _plane.RowBytes(y) : scratch.AsSpan(0, _layout.RowBytes);
                for (int have = 0; have < row.Length;)
                {
                    int got = RandomAccess.Read(_handle, row[have..], offset + have);
                    if (got == 0)
                        throw TiffErrors.Truncated(_layout.File.Path, $"it ends within row {stored} of {_layout.File.Height}");
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

    /// <summary>Strips and tiles that the rows lie in.</summary>
    private void ReadBlocks()
    {
        int first = _top / _layout.BlockHeight * _layout.BlocksAcross, end = ((_top + _plane.Height - 1) / _layout.BlockHeight + 1) * _layout.BlocksAcross;
        RowParallel.For(end - first, 1, _context, (from, to) => ReadBlocks(first + from, first + to));
    }

    /// <summary>Strips and tiles, decoded row by row and never further than the image, or what is wanted of it, takes.</summary>
    private void ReadBlocks(int first, int end)
    {
        int rowBytes = _layout.RowBytes, pixelBytes = _layout.BlockWidth * _layout.File.PixelType.BytesPerPixel();
        byte[] scratch = ArrayPool<byte>.Shared.Rent(2 * rowBytes + pixelBytes);
        Span<byte> blockRow = scratch.AsSpan(0, rowBytes), planes = scratch.AsSpan(rowBytes, rowBytes), pixels = scratch.AsSpan(2 * rowBytes, pixelBytes);
        TiffSampleFormat samples = _layout.Samples;
        bool direct = !_layout.Tiled && !_converts && samples.InPlace;
        try
        {
            for (int block = first; block < end; block++)
            {
                (int top, int left) = Position(block);
                int rows = Math.Min(_layout.BlockHeight, _layout.File.Height - top), wanted = Math.Min(rows, _top + _plane.Height - top);
                using TiffBlock? data = _layout.IsBlank(block) ? null : TiffBlock.Open(_layout, block, _handle);
                using OtherColours? others = samples.PlanesRead > 1 ? new OtherColours(_layout, block, _handle) : null;
                for (int y = top; y < top + wanted; y++)
                {
                    _context.Cancellation.ThrowIfCancellationRequested();
                    if (data is null)
                    {
                        TiffSamples.Fill(pixels, _layout);
                        others?.Compare(pixels, y, left);
                        Place(pixels, y - _top, left);
                        continue;
                    }

                    bool before = y < _top;
                    Span<byte> row = direct && !before ? _plane.RowBytes(y - _top) : blockRow;
                    data.Read(row);
                    TiffSamples.ToNative(row, _layout, planes);
                    others?.Compare(row, y, left);
                    if (direct || before)
                        continue;
                    if (!samples.InPlace)
                        TiffConversion.ToPixels(row, pixels, _layout, y, left);
                    Place(samples.InPlace ? row : pixels, y - _top, left);
                }

                // What lies behind the wanted rows is for who wants it to look at.
                if (wanted == rows)
                {
                    data?.ReadToEnd(rows);
                    others?.ReadToEnd(rows);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private (int Top, int Left) Position(int block)
        => (block / _layout.BlocksAcross * _layout.BlockHeight, block % _layout.BlocksAcross * _layout.BlockWidth);

    /// <summary>Puts a block's row into the plane's row, as much of it as lies in the image.</summary>
    private void Place(ReadOnlySpan<byte> row, int y, int left)
    {
        if (y < 0)
            return; // before the wanted rows
        int pixelBytes = _layout.File.PixelType.BytesPerPixel();
        row = row[..Math.Min(row.Length, (_plane.Width - left) * pixelBytes)];
        if (_converts)
            PlaneConversion.ToSingle(row, _layout.File.PixelType, _inverts, ((Plane<float>)_plane).Row(y)[left..]);
        else
            row.CopyTo(_plane.RowBytes(y)[(left * pixelBytes)..]);
    }

    /// <summary>The blocks of green and blue beside one of red, which must have the same pixels.</summary>
    private sealed class OtherColours(TiffLayout layout, int block, SafeFileHandle handle) : IDisposable
    {
        private readonly TiffBlock?[] _blocks = Open(layout, block, handle);
        private readonly byte[] _row = new byte[2 * layout.RowBytes];

        /// <summary>Reads their next row.</summary>
        /// <param name="red">The row of the first plane, as pixels.</param>
        /// <param name="y">Which row of the image.</param>
        /// <param name="left">Its first column.</param>
        /// <exception cref="EmException">It differs.</exception>
        public void Compare(ReadOnlySpan<byte> red, int y, int left)
        {
            Span<byte> row = _row.AsSpan(0, layout.RowBytes);
            foreach (TiffBlock? other in _blocks)
            {
                if (other is null)
                {
                    TiffSamples.Fill(row, layout);
                }
                else
                {
                    other.Read(row);
                    TiffSamples.ToNative(row, layout, _row.AsSpan(layout.RowBytes));
                }

                int differs = red.CommonPrefixLength(row) / layout.File.PixelType.BytesPerPixel();
                if (left + differs < layout.File.Width && differs < layout.BlockWidth)
                    throw TiffErrors.Coloured(layout.File.Path, y, left + differs);
            }
        }

        public void ReadToEnd(int rows)
        {
            foreach (TiffBlock? other in _blocks)
                other?.ReadToEnd(rows);
        }

        public void Dispose()
        {
            foreach (TiffBlock? other in _blocks)
                other?.Dispose();
        }

        private static TiffBlock?[] Open(TiffLayout layout, int block, SafeFileHandle handle)
        {
            var blocks = new TiffBlock?[layout.Samples.PlanesRead - 1];
            for (int i = 0; i < blocks.Length; i++)
            {
                int other = block + (i + 1) * layout.BlockCount;
                blocks[i] = layout.IsBlank(other) ? null : TiffBlock.Open(layout, other, handle);
            }

            return blocks;
        }
    }
}
