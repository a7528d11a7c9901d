namespace EmTools.Engine.Formats;

/// <summary>
/// Decodes PackBits: stretches of bytes as they are, and bytes that repeat. There is no end mark and no checksum, so a strip
/// must give exactly as many bytes as it should, from all that is stored.
/// </summary>
internal static class PackBitsDecoder
{
    /// <summary>Bytes that may follow, where programs begin strips at multiples of two or four.</summary>
    private const int Padding = 3;

    private const sbyte Nothing = -128;

    /// <summary>Decodes a strip or tile.</summary>
    /// <param name="stored">Its bytes in the file.</param>
    /// <param name="needed">How many bytes the image takes.</param>
    /// <param name="output">Where they go; as long as <paramref name="needed"/>, or as a whole strip, which some programs store where the image ends earlier.</param>
    /// <param name="followed">Other bytes may follow, since nothing says where the block ends.</param>
    /// <exception cref="InvalidDataException">It is damaged: it gives another number of bytes.</exception>
    public static void Decode(ReadOnlySpan<byte> stored, int needed, Span<byte> output, bool followed = false)
    {
        int from = 0, at = 0;
        while (true)
        {
            if ((at == needed || at == output.Length) && (followed || IsPadding(stored[from..])))
                return;
            if (from == stored.Length)
                throw new InvalidDataException($"they end after {at} of {needed} bytes");

            sbyte head = (sbyte)stored[from++];
            if (head == Nothing)
                continue;
            int count = head < 0 ? 1 - head : head + 1;
            if (count > output.Length - at)
                throw new InvalidDataException("they go on where they should end");
            if ((head < 0 ? 1 : count) > stored.Length - from)
                throw new InvalidDataException($"they end after {at} of {needed} bytes");
            if (head < 0)
            {
                output.Slice(at, count).Fill(stored[from++]);
            }
            else
            {
                stored.Slice(from, count).CopyTo(output[at..]);
                from += count;
            }

            at += count;
        }
    }

    private static bool IsPadding(ReadOnlySpan<byte> rest)
        => !rest.ContainsAnyExcept(unchecked((byte)Nothing)) || (rest.Length <= Padding && !rest.ContainsAnyExcept((byte)0));
}
