using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>Decodes a PNG file's pixels, row by row. A row's filter needs the row above, and zlib's stream its beginning, so one thread does it.</summary>
internal sealed class PngDecoder
{
    /// <summary>Where Adam7's passes begin and how far apart their pixels are: (y, x, rows, columns).</summary>
    private static readonly (int Y, int X, int Rows, int Columns)[] Passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)];

    private readonly string _path;
    private readonly PngHeader _header;
    private readonly PngPixelStream _stored;
    private readonly Stream _data;
    private readonly CancellationToken _cancellation;

    private PngDecoder(string path, PngHeader header, PngPixelStream stored, Stream data, CancellationToken cancellation)
    {
        _path = path;
        _header = header;
        _stored = stored;
        _data = data;
        _cancellation = cancellation;
    }

    /// <summary>Reads the pixels; the caller owns the plane.</summary>
    /// <exception cref="EmException">Damaged, or colours.</exception>
    public static Plane Read(string path, SafeFileHandle handle, PngHeader header, EvaluationContext context)
    {
        using var stored = new PngPixelStream(path, handle, header.PixelsOffset);
        using var data = new ZLibStream(stored, CompressionMode.Decompress);
        var decoder = new PngDecoder(path, header, stored, data, context.Cancellation);
        try
        {
            return header.PixelType == PixelType.UInt8 ? decoder.Decode<byte>() : decoder.Decode<ushort>();
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException && e.GetType().Namespace == "System.IO.Compression"))
        {
            // What zlib has no name for comes as an IOException of the library's own.
            throw PngFormat.Errors.Damaged(path, "its pixels cannot be decoded", e);
        }
    }

    private Plane<T> Decode<T>()
        where T : unmanaged
        => Plane.Make<T>(_header.Height, _header.Width, plane =>
        {
            if (_header.Interlaced)
            {
                foreach ((int y, int x, int rows, int columns) in Passes)
                    Pass(plane, y, x, rows, columns);
            }
            else
            {
                Pass(plane, 0, 0, 1, 1);
            }

            // zlib compares its checksum at its end, and so does the last chunk.
            byte[] rest = new byte[4096];
            if (_data.Read(rest) > 0)
                throw PngFormat.Errors.Damaged(_path, "its pixels go on where they should end");
            while (_stored.Read(rest) > 0)
                _cancellation.ThrowIfCancellationRequested();
        });

    /// <summary>Decodes the pixels from (top, left) on that are so many rows and columns apart.</summary>
    private void Pass<T>(Plane<T> plane, int top, int left, int rowStep, int columnStep)
        where T : unmanaged
    {
        int height = (plane.Height - top + rowStep - 1) / rowStep, width = (plane.Width - left + columnStep - 1) / columnStep;
        if (height <= 0 || width <= 0)
            return;
        int rowBytes = _header.RowBytes(width), step = Math.Max(1, _header.Samples * _header.Bits / 8);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(2 * (rowBytes + 1));
        byte[] unpacked = ArrayPool<byte>.Shared.Rent(width * Unsafe.SizeOf<T>());
        try
        {
            Span<byte> row = buffer.AsSpan(0, rowBytes + 1), above = buffer.AsSpan(rowBytes + 1, rowBytes + 1);
            Span<T> pixels = MemoryMarshal.Cast<byte, T>(unpacked.AsSpan())[..width];
            above.Clear();
            for (int y = top; y < plane.Height; y += rowStep)
            {
                _cancellation.ThrowIfCancellationRequested();
                if (_data.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
                    throw PngFormat.Errors.Truncated(_path, $"its pixels end within row {y} of {plane.Height}");
                if (!PngFilters.Undo(row[0], row[1..], above[1..], step))
                    throw PngFormat.Errors.Damaged(_path, $"row {y} is of filter {row[0]}, and there are 0 to 4");
                Span<T> target = columnStep == 1 ? plane.Row(y)[left..] : pixels;
                Unpack(row[1..], MemoryMarshal.AsBytes(target), y);
                for (int x = 0; columnStep > 1 && x < width; x++)
                    plane.Row(y)[left + x * columnStep] = pixels[x];
                Span<byte> done = row;
                row = above;
                above = done;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<byte>.Shared.Return(unpacked);
        }
    }

    /// <summary>From a row as it is stored to pixels.</summary>
    private void Unpack(ReadOnlySpan<byte> row, Span<byte> pixels, int y)
    {
        if (_header.Bits == 16)
        {
            Span<ushort> wide = MemoryMarshal.Cast<byte, ushort>(pixels);
            Grey<ushort>(MemoryMarshal.Cast<byte, ushort>(row), wide, y);
            if (BitConverter.IsLittleEndian)
                BinaryPrimitives.ReverseEndianness(wide, wide);
        }
        else if (_header.Bits == 8)
        {
            Grey<byte>(row, pixels, y);
        }
        else
        {
            int bits = _header.Bits, most = (1 << bits) - 1, scale = _header.Colour == PngColour.Palette ? 1 : byte.MaxValue / most;
            for (int x = 0; x < pixels.Length; x++)
                pixels[x] = (byte)((row[x * bits >> 3] >> (8 - bits - (x * bits & 7)) & most) * scale);
        }

        if (_header.Colour == PngColour.Palette)
            LookUp(pixels, y);
    }

    /// <summary>The grey of each pixel: its first sample, to which other colours must be equal.</summary>
    private void Grey<T>(ReadOnlySpan<T> row, Span<T> pixels, int y)
        where T : unmanaged, IEquatable<T>
    {
        int samples = _header.Samples;
        if (samples == 1)
        {
            row.CopyTo(pixels);
            return;
        }

        bool coloured = samples >= 3;
        for (int x = 0, at = 0; x < pixels.Length; x++, at += samples)
        {
            if (coloured && (!row[at].Equals(row[at + 1]) || !row[at].Equals(row[at + 2])))
                throw PngFormat.Errors.NotSupported(_path, $"colours (the first in row {y})");
            pixels[x] = row[at];
        }
    }

    private void LookUp(Span<byte> pixels, int y)
    {
        ReadOnlySpan<byte> greys = _header.Palette;
        foreach (ref byte pixel in pixels)
        {
            if (pixel >= greys.Length)
                throw PngFormat.Errors.Damaged(_path, $"row {y} has colour {pixel} of a palette of {greys.Length}");
            pixel = greys[pixel];
        }
    }
}
