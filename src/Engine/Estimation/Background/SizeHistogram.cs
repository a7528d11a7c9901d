namespace EmTools.Engine.Estimation.Background;

/// <summary>
/// How many values there are of every size, in bins of 1/32 octave: enough to tell their median to a percent, additive,
/// and of one size for any number of values.
/// </summary>
internal sealed class SizeHistogram
{
    private const int PerOctave = 32;
    private const int SmallestExponent = -12;
    private const int Octaves = 40;

    private readonly long[] _counts = new long[PerOctave * Octaves];

    /// <summary>Counts a value by its size.</summary>
    public void Add(double value)
    {
        double place = value == 0 ? 0 : (Math.Log2(Math.Abs(value)) - SmallestExponent) * PerOctave;
        _counts[(int)Math.Clamp(place, 0, _counts.Length - 1)]++;
    }

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
                return i == 0 ? 0 : Math.Pow(2, SmallestExponent + (i + 0.5) / PerOctave);
        }

        return 0;
    }
}
