using System.Collections;
using EmTools.Engine.Metrics;

namespace EmTools.Cmdlets;

/// <summary>Percentiles in the order in which they were asked for; as text, and so in tables of comma-separated values, 50: 1.2, 99: 7.</summary>
public sealed class EmPercentiles : IReadOnlyList<Percentile>
{
    private readonly IReadOnlyList<Percentile> _percentiles;

    internal EmPercentiles(IReadOnlyList<Percentile> percentiles) => _percentiles = percentiles;

    /// <inheritdoc/>
    public int Count => _percentiles.Count;

    /// <inheritdoc/>
    public Percentile this[int index] => _percentiles[index];

    /// <inheritdoc/>
    public IEnumerator<Percentile> GetEnumerator() => _percentiles.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _percentiles);
}
