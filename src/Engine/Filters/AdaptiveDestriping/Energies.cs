namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>Energies of a section's cells and its neighbours', a value a cell: sums, or means.</summary>
/// <param name="Count">Blocks that are counted.</param>
/// <param name="Own">The section's.</param>
/// <param name="Both">Products of the section and its neighbours; 0 in two dimensions.</param>
/// <param name="Neighbours">The neighbours'; 0 in two dimensions.</param>
internal sealed record Energies(long Count, double[] Own, double[] Both, double[] Neighbours)
{
    public Energies(int cells, long count)
        : this(count, new double[cells], new double[cells], new double[cells])
    {
    }

    /// <summary>The mean over all blocks of strips; those that are null were not measured.</summary>
    public static Energies Mean(IEnumerable<Energies?> strips, int cells)
    {
        Energies[] measured = [.. strips.OfType<Energies>()];
        double count = Math.Max(1, measured.Sum(strip => strip.Count));
        return new Energies((long)count, MeanOf(strip => strip.Own), MeanOf(strip => strip.Both), MeanOf(strip => strip.Neighbours));

        double[] MeanOf(Func<Energies, double[]> energies) => [.. Enumerable.Range(0, cells).Select(j => measured.Sum(strip => energies(strip)[j]) / count)];
    }

    /// <summary>The mean of two means, which count alike.</summary>
    public static Energies Mean(Energies one, Energies other)
    {
        return new Energies(one.Count + other.Count, MeanOf(one.Own, other.Own), MeanOf(one.Both, other.Both), MeanOf(one.Neighbours, other.Neighbours));

        static double[] MeanOf(double[] a, double[] b) => [.. a.Zip(b, (x, y) => (x + y) / 2)];
    }

    /// <summary>The mean energy of a cell of what is left when <paramref name="share"/> of the neighbours' is taken away.</summary>
    public double Without(int cell, double share) => Own[cell] - 2 * share * Both[cell] + share * share * Neighbours[cell];
}
