using System.Globalization;
using EmTools.Engine.Filters.TransformDenoising;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Suggestions;

/// <summary>Leaves <c>DenoiseTransform</c> out where there is no noise to see; it measures what it needs in every section.</summary>
internal sealed class TransformNoiseAdvisor : ParameterAdvisor
{
    public override string Filter => DenoiseTransform.Name;

    public override Advice Advise(FilterStep step, IReadOnlyList<SampledSection> sections, EvaluationContext context)
    {
        var options = (DenoiseTransformOptions)step.Options;
        double spread = 0;
        var spectra = new List<NoiseSpectrum>();
        foreach (SampledSection section in sections)
        {
            using Plane<float> image = section.Compute(context);
            spread += Spread(Quantiles.Of(image, context)) / sections.Count;
            spectra.Add(NoiseWords.Measure(image, context).Spectrum);
        }

        NoiseSpectrum[] sorted = [.. spectra.OrderBy(spectrum => spectrum.Deviation)];
        NoiseSpectrum middle = sorted[sorted.Length / 2];
        string figures = string.Create(CultureInfo.InvariantCulture, $"{middle.Deviation:G3} grey levels{NoiseWords.Of(middle)}, where the sections spread by {spread:G4}");
        return middle.Deviation >= NoiseWords.Visible * spread
            ? new Advice(step, [new SuggestedParameter(Filter, nameof(options.Noise), options.Noise, options.Noise, $"Noise of {figures}; it is measured anew in every section.")])
            : new Advice(null, [new SuggestedParameter(Filter, "", "left out", "applied", $"There is no noise to see: {figures}.")]);
    }
}
