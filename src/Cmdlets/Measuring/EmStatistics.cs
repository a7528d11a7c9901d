using EmTools.Engine;
using EmTools.Engine.Metrics;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>What a section's pixels are like, as Measure-EmSection tells it. Pixels that are NaN or infinite, or outside of the mask, do not count.</summary>
public sealed class EmStatistics
{
    private readonly SectionStatistics _figures;

    internal EmStatistics(EmSection section, string step, SectionStatistics figures)
        => (Index, Section, Step, Stripes, _figures) = (section.Index, section.Name, step, [.. figures.Stripes], figures);

    /// <summary>The section's place in the stack.</summary>
    public int Index { get; }

    /// <summary>The section's name.</summary>
    public string Section { get; }

    /// <summary>The step after which it was measured: Read, or the name of a step.</summary>
    public string Step { get; }

    /// <inheritdoc cref="SectionStatistics.Count"/>
    public long Count => _figures.Count;

    /// <inheritdoc cref="SectionStatistics.MaskedShare"/>
    public double MaskedShare => _figures.MaskedShare;

    /// <inheritdoc cref="SectionStatistics.Mean"/>
    public double Mean => _figures.Mean;

    /// <inheritdoc cref="SectionStatistics.StandardDeviation"/>
    public double StandardDeviation => _figures.StandardDeviation;

    /// <inheritdoc cref="SectionStatistics.Median"/>
    public double Median => _figures.Median;

    /// <inheritdoc cref="SectionStatistics.MedianAbsoluteDeviation"/>
    public double MedianAbsoluteDeviation => _figures.MedianAbsoluteDeviation;

    /// <inheritdoc cref="SectionStatistics.Minimum"/>
    public double Minimum => _figures.Minimum;

    /// <inheritdoc cref="SectionStatistics.Maximum"/>
    public double Maximum => _figures.Maximum;

    /// <inheritdoc cref="SectionStatistics.SaturatedDark"/>
    public double SaturatedDark => _figures.SaturatedDark;

    /// <inheritdoc cref="SectionStatistics.SaturatedBright"/>
    public double SaturatedBright => _figures.SaturatedBright;

    /// <inheritdoc cref="SectionStatistics.NoiseLevel"/>
    public double NoiseLevel => _figures.NoiseLevel;

    /// <summary>The strongest stripes' standard deviation in grey levels, of all scales whose stripes stand out by three standard errors; 0 where none does.</summary>
    public double StripeAmplitude => Stripes.Where(s => s.Significance > 3).Select(s => s.Amplitude).DefaultIfEmpty().Max();

    /// <inheritdoc cref="SectionStatistics.Stripes"/>
    public ReadableList<StripeEnergy> Stripes { get; }
}
