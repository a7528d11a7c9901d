namespace EmTools.Engine.Phantoms;

/// <summary>
/// The brightness of sections along the stack: slow drift, small changes from one section to the next, single sections
/// that stand out, and rare jumps after which it stays elsewhere.
/// </summary>
internal static class OffsetWalk
{
    private const float DriftPeriod = 700;

    /// <summary>One offset a section, in grey levels, with about the mean asked for.</summary>
    public static float[] Make(uint seed, int depth, double mean, double jump)
    {
        uint key = CounterHash.Mix(seed ^ 0x0FF5E7u);
        var drift = new SplineNoise(key + 1, 1 << 10);
        var offsets = new float[depth];
        double level = 0;
        for (int z = 0; z < depth; z++)
        {
            uint state = CounterHash.At(key, z);

            // The level is drawn back to the mean slowly, so that it stays near it through any number of jumps.
            level *= 0.995;
            if (CounterHash.NextUnit(ref state) < 0.004f)
                level += jump * Sign(ref state);
            double single = CounterHash.NextUnit(ref state) < 0.004f ? jump * Sign(ref state) : 0;
            double small = 0.04 * jump * (CounterHash.NextUnit(ref state) + CounterHash.NextUnit(ref state) - 1);
            offsets[z] = (float)(mean + level + single + small + 0.4 * jump * drift.At(0, 0, z * (1024 / DriftPeriod)));
        }

        return offsets;
    }

    private static float Sign(ref uint state) => CounterHash.NextUnit(ref state) < 0.5f ? -CounterHash.NextBetween(ref state, 0.5f, 1) : CounterHash.NextBetween(ref state, 0.5f, 1);
}
