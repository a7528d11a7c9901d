using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using EmTools.Engine.Files;
using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>Reads a plane of uncompressed samples on several threads, each row straight to its place where a pixel is stored in as many bytes as it takes.</summary>
internal sealed class RawReader
{
    private readonly RawImage _image;
    private readonly RawLayout _layout;
    private readonly SafeFileHandle _handle;
    private readonly bool _swaps;

    private RawReader(RawImage image, SafeFileHandle handle)
    {
        _image = image;
        _layout = image.Layout;
        _handle = handle;
        _swaps = _layout.BigEndian == BitConverter.IsLittleEndian;
    }

    /// <summary>Reads the pixels; the caller owns the plane.</summary>
    public static Plane Read(RawImage image, SafeFileHandle handle, EvaluationContext context) => ReadRows(image, handle, 0, image.Height, context);

    /// <summary>Reads some of the rows; the caller owns the plane.</summary>
    public static Plane ReadRows(RawImage image, SafeFileHandle handle, int first, int count, EvaluationContext context) => image.PixelType switch
    {
        PixelType.UInt8 => Read<byte>(image, handle, first, count, context),
        PixelType.UInt16 => Read<ushort>(image, handle, first, count, context),
        _ => Read<float>(image, handle, first, count, context),
    };

    /// <summary>Reads the pixels as floats, inverted where asked for, without a plane of the stored type; the caller owns the plane.</summary>
    public static Plane<float> ReadSingle(RawImage image, SafeFileHandle handle, bool invert, EvaluationContext context)
    {
        if (image.PixelType == PixelType.Single)
            return Read<float>(image, handle, 0, image.Height, context);
        var reader = new RawReader(image, handle);
        int pixelBytes = image.Width * image.PixelType.BytesPerPixel();
        return Plane.Make<float>(image.Height, image.Width, plane => ForRows(plane, context, (first, end) =>
        {
            byte[] pixels = ArrayPool<byte>.Shared.Rent(pixelBytes);
            for (int y = first; y < end; y++)
            {
                Span<byte> row = pixels.AsSpan(0, pixelBytes);
                reader.ReadRow(y, row);
                PlaneConversion.ToSingle(row, image.PixelType, invert, plane.Row(y));
            }

            ArrayPool<byte>.Shared.Return(pixels);
        }));
    }

    private static Plane<T> Read<T>(RawImage image, SafeFileHandle handle, int top, int count, EvaluationContext context)
        where T : unmanaged
    {
        var reader = new RawReader(image, handle);
        return Plane.Make<T>(count, image.Width, plane => ForRows(plane, context, (first, end) =>
        {
            for (int y = first; y < end; y++)
                reader.ReadRow(top + y, plane.RowBytes(y));
        }));
    }

    private static void ForRows(Plane plane, EvaluationContext context, Action<int, int> rows)
        => RowParallel.For(plane.Height, RowParallel.Grain(plane.Height, plane.Width, context), context, rows);

    private void ReadRow(int y, Span<byte> pixels)
    {
        long offset = _layout.Offset + (_image.Page ?? 0) * _layout.PlaneBytes + (long)y * _layout.RowBytes;
        if (_layout.Channels == 1 && pixels.Length == _layout.RowBytes)
        {
            Fill(pixels, offset, y);
            Convert(pixels, pixels, y);
            return;
        }

        byte[] scratch = ArrayPool<byte>.Shared.Rent(_layout.RowBytes);
        Span<byte> stored = scratch.AsSpan(0, _layout.RowBytes);
        Fill(stored, offset, y);
        Convert(Chosen(stored), pixels, y);
        ArrayPool<byte>.Shared.Return(scratch);
    }

    private void Convert(Span<byte> stored, Span<byte> pixels, int y)
    {
        if (Samples.ToPixels(_layout.Type, _swaps, _layout.IsMask, stored, pixels) is { } value)
            throw new EmException(EmErrorKind.NotSupported, "ValueNotExact", FormattableString.Invariant($"'{_image.Path}' holds {_layout.Type.Name()}, and the value {value:R} in row {y}{(_image.Page is { } page ? $" of section {page}" : "")} has no exact 32-bit float, as which they are read; integers are exact up to {Samples.LargestExact}. Convert the file to 16-bit integers or to 32-bit floats first."), _image.Path);
    }

    private void Fill(Span<byte> bytes, long offset, int y)
    {
        if (!_handle.Fill(bytes, offset))
            throw _image.Stored.Errors.Truncated(_image.Path, $"it ends within row {y} of {_image.Height}");
    }

    /// <summary>The samples of the channel that is read, moved to the row's beginning.</summary>
    private Span<byte> Chosen(Span<byte> row)
    {
        if (_layout.Channels == 1)
            return row;
        return _layout.Type.Bytes() switch
        {
            1 => Chosen<byte>(row),
            2 => Chosen<ushort>(row),
            4 => Chosen<uint>(row),
            _ => Chosen<ulong>(row),
        };
    }

    private Span<byte> Chosen<T>(Span<byte> row)
        where T : unmanaged
    {
        Span<T> samples = MemoryMarshal.Cast<byte, T>(row);
        if (_layout.Channels == 2 && typeof(T) == typeof(ushort) && BitConverter.IsLittleEndian)
        {
            Halves(MemoryMarshal.Cast<byte, uint>(row), 16 * _layout.Channel, MemoryMarshal.Cast<byte, ushort>(row));
            return row[..(row.Length / 2)];
        }

        for (int x = 0, from = _layout.Channel; from < samples.Length; x++, from += _layout.Channels)
            samples[x] = samples[from];
        return MemoryMarshal.AsBytes(samples[..(int)_layout.Width]);
    }

    /// <summary>Of pairs of 16-bit samples the one that begins at a bit, a vector at a time: two detectors are the ordinary case. <paramref name="to"/> may begin where the pairs do.</summary>
    private static void Halves(ReadOnlySpan<uint> pairs, int shift, Span<ushort> to)
    {
        ref uint from = ref MemoryMarshal.GetReference(pairs);
        ref ushort target = ref MemoryMarshal.GetReference(to[..pairs.Length]);
        var low = new Vector<uint>(ushort.MaxValue);
        int x = 0;
        for (; x <= pairs.Length - Vector<ushort>.Count; x += Vector<ushort>.Count)
        {
            Vector<uint> first = (Vector.LoadUnsafe(ref from, (nuint)x) >>> shift) & low, second = (Vector.LoadUnsafe(ref from, (nuint)(x + Vector<uint>.Count)) >>> shift) & low;
            Vector.Narrow(first, second).StoreUnsafe(ref target, (nuint)x);
        }

        for (; x < pairs.Length; x++)
            to[x] = (ushort)(pairs[x] >>> shift);
    }
}
