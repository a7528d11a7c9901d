using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>Turns stored voxels, all of which count, into pixels.</summary>
internal static class VoxelConversion
{
    private const byte SignBit8 = 0x80;
    private const ushort SignBit16 = 0x8000;

    /// <summary>The pixels of stored voxels; in the same array where their size stays.</summary>
    /// <param name="stored">The voxels, which are lost.</param>
    /// <param name="type">How they are stored.</param>
    /// <param name="bigEndian">With their most significant byte first.</param>
    /// <param name="isMask">Only zero or not counts.</param>
    /// <exception cref="ChunkException">A value has no exact 32-bit float.</exception>
    public static byte[] ToPixels(byte[] stored, VoxelType type, bool bigEndian, bool isMask)
    {
        if (bigEndian)
            Swap(stored, type.Bytes());
        if (isMask && type is not (VoxelType.UInt8 or VoxelType.UInt16 or VoxelType.Float16 or VoxelType.Float32))
            return ZeroOrNot(stored, type.Bytes(), ignoresSign: type is VoxelType.Float64);
        switch (type)
        {
            case VoxelType.Int8:
                TensorPrimitives.Xor(stored, SignBit8, stored);
                return stored;
            case VoxelType.Int16:
                Span<ushort> words = MemoryMarshal.Cast<byte, ushort>(stored.AsSpan());
                TensorPrimitives.Xor(words, SignBit16, words);
                return stored;
            case VoxelType.Float16:
                if (stored.Length > Array.MaxLength / 2)
                    throw new ChunkException(EmErrorKind.NotSupported, "ChunkNotSupported", $"has {stored.Length} bytes of 16-bit floats, which are read as 32-bit floats of more than the 2 GB of a chunk", "Store the volume in smaller chunks.");
                byte[] wide = GC.AllocateUninitializedArray<byte>(stored.Length * 2);
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(stored), MemoryMarshal.Cast<byte, float>(wide.AsSpan()));
                return wide;
            case VoxelType.Int32:
                FromInt32(MemoryMarshal.Cast<byte, int>(stored.AsSpan()));
                return stored;
            case VoxelType.UInt32:
                FromUInt32(MemoryMarshal.Cast<byte, uint>(stored.AsSpan()));
                return stored;
            case VoxelType.Float64:
                return FromDouble(MemoryMarshal.Cast<byte, double>(stored));
            default:
                return stored;
        }
    }

    /// <summary>The pixel of one value, such as a volume's fill value; null where the type cannot hold it.</summary>
    public static byte[]? Pixel(double value, VoxelType type, bool isMask)
    {
        byte[]? stored = type switch
        {
            VoxelType.Bool => value is 0 or 1 ? [(byte)value] : null,
            VoxelType.UInt8 => Fits(value, byte.MinValue, byte.MaxValue) ? [(byte)value] : null,
            VoxelType.Int8 => Fits(value, sbyte.MinValue, sbyte.MaxValue) ? [(byte)(sbyte)value] : null,
            VoxelType.UInt16 => Fits(value, ushort.MinValue, ushort.MaxValue) ? BitConverter.GetBytes((ushort)value) : null,
            VoxelType.Int16 => Fits(value, short.MinValue, short.MaxValue) ? BitConverter.GetBytes((short)value) : null,
            VoxelType.UInt32 => Fits(value, uint.MinValue, uint.MaxValue) ? BitConverter.GetBytes((uint)value) : null,
            VoxelType.Int32 => Fits(value, int.MinValue, int.MaxValue) ? BitConverter.GetBytes((int)value) : null,
            VoxelType.UInt64 => Fits(value, 0, 1e19) ? BitConverter.GetBytes((ulong)value) : null,
            VoxelType.Int64 => Fits(value, -1e19, 1e19) ? BitConverter.GetBytes((long)value) : null,
            VoxelType.Float16 => BitConverter.GetBytes((Half)value),
            VoxelType.Float32 => BitConverter.GetBytes((float)value),
            _ => BitConverter.GetBytes(value),
        };
        try
        {
            return stored is null ? null : ToPixels(stored, type, bigEndian: false, isMask);
        }
        catch (ChunkException)
        {
            return null;
        }
    }

    private static bool Fits(double value, double least, double most) => value >= least && value <= most && value == Math.Floor(value);

    private static void Swap(byte[] stored, int size)
    {
        switch (size)
        {
            case 2:
                Span<ushort> words = MemoryMarshal.Cast<byte, ushort>(stored.AsSpan());
                BinaryPrimitives.ReverseEndianness(words, words);
                break;
            case 4:
                Span<uint> doubles = MemoryMarshal.Cast<byte, uint>(stored.AsSpan());
                BinaryPrimitives.ReverseEndianness(doubles, doubles);
                break;
            case 8:
                Span<ulong> quads = MemoryMarshal.Cast<byte, ulong>(stored.AsSpan());
                BinaryPrimitives.ReverseEndianness(quads, quads);
                break;
        }
    }

    private static byte[] ZeroOrNot(byte[] stored, int size, bool ignoresSign)
    {
        byte[] bits = new byte[stored.Length / size];
        for (int i = 0; i < bits.Length; i++)
        {
            ReadOnlySpan<byte> value = stored.AsSpan(i * size, size);
            bool set = ignoresSign ? MemoryMarshal.Read<double>(value) != 0 : value.ContainsAnyExcept((byte)0);
            bits[i] = set ? (byte)1 : (byte)0;
        }

        return bits;
    }

    private static void FromInt32(Span<int> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            float single = values[i];
            if ((long)single != values[i])
                throw Inexact(values[i]);
            values[i] = BitConverter.SingleToInt32Bits(single);
        }
    }

    private static void FromUInt32(Span<uint> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            float single = values[i];
            if ((long)single != values[i])
                throw Inexact(values[i]);
            values[i] = BitConverter.SingleToUInt32Bits(single);
        }
    }

    private static byte[] FromDouble(ReadOnlySpan<double> values)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(values.Length * sizeof(float));
        Span<float> singles = MemoryMarshal.Cast<byte, float>(pixels.AsSpan());
        for (int i = 0; i < values.Length; i++)
        {
            float single = (float)values[i];
            if (single != values[i] && !double.IsNaN(values[i]))
                throw Inexact(values[i]);
            singles[i] = single;
        }

        return pixels;
    }

    private static ChunkException Inexact(double value)
        => new(
            EmErrorKind.NotSupported,
            "ValueNotExact",
            FormattableString.Invariant($"holds the value {value:R}, which a 32-bit float cannot hold exactly"),
            "Store the volume as 32-bit floats, or as integers of 8 or 16 bits, and read that.");
}
