namespace EmTools.Engine.Formats;

/// <summary>Decompresses BloscLZ, the codec that c-blosc brings along: literals and copies from before, as in FastLZ.</summary>
internal static class BloscLzDecoder
{
    private const int FarDistance = 8191, LeastCopy = 32, LongCopy = 6;

    /// <summary>Fills the target; false where the bytes do not.</summary>
    public static bool Decode(ReadOnlySpan<byte> stored, Span<byte> target)
    {
        if (stored.IsEmpty)
            return false;
        int at = 1, have = 0, control = stored[0] & 31;
        while (true)
        {
            if (control < LeastCopy)
            {
                int literals = control + 1;
                if (literals > stored.Length - at || literals > target.Length - have)
                    return false;
                stored.Slice(at, literals).CopyTo(target[have..]);
                (at, have) = (at + literals, have + literals);
            }
            else if (!Copy(stored, target, control, ref at, ref have))
            {
                return false;
            }

            if (at >= stored.Length)
                return have == target.Length;
            control = stored[at++];
        }
    }

    private static bool Copy(ReadOnlySpan<byte> stored, Span<byte> target, int control, ref int at, ref int have)
    {
        int length = (control >> 5) - 1, distance = (control & 31) << 8;
        if (length == LongCopy)
        {
            byte more;
            do
            {
                if (at + 1 >= stored.Length)
                    return false;
                more = stored[at++];
                length += more;
            }
            while (more == byte.MaxValue && length < target.Length);
        }

        if (at >= stored.Length)
            return false;
        int low = stored[at++];
        if (low == byte.MaxValue && distance == 31 << 8)
        {
            if (at + 1 >= stored.Length)
                return false;
            distance = (stored[at] << 8 | stored[at + 1]) + FarDistance;
            at += 2;
        }
        else
        {
            distance += low;
        }

        (length, distance) = (length + 3, distance + 1);
        if (distance > have || length > target.Length - have)
            return false;
        if (distance >= length)
        {
            target.Slice(have - distance, length).CopyTo(target[have..]);
        }
        else
        {
            for (int i = 0; i < length; i++)
                target[have + i] = target[have + i - distance]; // a run repeats what it has just written
        }

        have += length;
        return true;
    }
}
