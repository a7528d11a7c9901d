using System.Collections.Immutable;
using System.Globalization;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;
using EmTools.Engine.Metrics;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Suggestions;

/// <summary>
/// Chooses how many scales <c>Destripe</c> works on: up to the last one whose band holds more of what runs straight along
/// the stripes than across them, so that the low-pass that is left holds no stripes.
/// </summary>
internal sealed class StripeAdvisor : ParameterAdvisor
{
    /// <summary>Standard errors by which stripes must stand out.</summary>
    private const double Significant = 3;

    /// <summary>Standard errors by which stripes must stand out in the direction that was not expected: tissue may be stretched a little.</summary>
    private const double Doubtless = 6;

    /// <summary>Stripes weaker than this share of the section's spread cannot be seen.</summary>
    private const double Visible = 0.01;

    public override string Filter => "Destripe";

    public override Advice Advise(FilterStep step, IReadOnlyList<SampledSection> sections, EvaluationContext context)
    {
        var options = (DestripeOptions)step.Options;
        (StripeEnergy[] energies, double spread) = Measure(sections, options.Direction, context);
        int count = Scales(energies, Significant, spread);
        StripeDirection direction = options.Direction;
        if (count == 0)
        {
            StripeEnergy[] turned = [.. energies.Select(e => e.Turned())];
            count = Scales(turned, Doubtless, spread);
            if (count == 0)
                return new Advice(null, [new SuggestedParameter(Filter, "", "left out", "applied", None(energies))]);
            direction = direction == StripeDirection.Vertical ? StripeDirection.Horizontal : StripeDirection.Vertical;
            energies = turned;
        }

        var chosen = new List<SuggestedParameter>();
        if (direction != options.Direction)
            chosen.Add(new SuggestedParameter(Filter, nameof(options.Direction), direction, options.Direction, $"Stripes run the other way. {Strongest(energies[..count])}."));
        chosen.Add(new SuggestedParameter(Filter, nameof(options.ScaleCount), count, options.ScaleCount, Reason(energies, count)));
        return new Advice(With(step, options with { Direction = direction, ScaleCount = count }), chosen);
    }

    /// <summary>The mean energies of the sections, and the sections' robust standard deviation.</summary>
    private static (StripeEnergy[] Energies, double Spread) Measure(IReadOnlyList<SampledSection> sections, StripeDirection direction, EvaluationContext context)
    {
        var all = new List<ImmutableArray<StripeEnergy>>();
        double spread = 0;
        foreach (SampledSection section in sections)
        {
            using Plane<float> image = section.Compute(context);
            all.Add(StripeMeter.Measure(image, section.Tissue, direction, context));
            spread += Spread(Quantiles.Of(image, context)) / sections.Count;
        }

        int scales = all.Min(s => s.Length);
        return ([.. Enumerable.Range(0, scales).Select(scale => StripeEnergy.Mean([.. all.Select(s => s[scale])]))], spread);
    }

    /// <summary>One more than the last scale with stripes; 0 where there are none.</summary>
    private static int Scales(StripeEnergy[] energies, double errors, double spread)
        => 1 + Array.FindLastIndex(energies, e => e.Significance > errors && e.Amplitude > Visible * spread);

    private static string Reason(StripeEnergy[] energies, int count)
    {
        string rest = count < energies.Length
            ? $"; scale {energies[count].Scale} ({Wide(energies[count])}) and wider hold none that do ({Figures(energies[count])})"
            : count < StripeMeter.MostScales ? "; no wider scale fits into the sections" : "; wider scales are not looked at";
        return $"Stripes stand out up to scale {count - 1} ({Wide(energies[count - 1])} wide: {Figures(energies[count - 1])}){rest}. {Strongest(energies[..count])}.";
    }

    private static string Strongest(StripeEnergy[] energies)
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
