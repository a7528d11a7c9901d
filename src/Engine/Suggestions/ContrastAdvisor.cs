using System.Globalization;
using System.Numerics;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Imaging;
using EmTools.Engine.Metrics;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Suggestions;

/// <summary>
/// Chooses the grey levels of <c>Contrast</c>: what is dark against its surroundings from the spread around the local mean, and
/// the equalisation from the distribution of what local contrast enhancement gives, so that only a small share saturates.
/// </summary>
internal sealed class ContrastAdvisor(SuggestionOptions aims) : ParameterAdvisor
{
    /// <summary>Pixels that are looked at in all, about.</summary>
    private const long Samples = 500_000;

    /// <summary>Sections whose levels differ by more than this share of the equalisation's width need a table of offsets.</summary>
    private const double Uneven = 0.5;

    /// <summary>How much wider the dark half of the distribution may become by local contrast enhancement.</summary>
    private const double LargestStretch = 1.15;

    public override string Filter => "Contrast";

    public override Advice Advise(FilterStep step, IReadOnlyList<SampledSection> sections, EvaluationContext context)
    {
        var options = (ContrastOptions)step.Options;
        int stride = (int)Math.Max(1, Math.Sqrt(sections.Sum(s => s.Pixels) / (double)Samples));
        var samples = new List<ContrastSample>();
        foreach (SampledSection section in sections)
        {
            using Plane<float> image = section.Compute(context);
            samples.Add(new ContrastSample(image, options, stride, context));
        }

        double spread = samples.Any(s => s.Count > 0) ? SectionStatistics.NormalDeviation * Median(samples.SelectMany(s => s.Distances)) : 0;
        if (!(spread > 0))
            throw new EmException(EmErrorKind.InvalidData, "NoContrast", $"There is no contrast in {string.Join(", ", sections.Select(s => s.Name))}: pixels do not differ from the local mean. Choose parameters from other sections.", sections[0].Name);
        options = options with { Sigma = Rounded(spread), Offset = -Rounded(spread) };

        options = options with { Ratio = Ratio(samples, options, context.Cancellation) };
        Distribution distribution = Distribution.Of(samples, options, aims.SaturatedShare);
        (double lowest, double highest) = Ends(options);
        double saturating = Math.Max(distribution.Low / lowest, distribution.High / highest);
        if (!(saturating > 0))
            saturating = spread; // nearly all pixels have one value
        double width = Even(samples, options with { Mean = distribution.Median }, saturating, context.Cancellation);
        ContrastOptions chosen = options with { Mean = Rounded(distribution.Median), HighPassSigma = Rounded(width) };
        double[] levels = [.. samples.Where(s => s.Count > 0).Select(s => Median(s.Enhanced(options)))];
        string reason = string.Create(CultureInfo.InvariantCulture, $"All but {100 * aims.SaturatedShare:0.##} percent of the pixels at either end lie between {distribution.Low:G4} and {distribution.High:G4} from the median; ")
            + (width > saturating ? "a smaller one would crowd more pixels at both ends than there are where all grey levels are used alike." : "this is the least width that keeps them from saturating.");
        return new Advice(With(step, chosen), Parameters((ContrastOptions)step.Options, chosen, reason, levels), Warnings(levels, width));
    }

    /// <summary>
    /// The largest ratio, up to the chain's, that does not stretch the dark end of the distribution by more than a small part:
    /// what local contrast takes there of the output's range is lost to everything else, and noise is raised with it.
    /// </summary>
    private double Ratio(List<ContrastSample> samples, ContrastOptions options, CancellationToken cancellation)
    {
        double allowed = LargestStretch * Distribution.Of(samples, options with { Ratio = 0 }, aims.SaturatedShare).Low;
        if (Fits(options.Ratio))
            return options.Ratio;
        (double fits, double tooMuch) = (0, options.Ratio);
        while (tooMuch - fits > 0.05 * options.Ratio)
        {
            double middle = (fits + tooMuch) / 2;
            (fits, tooMuch) = Fits(middle) ? (middle, tooMuch) : (fits, middle);
        }

        return Rounded(fits);

        bool Fits(double ratio)
        {
            cancellation.ThrowIfCancellationRequested();
            return Distribution.Of(samples, options with { Ratio = ratio }, aims.SaturatedShare).Low >= allowed;
        }
    }

    /// <summary>
    /// The least width, from a given one on, with which the output spreads no more than a flat histogram: one that spreads more
    /// has its pixels at both ends, and little contrast left within membranes and within cytoplasm.
    /// </summary>
    private static double Even(List<ContrastSample> samples, ContrastOptions options, double least, CancellationToken cancellation)
    {
        (double low, double high) = options.OutputRange;
        double flat = (high - low) / Math.Sqrt(12);
        float[] values = [.. samples.SelectMany(s => s.Enhanced(options)).Select(value => (float)value)];
        if (!(least > 0) || Spread(least) <= flat)
            return least;
        (double narrow, double wide) = (least, 2 * least);
        while (Spread(wide) > flat)
            (narrow, wide) = (wide, 2 * wide);
        while (wide - narrow > 0.002 * wide)
        {
            double middle = (narrow + wide) / 2;
            (narrow, wide) = Spread(middle) > flat ? (middle, wide) : (narrow, middle);
        }

        return wide;

        double Spread(double width)
        {
            cancellation.ThrowIfCancellationRequested();
            var equaliser = new GaussianEqualiser(options with { HighPassSigma = width });
            double sum = 0, squares = 0;
            foreach (float value in values)
            {
                double output = equaliser.Apply(new Vector<float>(value))[0] - low;
                sum += output;
                squares += output * output;
            }

            return Math.Sqrt(Math.Max(0, squares / values.Length - sum / values.Length * (sum / values.Length)));
        }
    }

    private IReadOnlyList<SuggestedParameter> Parameters(ContrastOptions before, ContrastOptions chosen, string width, double[] levels)
    {
        string between = levels.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $" of {levels.Length} sections, whose own medians lie between {levels.Min():G5} and {levels.Max():G5}") : "";
        string ratio = chosen.Ratio < before.Ratio
            ? string.Create(CultureInfo.InvariantCulture, $"More would stretch the dark end of the distribution by over {100 * (LargestStretch - 1):0} percent, and take as much of the range from the rest.")
            : string.Create(CultureInfo.InvariantCulture, $"It stretches the dark end of the distribution by less than {100 * (LargestStretch - 1):0} percent.");
        return
        [
            new(Filter, nameof(chosen.Sigma), chosen.Sigma, before.Sigma, "Half of the pixels lie within 0.67 times this of the local mean: their robust standard deviation, as the filters before leave them."),
            new(Filter, nameof(chosen.Offset), chosen.Offset, before.Offset, "Contrast is raised where it is darker than the local mean by one standard deviation: membranes and other stained structures."),
            new(Filter, nameof(chosen.Ratio), chosen.Ratio, before.Ratio, ratio),
            new(Filter, nameof(chosen.HighPassSigma), chosen.HighPassSigma, before.HighPassSigma, width),
            new(Filter, nameof(chosen.Mean), chosen.Mean, before.Mean, $"The median{between}."),
        ];
    }

    private static string[] Warnings(double[] levels, double width)
        => levels.Max() - levels.Min() > Uneven * width
            ? [string.Create(CultureInfo.InvariantCulture, $"The sections' levels differ by up to {levels.Max() - levels.Min():G4} grey levels, much for an equalisation of width {width:G3}: bright and dark sections will come out uneven. Make tables of offsets with Measure-EmStack, and put them into the chain.")]
            : [];

    /// <summary>The values, in units of the equalisation's width, at which the output reaches the first and the last 256th of its range.</summary>
    private static (double Low, double High) Ends(ContrastOptions options)
    {
        var equaliser = new GaussianEqualiser(options with { Mean = 0, HighPassSigma = 1 });
        (double low, double high) = options.OutputRange;
        double step = (high - low + 1) / 256;
        return (Find(value => value >= low + step, -5, 0), Find(value => value >= high + 1 - step, 0, 5));

        double Find(Func<float, bool> reached, double from, double to)
        {
            for (int i = 0; i < 40; i++)
            {
                double middle = (from + to) / 2;
                (from, to) = reached(equaliser.Apply(new Vector<float>((float)middle))[0]) ? (from, middle) : (middle, to);
            }

            return (from + to) / 2;
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>Median of the enhanced pixels, and how far from it the darkest and the brightest share begin.</summary>
    private readonly record struct Distribution(double Low, double Median, double High)
    {
        public static Distribution Of(List<ContrastSample> samples, ContrastOptions options, double share)
        {
            double[] values = [.. samples.SelectMany(s => s.Enhanced(options))];
            Array.Sort(values);
            double median = values[values.Length / 2];
            return new Distribution(values[(int)(share * (values.Length - 1))] - median, median, values[(int)((1 - share) * (values.Length - 1))] - median);
        }
    }
}
