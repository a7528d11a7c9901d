namespace EmTools.Engine.Metrics;

/// <summary>
/// What a section holds at one scale of what runs straight for a long way: along the direction of stripes, and, to compare
/// with, across it. Tissue has no preferred direction, so what there is more along the direction is stripes.
/// </summary>
/// <param name="Scale">The scale, from 0: it holds stripes about 2^Scale pixels wide.</param>
/// <param name="Along">
/// Mean square, in squared grey levels, of the band that <c>Destripe</c> looks at in this scale (smooth along the stripes,
/// detail across them), averaged along the stripes as <c>Destripe</c> averages it.
/// </param>
/// <param name="Across">The same with the directions exchanged: what tissue and noise alone give.</param>
/// <param name="Samples">About how many independent values the mean square along the stripes is of.</param>
/// <param name="SamplesAcross">The same for the mean square across them.</param>
public sealed record StripeEnergy(int Scale, double Along, double Across, double Samples, double SamplesAcross)
{
    /// <summary>About how wide the stripes of this scale are, in pixels.</summary>
    public int Width => 1 << Scale;

    /// <summary>Standard deviation of the stripes in grey levels: the root of <c>Along - Across</c>, 0 where that is negative.</summary>
    public double Amplitude => Math.Sqrt(Math.Max(0, Along - Across));

    /// <summary>
    /// By how many of its standard errors <c>Along - Across</c> differs from 0; beyond 3, there are stripes, and below -3 there
    /// are stripes in the other direction. The variance of a mean square of n independent normal values is 2/n of its square.
    /// </summary>
    public double Significance
    {
        get
        {
            double error = Math.Sqrt(2 * Along * Along / Samples + 2 * Across * Across / SamplesAcross);
            return error > 0 ? (Along - Across) / error : 0;
        }
    }

    /// <summary>
    /// The mean energy of several sections. It counts as of no more values than one section has: neighbouring sections show the
    /// same tissue.
    /// </summary>
    /// <param name="sections">One entry a section, all of one scale.</param>
    public static StripeEnergy Mean(IReadOnlyList<StripeEnergy> sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        return new StripeEnergy(sections[0].Scale, sections.Average(s => s.Along), sections.Average(s => s.Across), sections.Average(s => s.Samples), sections.Average(s => s.SamplesAcross));
    }
}
