namespace EmTools.Engine.Estimation.Background;

/// <summary>
/// How many values there are of every size, in bins of 1/32 octave: enough to tell their median to a percent, additive,
/// and of one size for any number of values.
/// </summary>
internal sealed class SizeHistogram
{
    /// <summary>Bits of a float's fraction that tell bins apart: 32 bins an octave.</summary>
    private const int FractionBits = 5;

    private const int Shift = 23 - FractionBits;
    private const int First = (127 - 12) << FractionBits; // sizes below 2^-12 are as good as 0
    private const int Bins = 40 << FractionBits;

    private readonly long[] _counts = new long[Bins];

    /// <summary>Counts a value by its size: the leading bits of a float rise with its size.</summary>
    public void Add(float value)
        => _counts[Math.Clamp((BitConverter.SingleToInt32Bits(Math.Abs(value)) >> Shift) - First, 0, Bins - 1)]++;

    /// <summary>Adds another part's counts.</summary>
    public void Add(SizeHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }

    /// <summary>The median size; 0 where there are no values.</summary>
    public double Median()
    {
        long total = _counts.Sum(), below = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            below += _counts[i];
            if (total > 0 && 2 * below >= total)
                return i == 0 ? 0 : BitConverter.Int32BitsToSingle(((First + i) << Shift) + (1 << (Shift - 1)));
        }

        return 0;
    }
}
