namespace EmTools.Engine.Formats;

/// <summary>Undoes the shuffling of bits, which puts the first bits of all values first, then the second bits, and so on.</summary>
internal static class BitShuffling
{
    private const int Bits = 8;

    /// <summary>Puts the bits of each value together. As c-blosc does it: where the number of values is none of eight, nothing was shuffled.</summary>
    /// <param name="shuffled">As stored.</param>
    /// <param name="bytes">Where they go; as long.</param>
    /// <param name="size">Bytes of a value.</param>
    public static void Undo(ReadOnlySpan<byte> shuffled, Span<byte> bytes, int size)
    {
        int count = shuffled.Length / size;
        if (count % Bits != 0)
        {
            shuffled.CopyTo(bytes);
            return;
        }

        int row = count / Bits;
        shuffled[(count * size)..].CopyTo(bytes[(count * size)..]);
        for (int b = 0; b < size; b++)
        {
            ReadOnlySpan<byte> planes = shuffled.Slice(b * count, count);
            for (int i = 0; i < row; i++)
            {
                ulong bits = 0;
                for (int bit = 0; bit < Bits; bit++)
                    bits |= (ulong)planes[bit * row + i] << (bit * Bits);
                bits = Transposed(bits);
                for (int value = 0; value < Bits; value++)
                    bytes[(i * Bits + value) * size + b] = (byte)(bits >> (value * Bits));
            }
        }
    }

    /// <summary>Eight rows of eight bits, rows and columns exchanged (Warren, Hacker's Delight, section 7-3).</summary>
    private static ulong Transposed(ulong x)
    {
        ulong t = (x ^ x >> 7) & 0x00AA00AA00AA00AA;
        x ^= t ^ t << 7;
        t = (x ^ x >> 14) & 0x0000CCCC0000CCCC;
        x ^= t ^ t << 14;
        t = (x ^ x >> 28) & 0x00000000F0F0F0F0;
        return x ^ t ^ t << 28;
    }
}
