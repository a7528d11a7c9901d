using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>Byte order and predictors: from a row as TIFF stores it to a row of pixels, and back for writing.</summary>
internal static class TiffSamples
{
    /// <summary>Turns a decoded row into pixels of this machine's byte order, in place.</summary>
    /// <param name="row">One row of a strip or tile.</param>
    /// <param name="layout">How it is stored.</param>
    /// <param name="scratch">As long as <paramref name="row"/>; needed for the floating-point predictor only.</param>
    public static void ToNative(Span<byte> row, TiffLayout layout, Span<byte> scratch = default)
    {
        TiffSampleFormat samples = layout.Samples;
        if (layout.Predictor == 3)
        {
            UndoFloatingPoint(row, scratch[..row.Length], samples.SampleBytes); // it takes care of the byte order
        }
        else
        {
            if (layout.BigEndian == BitConverter.IsLittleEndian)
                SwapBytes(row, samples.SampleBytes);
            if (layout.Predictor == 2 && samples.SamplesTogether == 1)
                Sum(row, samples.SampleBytes);
            else if (layout.Predictor == 2)
                Sum(row, samples.SampleBytes, samples.SamplesTogether);
        }

        if (!samples.InPlace)
            return;
        if (samples.Encoding == TiffEncoding.Signed)
            TiffConversion.MoveUp(row, samples.SampleBytes);
        if (layout.Turns)
            TensorPrimitives.OnesComplement<byte>(row, row); // for unsigned types the maximum less v is v with every bit turned
    }

    /// <summary>Fills a row of pixels that were never written.</summary>
    public static void Fill(Span<byte> pixels, TiffLayout layout)
    {
        double value = layout.Turns ? (1 << Math.Min(16, layout.Samples.Bits)) - 1 - layout.FillValue : layout.FillValue;
        switch (layout.File.PixelType)
        {
            case PixelType.UInt8:
                pixels.Fill((byte)value);
                break;
            case PixelType.UInt16:
                MemoryMarshal.Cast<byte, ushort>(pixels).Fill((ushort)value);
                break;
            default:
                MemoryMarshal.Cast<byte, float>(pixels).Fill((float)value);
                break;
        }
    }

    /// <summary>Replaces every pixel of a row by its difference to the one before, in place: the horizontal predictor.</summary>
    public static void Difference(Span<byte> row, PixelType type)
    {
        switch (type)
        {
            case PixelType.UInt8:
                Difference(row);
                break;
            case PixelType.UInt16:
                Difference(MemoryMarshal.Cast<byte, ushort>(row));
                break;
            default:
                Difference(MemoryMarshal.Cast<byte, uint>(row));
                break;
        }
    }

    private static void SwapBytes(Span<byte> row, int sampleBytes)
    {
        switch (sampleBytes)
        {
            case 2:
                Span<ushort> words = MemoryMarshal.Cast<byte, ushort>(row);
                BinaryPrimitives.ReverseEndianness(words, words);
                break;
            case 4:
                Span<uint> doubles = MemoryMarshal.Cast<byte, uint>(row);
                BinaryPrimitives.ReverseEndianness(doubles, doubles);
                break;
            case 8:
                Span<ulong> quadruples = MemoryMarshal.Cast<byte, ulong>(row);
                BinaryPrimitives.ReverseEndianness(quadruples, quadruples);
                break;
        }
    }

    private static void Sum(Span<byte> row, int sampleBytes)
    {
        // libtiff differences floats as the integers of the same bits.
        switch (sampleBytes)
        {
            case 1:
                Sum(row);
                break;
            case 2:
                Sum(MemoryMarshal.Cast<byte, ushort>(row));
                break;
            case 4:
                Sum(MemoryMarshal.Cast<byte, uint>(row));
                break;
            default:
                Sum(MemoryMarshal.Cast<byte, ulong>(row));
                break;
        }
    }

    /// <summary>Running sums of pixels of several numbers each.</summary>
    private static void Sum(Span<byte> row, int sampleBytes, int samples)
    {
        switch (sampleBytes)
        {
            case 1:
                SumEach(row, samples);
                break;
            case 2:
                SumEach(MemoryMarshal.Cast<byte, ushort>(row), samples);
                break;
            default:
                SumEach(MemoryMarshal.Cast<byte, uint>(row), samples);
                break;
        }
    }

    private static void SumEach<T>(Span<T> row, int samples)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int x = samples; x < row.Length; x++)
            row[x] += row[x - samples];
    }

    /// <summary>Running sum, a vector at a time: log2(lanes) shifted additions, then the sum before the vector to all lanes.</summary>
    private static void Sum<T>(Span<T> row)
        where T : unmanaged, IBinaryInteger<T>
    {
        T before = T.Zero;
        int x = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            int size = Unsafe.SizeOf<T>();
            ref T start = ref MemoryMarshal.GetReference(row);
            for (; x <= row.Length - Vector128<T>.Count; x += Vector128<T>.Count)
            {
                Vector128<byte> v = Vector128.LoadUnsafe(ref start, (nuint)x).AsByte();
                for (int shift = size; shift < 16; shift *= 2)
                    v = (v.As<byte, T>() + Shifted(v, shift).As<byte, T>()).AsByte();
                Vector128<T> sum = v.As<byte, T>() + Vector128.Create(before);
                sum.StoreUnsafe(ref start, (nuint)x);
                before = sum[Vector128<T>.Count - 1];
            }
        }

        for (; x < row.Length; x++)
            row[x] = before += row[x];
    }

    /// <summary>The vector with its bytes moved <paramref name="shift"/> places up, zeros below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Shifted(Vector128<byte> v, int shift) => shift switch
    {
        1 => Vector128.Shuffle(v, Vector128.Create((byte)255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)),
        2 => Vector128.Shuffle(v, Vector128.Create((byte)255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)),
        4 => Vector128.Shuffle(v, Vector128.Create((byte)255, 255, 255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)),
        _ => Vector128.Shuffle(v, Vector128.Create((byte)255, 255, 255, 255, 255, 255, 255, 255, 0, 1, 2, 3, 4, 5, 6, 7)),
    };

    private static void Difference<T>(Span<T> row)
        where T : unmanaged, IBinaryInteger<T>
    {
        // From the end, so that the pixel before is still the original one.
        int x = row.Length;
        if (Vector128.IsHardwareAccelerated)
        {
            ref T start = ref MemoryMarshal.GetReference(row);
            for (; x > Vector128<T>.Count; x -= Vector128<T>.Count)
            {
                nuint at = (nuint)(x - Vector128<T>.Count);
                Vector128<T> difference = Vector128.LoadUnsafe(ref start, at) - Vector128.LoadUnsafe(ref start, at - 1);
                difference.StoreUnsafe(ref start, at);
            }
        }

        for (x--; x > 0; x--)
            row[x] -= row[x - 1];
    }

    /// <summary>Adobe's predictor for floats: differenced bytes, all most significant bytes first, then the next ones.</summary>
    private static void UndoFloatingPoint(Span<byte> row, Span<byte> planes, int sampleBytes)
    {
        row.CopyTo(planes);
        Sum(planes);
        int width = row.Length / sampleBytes;
        if (sampleBytes == sizeof(float))
        {
            Span<uint> pixels = MemoryMarshal.Cast<byte, uint>(row);
            for (int x = 0; x < width; x++)
                pixels[x] = (uint)(planes[x] << 24 | planes[width + x] << 16 | planes[2 * width + x] << 8 | planes[3 * width + x]);
            return;
        }

        for (int x = 0; x < width; x++)
        {
            for (int part = 0; part < sampleBytes; part++)
                row[x * sampleBytes + sampleBytes - 1 - part] = planes[part * width + x];
        }
    }
}
