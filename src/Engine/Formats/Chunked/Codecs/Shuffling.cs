using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EmTools.Engine.Formats;

/// <summary>Undoes the shuffling of bytes, which puts the first bytes of all values first, then the second bytes.</summary>
internal static class Shuffling
{
    /// <summary>Puts the bytes of each value together; what is left over stays at the end.</summary>
    /// <param name="shuffled">As stored.</param>
    /// <param name="bytes">Where they go; as long.</param>
    /// <param name="size">Bytes of a value.</param>
    public static void Undo(ReadOnlySpan<byte> shuffled, Span<byte> bytes, int size)
    {
        int count = shuffled.Length / size;
        shuffled[(count * size)..].CopyTo(bytes[(count * size)..]);
        if (size == 2)
            Pairs(shuffled[..count], shuffled.Slice(count, count), MemoryMarshal.Cast<byte, ushort>(bytes)[..count]);
        else if (size == 4)
            Fours(shuffled, MemoryMarshal.Cast<byte, uint>(bytes)[..count]);
        else
            Plain(shuffled, bytes, size, count);
    }

    private static void Pairs(ReadOnlySpan<byte> low, ReadOnlySpan<byte> high, Span<ushort> values)
    {
        int i = 0;
        for (; i <= values.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            (Vector128<ushort> low1, Vector128<ushort> low2) = Vector128.Widen(Vector128.Create(low.Slice(i, Vector128<byte>.Count)));
            (Vector128<ushort> high1, Vector128<ushort> high2) = Vector128.Widen(Vector128.Create(high.Slice(i, Vector128<byte>.Count)));
            (low1 | high1 << 8).CopyTo(values[i..]);
            (low2 | high2 << 8).CopyTo(values[(i + Vector128<ushort>.Count)..]);
        }

        for (; i < values.Length; i++)
            values[i] = (ushort)(low[i] | high[i] << 8);
    }

    private static void Fours(ReadOnlySpan<byte> shuffled, Span<uint> values)
    {
        int count = values.Length;
        ReadOnlySpan<byte> first = shuffled[..count], second = shuffled.Slice(count, count), third = shuffled.Slice(2 * count, count), fourth = shuffled.Slice(3 * count, count);
        int i = 0;
        for (; i <= count - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            (Vector128<ushort> a1, Vector128<ushort> a2) = Vector128.Widen(Vector128.Create(first.Slice(i, Vector128<byte>.Count)));
            (Vector128<ushort> b1, Vector128<ushort> b2) = Vector128.Widen(Vector128.Create(second.Slice(i, Vector128<byte>.Count)));
            (Vector128<ushort> c1, Vector128<ushort> c2) = Vector128.Widen(Vector128.Create(third.Slice(i, Vector128<byte>.Count)));
            (Vector128<ushort> d1, Vector128<ushort> d2) = Vector128.Widen(Vector128.Create(fourth.Slice(i, Vector128<byte>.Count)));
            Store(a1 | b1 << 8, c1 | d1 << 8, values[i..]);
            Store(a2 | b2 << 8, c2 | d2 << 8, values[(i + Vector128<ushort>.Count)..]);
        }

        for (; i < count; i++)
            values[i] = (uint)(first[i] | second[i] << 8 | third[i] << 16 | fourth[i] << 24);
    }

    private static void Store(Vector128<ushort> low, Vector128<ushort> high, Span<uint> values)
    {
        (Vector128<uint> low1, Vector128<uint> low2) = Vector128.Widen(low);
        (Vector128<uint> high1, Vector128<uint> high2) = Vector128.Widen(high);
        (low1 | high1 << 16).CopyTo(values);
        (low2 | high2 << 16).CopyTo(values[Vector128<uint>.Count..]);
    }

    private static void Plain(ReadOnlySpan<byte> shuffled, Span<byte> bytes, int size, int count)
    {
        for (int b = 0; b < size; b++)
        {
            ReadOnlySpan<byte> plane = shuffled.Slice(b * count, count);
            for (int i = 0; i < plane.Length; i++)
                bytes[i * size + b] = plane[i];
        }
    }
}
