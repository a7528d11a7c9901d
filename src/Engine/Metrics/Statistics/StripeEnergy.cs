using System.Globalization;

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
/// <param name="Error">Standard error of the difference between the two, were the tissue without stripes.</param>
public sealed record StripeEnergy(int Scale, double Along, double Across, double Error)
{
    /// <summary>About how wide the stripes of this scale are, in pixels.</summary>
    public int Width => 1 << Scale;

    /// <summary>Standard deviation of the stripes in grey levels: the root of <c>Along - Across</c>, 0 where that is negative.</summary>
    public double Amplitude => Math.Sqrt(Math.Max(0, Along - Across));

    /// <summary>
    /// By how many of its standard errors <c>Along - Across</c> differs from 0; beyond 3, there are stripes, and below -3 there
    /// are stripes in the other direction.
    /// </summary>
    public double Significance => Error > 0 ? (Along - Across) / Error : 0;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width} px: {Amplitude:G3} ({Significance:0.0} errors)");

    /// <summary>The same section with the other direction taken for the stripes'.</summary>
    public StripeEnergy Turned() => this with { Along = Across, Across = Along };

    /// <summary>The mean energy of several sections. It is taken to be no more certain than one section's: neighbouring sections show the same tissue.</summary>
    /// <param name="sections">One entry a section, all of one scale.</param>
    public static StripeEnergy Mean(IReadOnlyList<StripeEnergy> sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        return new StripeEnergy(sections[0].Scale, sections.Average(s => s.Along), sections.Average(s => s.Across), Math.Sqrt(sections.Average(s => s.Error * s.Error)));
    }
}
