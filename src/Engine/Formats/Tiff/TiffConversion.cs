using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>From stored numbers that are no pixels of ours, in this machine's byte order, to pixels.</summary>
internal static class TiffConversion
{
    /// <summary>Moves signed integers up by half their range, in place: the lowest becomes 0.</summary>
    public static void MoveUp(Span<byte> row, int sampleBytes)
    {
        if (sampleBytes == 1)
        {
            TensorPrimitives.Xor(row, (byte)0x80, row);
            return;
        }

        Span<ushort> words = MemoryMarshal.Cast<byte, ushort>(row);
        TensorPrimitives.Xor(words, (ushort)0x8000, words);
    }

    /// <summary>Makes pixels of a decoded row of a block.</summary>
    /// <param name="row">The stored numbers.</param>
    /// <param name="pixels">The pixels; one for each of the block's columns.</param>
    /// <param name="layout">How they are stored.</param>
    /// <param name="y">Which row of the image, for messages.</param>
    /// <param name="left">Its first column.</param>
    /// <exception cref="EmException">A number has no pixel that is equal to it, or the colours of a pixel are not equal.</exception>
    public static void ToPixels(ReadOnlySpan<byte> row, Span<byte> pixels, TiffLayout layout, int y, int left)
    {
        TiffSampleFormat samples = layout.Samples;

        // A tile at the right edge has columns that are no part of the image.
        int inside = Math.Min(layout.BlockWidth, layout.File.Width - left);
        switch (samples.Encoding)
        {
            case TiffEncoding.Bit:
                Bits(row, pixels, layout.Turns);
                break;
            case TiffEncoding.Packed:
                Unpack(row, pixels, layout);
                break;
            case TiffEncoding.Plain or TiffEncoding.Signed:
                First(row, pixels, layout, inside, y, left);
                break;
            case TiffEncoding.Counts:
                Count(row, MemoryMarshal.Cast<byte, float>(pixels), samples.SampleBytes, zeroCounts: layout.File.Photometric == TiffPhotometric.MinIsWhite);
                break;
            default:
                int exact = ToFloats(row, MemoryMarshal.Cast<byte, float>(pixels)[..inside], samples.Encoding);
                if (exact < inside)
                    throw TiffErrors.Inexact(layout.File.Path, y, left + exact, Value(row, exact, samples.Encoding), samples.Bits);
                break;
        }
    }

    /// <summary>A byte for every bit of a row: 255 or 0.</summary>
    private static void Bits(ReadOnlySpan<byte> bits, Span<byte> pixels, bool turns)
    {
        int one = turns ? 0 : 255, zero = 255 - one;
        for (int x = 0; x < pixels.Length; x++)
            pixels[x] = (byte)((bits[x >> 3] >> (7 - (x & 7)) & 1) != 0 ? one : zero);
    }

    /// <summary>Integers of 2 to 15 bits, the most significant bit first, without a gap between them.</summary>
    private static void Unpack(ReadOnlySpan<byte> row, Span<byte> pixels, TiffLayout layout)
    {
        int bits = layout.Samples.Bits, most = (1 << bits) - 1, turn = layout.Turns ? most : 0;
        bool wide = layout.File.PixelType == PixelType.UInt16;
        Span<ushort> words = wide ? MemoryMarshal.Cast<byte, ushort>(pixels) : [];
        int count = layout.BlockWidth, held = 0, from = 0;
        uint buffer = 0;
        for (int x = 0; x < count; x++)
        {
            for (; held < bits; held += 8)
                buffer = buffer << 8 | row[from++];
            held -= bits;
            int value = (int)(buffer >> held) & most ^ turn;
            if (wide)
                words[x] = (ushort)value;
            else
                pixels[x] = (byte)value;
        }
    }

    /// <summary>The first number of every pixel; of red, green and blue, all of which must be equal.</summary>
    private static void First(ReadOnlySpan<byte> row, Span<byte> pixels, TiffLayout layout, int inside, int y, int left)
    {
        int samples = layout.Samples.SamplesTogether;
        bool compares = layout.Samples.ComparesColours && samples > 1;
        int differs = layout.File.PixelType switch
        {
            PixelType.UInt8 => First(row, pixels[..inside], samples, compares),
            PixelType.UInt16 => First(MemoryMarshal.Cast<byte, ushort>(row), MemoryMarshal.Cast<byte, ushort>(pixels)[..inside], samples, compares),
            _ => First(MemoryMarshal.Cast<byte, uint>(row), MemoryMarshal.Cast<byte, uint>(pixels)[..inside], samples, compares),
        };
        if (differs < inside)
            throw TiffErrors.Coloured(layout.File.Path, y, left + differs);
        if (layout.Turns)
            TensorPrimitives.OnesComplement<byte>(pixels, pixels);
    }

    /// <returns>The first pixel whose colours differ; as many as there are where all are equal.</returns>
    private static int First<T>(ReadOnlySpan<T> row, Span<T> pixels, int samples, bool compares)
        where T : unmanaged, IEquatable<T>
    {
        for (int x = 0, at = 0; x < pixels.Length; x++, at += samples)
        {
            T first = row[at];
            if (compares && !(first.Equals(row[at + 1]) && first.Equals(row[at + 2])))
                return x;
            pixels[x] = first;
        }

        return pixels.Length;
    }

    /// <summary>1 for numbers that count, those that are zero or those that are not, and 0 for the others.</summary>
    private static void Count(ReadOnlySpan<byte> row, Span<float> pixels, int sampleBytes, bool zeroCounts)
    {
        if (sampleBytes == sizeof(uint))
        {
            ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(row);
            for (int x = 0; x < pixels.Length; x++)
                pixels[x] = words[x] == 0 == zeroCounts ? 1 : 0;
            return;
        }

        ReadOnlySpan<ulong> longs = MemoryMarshal.Cast<byte, ulong>(row);
        for (int x = 0; x < pixels.Length; x++)
            pixels[x] = longs[x] == 0 == zeroCounts ? 1 : 0;
    }

    /// <summary>Floats that are equal to the stored numbers.</summary>
    /// <returns>The first pixel that has none; as many as there are where all have one.</returns>
    private static int ToFloats(ReadOnlySpan<byte> row, Span<float> pixels, TiffEncoding encoding)
    {
        switch (encoding)
        {
            case TiffEncoding.UInt32:
                return Convert(MemoryMarshal.Cast<byte, uint>(row), pixels, v => v, (v, f) => f == (double)v);
            case TiffEncoding.Int32:
                return Convert(MemoryMarshal.Cast<byte, int>(row), pixels, v => v, (v, f) => f == (double)v);
            case TiffEncoding.UInt64:
                return Convert(MemoryMarshal.Cast<byte, ulong>(row), pixels, v => v, (v, f) => f < 18446744073709551616f && (ulong)f == v);
            case TiffEncoding.Int64:
                return Convert(MemoryMarshal.Cast<byte, long>(row), pixels, v => v, (v, f) => f < 9223372036854775808f && (long)f == v);
            case TiffEncoding.Double:
                return Convert(MemoryMarshal.Cast<byte, double>(row), pixels, v => (float)v, (v, f) => f == v || double.IsNaN(v));
            default:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(row)[..pixels.Length], pixels);
                return pixels.Length;
        }
    }

    private static int Convert<T>(ReadOnlySpan<T> row, Span<float> pixels, Func<T, float> convert, Func<T, float, bool> isEqual)
    {
        for (int x = 0; x < pixels.Length; x++)
        {
            pixels[x] = convert(row[x]);
            if (!isEqual(row[x], pixels[x]))
                return x;
        }

        return pixels.Length;
    }

    private static string Value(ReadOnlySpan<byte> row, int x, TiffEncoding encoding) => encoding switch
    {
        TiffEncoding.UInt32 => MemoryMarshal.Cast<byte, uint>(row)[x].ToString(CultureInfo.InvariantCulture),
        TiffEncoding.Int32 => MemoryMarshal.Cast<byte, int>(row)[x].ToString(CultureInfo.InvariantCulture),
        TiffEncoding.UInt64 => MemoryMarshal.Cast<byte, ulong>(row)[x].ToString(CultureInfo.InvariantCulture),
        TiffEncoding.Int64 => MemoryMarshal.Cast<byte, long>(row)[x].ToString(CultureInfo.InvariantCulture),
        _ => MemoryMarshal.Cast<byte, double>(row)[x].ToString("R", CultureInfo.InvariantCulture),
    };
}
