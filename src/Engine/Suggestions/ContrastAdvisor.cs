using System.Globalization;
using System.Numerics;
using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;
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
    private const long Samples = 2_000_000;

    /// <summary>Sections whose levels differ by more than this share of the equalisation's width need a table of offsets.</summary>
    private const double Uneven = 0.5;

    public override string Filter => "Contrast";

    public override Advice Advise(FilterRecipeStep step, IReadOnlyList<SampledSection> sections, EvaluationContext context)
    {
        var options = (ContrastOptions)step.Step.Options;
        double spread = Median(sections.Select(s => LocalSpread(s, options.Smoothing, context)));
        if (!(spread > 0))
            throw new EmException(EmErrorKind.InvalidData, "NoContrast", "The sections have no contrast: their pixels do not differ from the local mean. Choose parameters from other sections.", sections[0].Name);
        options = options with { Sigma = Rounded(spread), Offset = -Rounded(spread) };

        var values = new List<float>();
        var levels = new List<double>();
        foreach (SampledSection section in sections)
        {
            List<float> own = Enhanced(section, options, spread, Stride(sections), context);
            own.Sort();
            levels.Add(own[own.Count / 2]);
            values.AddRange(own);
        }

        values.Sort();
        double median = values[values.Count / 2];
        double low = values[(int)(aims.SaturatedShare * (values.Count - 1))] - median, high = values[(int)((1 - aims.SaturatedShare) * (values.Count - 1))] - median;
        (double lowest, double highest) = Ends(options);
        double width = Math.Max(low / lowest, high / highest);
        ContrastOptions chosen = options with { Mean = Rounded(median), HighPassSigma = Rounded(width) };
        return new Advice(With(step, chosen), Parameters((ContrastOptions)step.Step.Options, chosen, (low, high), levels), Warnings(levels, width));
    }

    private IReadOnlyList<SuggestedParameter> Parameters(ContrastOptions before, ContrastOptions chosen, (double Low, double High) ends, List<double> levels)
    {
        string between = levels.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" of {levels.Count} sections, whose own medians lie between {levels.Min():G5} and {levels.Max():G5}") : "";
        return
        [
            new(Filter, nameof(chosen.Sigma), chosen.Sigma, before.Sigma, "Half of the pixels lie within 0.67 of this around the local mean: their robust standard deviation, noise and stripes removed."),
            new(Filter, nameof(chosen.Offset), chosen.Offset, before.Offset, "Contrast is raised where it is darker than the local mean by one standard deviation: membranes and other stained structures."),
            new(Filter, nameof(chosen.HighPassSigma), chosen.HighPassSigma, before.HighPassSigma, string.Create(CultureInfo.InvariantCulture, $"All but {100 * aims.SaturatedShare:0.##} percent of the pixels at either end lie between {ends.Low:G4} and {ends.High:G4} from the median; this is the least width that keeps them from saturating.")),
            new(Filter, nameof(chosen.Mean), chosen.Mean, before.Mean, $"The median{between}."),
        ];
    }

    private static string[] Warnings(List<double> levels, double width)
        => levels.Max() - levels.Min() > Uneven * width
            ? [string.Create(CultureInfo.InvariantCulture, $"The sections' levels differ by up to {levels.Max() - levels.Min():G4} grey levels, much for an equalisation of width {width:G3}: bright and dark sections will come out uneven. Make tables of offsets with Measure-EmStack, and put them into the chain.")]
            : [];

    /// <summary>Robust standard deviation around the local mean.</summary>
    private static double LocalSpread(SampledSection section, int smoothing, EvaluationContext context)
    {
        using Plane<float> image = section.Compute(context);
        using Plane<byte>? tissue = TissueMask.Combine(image, null, context);
        using var mean = new LocalMean(image, tissue, smoothing, context);
        using var difference = Plane.Rent<float>(image.Height, image.Width);
        RowParallel.For(image.Height, RowParallel.Grain(image.Height, image.Width, context), context, (first, end, scratch) =>
        {
            scratch.Reset(mean.ScratchBytes + Scratch.Padded<float>(image.Width + 16));
            var rows = new LocalMean.Rows(mean, scratch);
            unsafe
            {
                float* line = scratch.Take<float>(image.Width + 16);
                for (int y = first; y < end; y++)
                {
                    rows.Read(y, line);
                    ReadOnlySpan<float> values = image.Row(y);
                    Span<float> to = difference.Row(y);
                    for (int x = 0; x < to.Length; x++)
                        to[x] = MathF.Abs(values[x] - line[x]);
                }
            }
        });
        return SectionStatistics.NormalDeviation * Quantiles.Of(difference, context).At(50);
    }

    /// <summary>Some pixels after local contrast enhancement and before equalisation.</summary>
    /// <remarks>The filter itself with an equalisation so wide that it is nearly linear and loses nothing, undone.</remarks>
    private static List<float> Enhanced(SampledSection section, ContrastOptions options, double spread, int stride, EvaluationContext context)
    {
        const double Scale = 1 << 20;
        Plane<float> image = section.Compute(context);
        double mean = Quantiles.Of(image, context).At(50), width = 20 * spread;
        using Plane<byte>? tissue = TissueMask.Combine(image, null, context);
        ContrastOptions wide = options with { Range = [0, Scale], PixelType = PixelType.Single, NoClip = true, Mean = mean, HighPassSigma = width };
        using var enhanced = (Plane<float>)new FilterStep(FilterCatalog.Get("Contrast"), wide).Apply(image, context);
        var values = new List<float>();
        for (int y = 0; y < enhanced.Height; y++)
        {
            Span<float> row = enhanced.Row(y);
            for (int x = (int)(y * 7L % stride); x < row.Length; x += stride)
            {
                if (tissue is null || tissue.Row(y)[x] != 0)
                    values.Add((float)(mean + width * MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, Math.Clamp(row[x] / (Scale + 1), 1e-9, 1 - 1e-9))));
            }
        }

        return values;
    }

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

    private static int Stride(IReadOnlyList<SampledSection> sections)
        => (int)Math.Max(1, sections.Sum(s => (long)s.Tiles.Sum(t => (long)t.Height * t.Width)) / Samples);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
