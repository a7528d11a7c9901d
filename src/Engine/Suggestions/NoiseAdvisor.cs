using System.Globalization;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.TransformDenoising;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;
using EmTools.Engine.Metrics;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Suggestions;

/// <summary>
/// Chooses the noise weights of <c>Denoise</c>: for every band, the gain and the offset that leave least error, given the noise's
/// level and the distribution of the covariance. Coarser scales are taken in as long as noise has a part in them.
/// </summary>
internal sealed class NoiseAdvisor : ParameterAdvisor
{
    /// <summary>Scales looked at, at most: each one more costs memory and time as a whole denoising.</summary>
    private const int MostScales = 3;

    /// <summary>A scale is taken in where noise has at least this share of its band.</summary>
    private const double WorthShare = 0.1;

    /// <summary>Pixels that are looked at in all, about.</summary>
    private const long Samples = 2_000_000;

    public override string Filter => "Denoise";

    public override Advice Advise(FilterStep step, IReadOnlyList<SampledSection> sections, EvaluationContext context)
    {
        var options = (DenoiseOptions)step.Options;
        DenoiseOptions all = options with { ScaleCount = MostScales };
        Pixels pixels = Collect(sections, all, DenoiseBand.Norms(all).Length, context);
        double noise = NoiseMeter.Level(pixels.BlockVariances);
        if (!float.IsFinite((float)(noise * noise)) && !double.IsNaN(noise))
            throw new EmException(EmErrorKind.InvalidData, "GreyLevelsTooLarge", string.Create(CultureInfo.InvariantCulture, $"The grey levels of {string.Join(", ", sections.Select(s => s.Name))} are too large to compute with: their noise is {noise:G3}. Bring them to another range first, with Invoke-EmFilter Rescale."), sections[0].Name);
        if (!(noise >= NoiseWords.Visible * pixels.Spread))
            return new Advice(null, [new SuggestedParameter(Filter, "", "left out", "applied", WhyNot(noise, pixels.Spread))]);

        // Told from the finest band alone, noise that was smoothed passes for weaker than it is, but it is there.
        NoiseSpectrum? smoothed = Smoothed(pixels.Spectra);
        if (smoothed is { } spectrum)
            noise = spectrum.Deviation;
        NoiseWeightFit[] fits = [.. DenoiseBand.Deviations(all, smoothed ?? new NoiseSpectrum(noise * noise, 0, 0, 0)).Select((deviation, band) =>
        {
            context.Cancellation.ThrowIfCancellationRequested();
            return NoiseWeightFit.Of([.. pixels.Covariances[band]], [.. pixels.Values[band]], deviation * deviation);
        })];
        int finest = options.NoSplit ? 1 : 2;
        int scales = 1;
        while (scales < MostScales && fits[finest + scales - 1].NoiseShare > WorthShare)
            scales++;
        fits = fits[..(finest + scales - 1)];

        DenoiseOptions chosen = options with
        {
            Gain = [.. fits.Select(f => Rounded(f.Gain))],
            Offset = [.. fits.Select(f => Rounded(f.Offset))],
            ScaleCount = scales,
            NoNoisePropagation = options.NoNoisePropagation || scales > 1,
        };
        return new Advice(With(step, chosen), Parameters(options, chosen, fits, noise, smoothed, pixels.Spread));
    }

    /// <summary>The middle one of the sections' spectra where most of them are of noise that was smoothed; else null.</summary>
    private static NoiseSpectrum? Smoothed(List<NoiseSpectrum> spectra)
    {
        NoiseSpectrum[] smoothed = [.. spectra.Where(spectrum => !spectrum.IsWhite).OrderBy(spectrum => spectrum.Deviation)];
        return 2 * smoothed.Length > spectra.Count ? smoothed[smoothed.Length / 2] : null;
    }

    private static string WhyNot(double noise, double spread)
        => double.IsNaN(noise)
            ? "The noise cannot be measured: where the sections were looked at, no square of 32 x 32 pixels is tissue for the most part and varies throughout."
            : string.Create(CultureInfo.InvariantCulture, $"There is no noise to see: {noise:G3} grey levels, where the sections spread by {spread:G4}.");

    private List<SuggestedParameter> Parameters(DenoiseOptions before, DenoiseOptions chosen, NoiseWeightFit[] fits, double noise, NoiseSpectrum? smoothed, double spread)
    {
        string shares = string.Join(", ", fits.Select(f => string.Create(CultureInfo.InvariantCulture, $"{100 * f.NoiseShare:0}")));
        string middles = string.Join(", ", fits.Select(f => f.Middle.ToString("G3", CultureInfo.InvariantCulture)));
        List<SuggestedParameter> parameters =
        [
            new(Filter, nameof(chosen.Gain), chosen.Gain, before.Gain, string.Create(CultureInfo.InvariantCulture, $"Noise of {noise:G3} grey levels{NoiseWords.Of(smoothed)} (the sections spread by {spread:G4}) makes {shares} percent of the bands, finest first; these weights leave the least error for the covariances found.")),
            new(Filter, nameof(chosen.Offset), chosen.Offset, before.Offset, $"Half of a band counts as noise where its covariance is {middles}, finest first."),
        ];
        if (chosen.ScaleCount != before.ScaleCount)
            parameters.Add(new SuggestedParameter(Filter, nameof(chosen.ScaleCount), chosen.ScaleCount, before.ScaleCount, chosen.ScaleCount > 1 ? string.Create(CultureInfo.InvariantCulture, $"Noise makes more than {100 * WorthShare:0} percent of coarser bands too.") : string.Create(CultureInfo.InvariantCulture, $"In coarser bands, noise makes no more than {100 * WorthShare:0} percent.")));
        if (chosen.NoNoisePropagation != before.NoNoisePropagation)
            parameters.Add(new SuggestedParameter(Filter, nameof(chosen.NoNoisePropagation), true, false, "The weights of coarser bands are fitted to the image as it is, noise of finer bands included."));
        return parameters;
    }

    private static Pixels Collect(IReadOnlyList<SampledSection> sections, DenoiseOptions options, int bands, EvaluationContext context)
    {
        var pixels = new Pixels(bands);
        long total = sections.Sum(s => s.Tiles.Sum(t => (long)t.Height * t.Width));
        int stride = (int)Math.Max(1, total / Samples);
        foreach (SampledSection section in sections)
        {
            using Plane<float> image = section.Compute(context);
            Quantiles quantiles = Quantiles.Of(image, context);
            double median = quantiles.At(50);
            pixels.Spread += Spread(quantiles) / sections.Count;
            pixels.Spectra.Add(NoiseWords.Measure(image, context).Spectrum);
            foreach (Tile tile in section.Tiles)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                using Plane<float> square = tile.Of(image, (float)median);
                using Plane<byte>? tissue = MissingPixels.Fill(square, context);
                pixels.BlockVariances.AddRange(NoiseMeter.BlockVariances(square, tissue, context));
                DenoiseBand.ForEach(square, options, context, (index, band) => pixels.Add(index, band, tissue, stride));
            }
        }

        return pixels;
    }

    /// <summary>What was seen of the sample.</summary>
    private sealed class Pixels(int bands)
    {
        public List<double> BlockVariances { get; } = [];

        /// <summary>The spectrum of every section's noise.</summary>
        public List<NoiseSpectrum> Spectra { get; } = [];

        /// <summary>The sections' robust standard deviation, their mean.</summary>
        public double Spread { get; set; }

        /// <summary>Covariances of some pixels, for every band.</summary>
        public List<float>[] Covariances { get; } = [.. Enumerable.Range(0, bands).Select(_ => new List<float>())];

        /// <summary>The band's values of the same pixels.</summary>
        public List<float>[] Values { get; } = [.. Enumerable.Range(0, bands).Select(_ => new List<float>())];

        public void Add(int index, DenoiseBand band, Plane<byte>? tissue, int stride)
        {
            // Every row begins elsewhere, so that the pixels do not line up in columns.
            for (int y = 0; y < band.Values.Height; y++)
            {
                Span<float> values = band.Values.Row(y), covariances = band.Covariance.Row(y);
                for (int x = y * 7 % stride; x < values.Length; x += stride)
                {
                    if (tissue is not null && tissue.Row(y)[x] == 0)
                        continue;
                    Values[index].Add(values[x]);
                    Covariances[index].Add(covariances[x]);
                }
            }
        }
    }
}
