namespace EmTools.Engine.Imaging;

/// <summary>
/// The boundary that every filter assumes: reflection about the centre of the edge pixel, <c>d c b | a b c d | c b a</c>,
/// repeated as often as a window needs.
/// </summary>
internal static class Mirror
{
    /// <summary>The pixel of [0, length) that stands at <paramref name="position"/> of the mirrored axis.</summary>
    public static int Index(int position, int length)
    {
        if ((uint)position < (uint)length)
            return position;
        if (length == 1)
            return 0;
        int period = 2 * (length - 1);
        int folded = ((position % period) + period) % period;
        return folded < length ? folded : period - folded;
    }

    /// <summary>
    /// How often each pixel of [0, length) stands at the <paramref name="count"/> positions from <paramref name="first"/> on of the
    /// mirrored axis. Takes as long as the axis is, however many positions there are.
    /// </summary>
    public static int[] Times(int first, int count, int length)
    {
        var times = new int[length];
        int period = length == 1 ? 1 : 2 * (length - 1);
        Array.Fill(times, count / period * 2);
        times[0] = times[^1] = count / period;
        for (int i = count - count % period; i < count; i++)
            times[Index(first + i, length)]++;
        return times;
    }

    /// <summary>Fills <paramref name="margin"/> values on either side of <paramref name="line"/>[0, length) with its mirror image.</summary>
    public static unsafe void Pad(float* line, int length, int margin)
    {
        int near = Math.Min(margin, length - 1);
        for (int i = 1; i <= near; i++)
        {
            line[-i] = line[i];
            line[length - 1 + i] = line[length - 1 - i];
        }

        for (int i = near + 1; i <= margin; i++)
        {
            line[-i] = line[Index(-i, length)];
            line[length - 1 + i] = line[Index(length - 1 + i, length)];
        }
    }
}
