using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EmTools.Engine.Formats;

/// <summary>From a row of samples as a file stores them to a row of pixels.</summary>
internal static class Samples
{
    /// <summary>Integers up to here, and from here below zero, are exact as 32-bit floats.</summary>
    public const int LargestExact = 1 << 24;

    /// <summary>Turns stored samples into pixels of their <see cref="SampleTypes.PixelType"/>.</summary>
    /// <param name="type">How they are stored.</param>
    /// <param name="swap">True where their byte order is not this machine's.</param>
    /// <param name="isMask">True when only zero or not counts: nothing is shifted, and no value is too large.</param>
    /// <param name="stored">The samples; may be overwritten.</param>
    /// <param name="pixels">As many pixels; the same memory as <paramref name="stored"/> where a pixel takes as many bytes, or other memory.</param>
    /// <returns>The first value that a pixel cannot hold exactly; null where all are right.</returns>
    public static double? ToPixels(SampleType type, bool swap, bool isMask, Span<byte> stored, Span<byte> pixels)
    {
        if (swap)
            Swap(stored, type.Bytes());
        switch (type)
        {
            case SampleType.Int8 when !isMask:
                TensorPrimitives.Xor(stored, (byte)0x80, pixels); // v + 128 is v with its sign's bit turned
                return null;
            case SampleType.Int16 when !isMask:
                TensorPrimitives.Xor(As<ushort>(stored), (ushort)0x8000, As<ushort>(pixels));
                return null;
            case SampleType.UInt32:
                return FromUnsigned(As<uint>(stored), As<float>(pixels), isMask);
            case SampleType.Int32:
                return FromSigned(As<int>(stored), As<float>(pixels), isMask);
            case SampleType.Half:
                TensorPrimitives.ConvertToSingle(As<Half>(stored), As<float>(pixels));
                return null;
            case SampleType.Double:
                return FromDouble(As<double>(stored), As<float>(pixels), isMask);
            default:
                if (!Unsafe.AreSame(ref MemoryMarshal.GetReference(stored), ref MemoryMarshal.GetReference(pixels)))
                    stored.CopyTo(pixels);
                return null;
        }
    }

    private static Span<T> As<T>(Span<byte> bytes)
        where T : unmanaged
        => MemoryMarshal.Cast<byte, T>(bytes);

    private static void Swap(Span<byte> stored, int bytes)
    {
        switch (bytes)
        {
            case 2:
                BinaryPrimitives.ReverseEndianness(As<ushort>(stored), As<ushort>(stored));
                break;
            case 4:
                BinaryPrimitives.ReverseEndianness(As<uint>(stored), As<uint>(stored));
                break;
            case 8:
                BinaryPrimitives.ReverseEndianness(As<ulong>(stored), As<ulong>(stored));
                break;
        }
    }

    private static double? FromSigned(Span<int> stored, Span<float> pixels, bool isMask)
    {
        if (!isMask)
        {
            int most = TensorPrimitives.Max<int>(stored), least = TensorPrimitives.Min<int>(stored);
            if (most > LargestExact || least < -LargestExact)
                return most > LargestExact ? most : least;
        }

        int x = 0;
        ref int from = ref MemoryMarshal.GetReference(stored);
        ref float to = ref MemoryMarshal.GetReference(pixels[..stored.Length]);
        for (; x <= stored.Length - Vector<int>.Count; x += Vector<int>.Count)
            Vector.ConvertToSingle(Vector.LoadUnsafe(ref from, (nuint)x)).StoreUnsafe(ref to, (nuint)x);
        for (; x < stored.Length; x++)
            pixels[x] = stored[x];
        return null;
    }

    private static double? FromUnsigned(Span<uint> stored, Span<float> pixels, bool isMask)
    {
        if (!isMask && TensorPrimitives.Max<uint>(stored) is > LargestExact and var most)
            return most;

        // Of a mask, the largest come out below zero, which counts as well as above.
        return FromSigned(MemoryMarshal.Cast<uint, int>(stored), pixels, isMask: true);
    }

    private static double? FromDouble(Span<double> stored, Span<float> pixels, bool isMask)
    {
        for (int x = 0; x < stored.Length; x++)
        {
            double value = stored[x];
            pixels[x] = isMask ? value == 0 ? 0 : 1 : (float)value;
            if (!isMask && pixels[x] != value && !double.IsNaN(value))
                return value;
        }

        return null;
    }
}
