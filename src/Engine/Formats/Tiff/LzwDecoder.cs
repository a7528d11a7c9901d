using System.Runtime.CompilerServices;

namespace EmTools.Engine.Formats;

/// <summary>
/// Decodes LZW as TIFF holds it: codes of 9 to 12 bits, the most significant bit first; and as it was held before 1988, the
/// least significant bit first. Unlike LibTiff.NET, which gives a damaged strip its full length without a word, this
/// one counts: a strip must give exactly as many bytes as it should and end there.
/// </summary>
/// <remarks>
/// Every string of the table is one that has been written already, so the table holds places in the output, no strings.
/// </remarks>
internal ref struct LzwDecoder
{
    private const int Clear = 256, End = 257, FirstFree = 258;
    private const int NarrowestCode = 9, WidestCode = 12;
    private const int TableSize = 1 << WidestCode;

    /// <summary>libtiff takes this many more codes than the table has places before it calls a strip damaged.</summary>
    private const int Overlong = 1024;

    private readonly ReadOnlySpan<byte> _stored;
    private readonly bool _leastFirst;
    private ulong _bits;
    private int _bitCount;
    private int _next;

    private LzwDecoder(ReadOnlySpan<byte> stored)
    {
        _stored = stored;

        // Every strip begins with the code Clear, 256 in 9 bits.
        _leastFirst = stored is [0, var second, ..] && (second & 1) != 0;
    }

    /// <summary>Decodes a strip or tile.</summary>
    /// <param name="stored">Its bytes in the file.</param>
    /// <param name="needed">How many bytes the image takes.</param>
    /// <param name="output">Where they go; as long as <paramref name="needed"/>, or as a whole strip, which some programs store where the image ends earlier.</param>
    /// <exception cref="InvalidDataException">It is damaged: another number of bytes, no proper end, or codes that stand for nothing.</exception>
    public static void Decode(ReadOnlySpan<byte> stored, int needed, Span<byte> output)
    {
        var decoder = new LzwDecoder(stored);
        decoder.Decode(needed, output);
    }

    [SkipLocalsInit]
    private void Decode(int needed, Span<byte> output)
    {
        Span<int> places = stackalloc int[TableSize], lengths = stackalloc int[TableSize];
        int free = FirstFree, width = NarrowestCode, widenAt = WidenAt(width), at = 0, before = 0, beforeLength = 0;
        while (true)
        {
            if ((at == needed || at == output.Length) && Ends(width, free))
                return;
            if (at == output.Length)
                throw TooLong();
            int code = Code(width);
            if (code is End or < 0)
                throw new InvalidDataException($"they end after {at} of {needed} bytes");

            if (code == Clear)
            {
                (free, width, beforeLength) = (FirstFree, NarrowestCode, 0);
                widenAt = WidenAt(width);
                continue;
            }

            // The string before, with one more byte, is the table's next.
            if (beforeLength > 0)
            {
                if (free < TableSize)
                    (places[free], lengths[free]) = (before, beforeLength + 1);
                else if (free >= TableSize + Overlong)
                    throw NoSuchCode();
                free++;
                if (free > widenAt && width < WidestCode)
                    widenAt = WidenAt(++width);
            }

            if (code < Clear)
            {
                output[at] = (byte)code;
                (before, beforeLength) = (at++, 1);
                continue;
            }

            if (code >= free)
                throw NoSuchCode();
            int place = places[code], length = lengths[code];
            if (length > output.Length - at)
                throw TooLong();
            if (place + length <= at && length > 8)
            {
                output.Slice(place, length).CopyTo(output[at..]);
            }
            else
            {
                for (int i = 0; i < length; i++)
                    output[at + i] = output[place + i]; // may still be growing: the string's last byte is its own first
            }

            (before, beforeLength) = (at, length);
            at += length;
        }
    }

    /// <summary>The last code before codes get one bit wider: TIFF widens one code early, the old way does not.</summary>
    private readonly int WidenAt(int width) => (1 << width) - (_leastFirst ? 1 : 2);

    /// <summary>
    /// True when the strip may end here: by the end code, which some encoders write one bit wider or narrower than the table
    /// asks for; or, where an encoder leaves the end code out, because what is left is padding or no LZW. What stands
    /// behind the end code counts for nothing.
    /// </summary>
    private readonly bool Ends(int width, int free)
    {
        for (int w = Math.Max(NarrowestCode, width - 1); w <= Math.Min(WidestCode, width + 1); w++)
        {
            LzwDecoder ahead = this;
            if (ahead.Code(w) == End)
                return true;
        }

        const int Padding = 5;
        LzwDecoder rest = this, garbage = this;
        int left = (int)Math.Min(int.MaxValue, 8L * (_stored.Length - _next) + _bitCount);
        return left < width || (left < 8 * Padding && rest.AllZero(left)) || garbage.IsGarbage(width, free, left);
    }

    /// <summary>
    /// True when codes that stand for nothing follow, or a few bytes without an end code. Damage that makes a strip longer
    /// leaves codes that stand for something, up to the end code.
    /// </summary>
    private bool IsGarbage(int width, int free, int left)
    {
        const int Few = 8 * 16;
        while (true)
        {
            switch (Code(width))
            {
                case End:
                    return false;
                case Clear:
                    (free, width) = (FirstFree - 1, NarrowestCode); // the first code makes no string
                    break;
                case < 0:
                    return left <= Few;
                case int code when code > free || free >= TableSize + Overlong:
                    return true;
                default:
                    if (++free > WidenAt(width) && width < WidestCode)
                        width++;
                    break;
            }
        }
    }

    private bool AllZero(int bits)
    {
        for (; bits > 0; bits--)
        {
            if (Code(1) != 0)
                return false;
        }

        return true;
    }

    /// <summary>The next code, or -1 where the strip has no more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Code(int width)
    {
        while (_bitCount < width)
        {
            if (_next == _stored.Length)
                return -1;
            _bits = _leastFirst ? _bits | (ulong)_stored[_next++] << _bitCount : _bits << 8 | _stored[_next++];
            _bitCount += 8;
        }

        _bitCount -= width;
        ulong mask = (1UL << width) - 1;
        if (!_leastFirst)
            return (int)(_bits >> _bitCount & mask);
        int code = (int)(_bits & mask);
        _bits >>= width;
        return code;
    }

    private static InvalidDataException TooLong() => new("they go on where they should end");

    private static InvalidDataException NoSuchCode() => new("a code in them stands for nothing");
}
