using System.Collections.Immutable;
using System.Globalization;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;
using EmTools.Engine.Metrics;

namespace EmTools.Engine.Suggestions;

/// <summary>The stripes of a sample: whether they stand out, which way they run, and how wide they are.</summary>
/// <param name="Direction">The way they run.</param>
/// <param name="Count">One more than the widest scale with stripes; 0 where there are none.</param>
/// <param name="Energies">What was measured, a value a scale, in that direction.</param>
internal sealed record FoundStripes(StripeDirection Direction, int Count, StripeEnergy[] Energies)
{
    /// <summary>Standard errors by which stripes must stand out.</summary>
    private const double Significant = 3;

    /// <summary>Standard errors by which stripes must stand out in the direction that was not expected: tissue may be stretched a little.</summary>
    private const double Doubtless = 6;

    /// <summary>Stripes weaker than this share of the section's spread cannot be seen.</summary>
    private const double Visible = 0.01;

    /// <summary>Looks for them in the direction that is expected, and then in the other.</summary>
    public static FoundStripes In(IReadOnlyList<SampledSection> sections, StripeDirection expected, EvaluationContext context)
    {
        (StripeEnergy[] energies, double spread) = Measure(sections, expected, context);
        if (Scales(energies, Significant, spread) is > 0 and var count)
            return new FoundStripes(expected, count, energies);
        StripeEnergy[] turned = [.. energies.Select(e => e.Turned())];
        count = Scales(turned, Doubtless, spread);
        return count > 0
            ? new FoundStripes(expected == StripeDirection.Vertical ? StripeDirection.Horizontal : StripeDirection.Vertical, count, turned)
            : new FoundStripes(expected, 0, energies);
    }

    /// <summary>How strong the strongest are.</summary>
    public string Strongest() => StrongestOf(Energies[..Count]);

    /// <summary>How far they reach, and how strong they are.</summary>
    public string Reach()
    {
        string rest = Count < Energies.Length
            ? $"; scale {Energies[Count].Scale} ({Wide(Energies[Count])}) and wider hold none that do ({Figures(Energies[Count])})"
            : Count < StripeMeter.MostScales ? "; no wider scale fits into the sections" : "; wider scales are not looked at";
        return $"Stripes stand out up to scale {Count - 1} ({Wide(Energies[Count - 1])} wide: {Figures(Energies[Count - 1])}){rest}. {Strongest()}.";
    }

    /// <summary>Why there are none.</summary>
    public string WhyNone() => None(Energies);

    /// <summary>The mean energies of the sections, and the sections' robust standard deviation.</summary>
    private static (StripeEnergy[] Energies, double Spread) Measure(IReadOnlyList<SampledSection> sections, StripeDirection direction, EvaluationContext context)
    {
        var all = new List<ImmutableArray<StripeEnergy>>();
        double spread = 0;
        foreach (SampledSection section in sections)
        {
            using Plane<float> image = section.Compute(context);
            all.Add(StripeMeter.Measure(image, section.Tissue, direction, context));
            spread += ParameterAdvisor.Spread(Quantiles.Of(image, context)) / sections.Count;
        }

        int scales = all.Min(s => s.Length);
        return ([.. Enumerable.Range(0, scales).Select(scale => StripeEnergy.Mean([.. all.Select(s => s[scale])]))], spread);
    }

    /// <summary>One more than the last scale with stripes; 0 where there are none.</summary>
    private static int Scales(StripeEnergy[] energies, double errors, double spread)
        => 1 + Array.FindLastIndex(energies, e => e.Significance > errors && e.Amplitude > Visible * spread);

    private static string StrongestOf(StripeEnergy[] energies)
    {
        StripeEnergy most = energies.MaxBy(e => e.Amplitude)!;
        return $"The strongest are about {Wide(most)} wide: {Figures(most)}";
    }

    private static string Wide(StripeEnergy e) => e.Width == 1 ? "1 pixel" : string.Create(CultureInfo.InvariantCulture, $"{e.Width} pixels");

    private static string None(StripeEnergy[] energies)
        => energies.Length == 0
            ? "The sections are too small for stripes to be told from tissue."
            : string.Create(CultureInfo.InvariantCulture, $"No stripes stand out: none are stronger than {100 * Visible:0} percent of the sections' spread and than {Significant:0} standard errors ({Doubtless:0} in the other direction). What comes nearest is about {Wide(Nearest(energies))} wide: {Figures(Nearest(energies))}.");

    private static StripeEnergy Nearest(StripeEnergy[] energies) => energies.MaxBy(e => e.Significance)!;

    private static string Figures(StripeEnergy e)
        => string.Create(CultureInfo.InvariantCulture, $"{e.Amplitude:G3} grey levels, {e.Significance:0.0} standard errors");
}
