using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Suggestions;

/// <summary>
/// Some pixels of a section with what <c>Contrast</c> looks at around them: enough to try its parameters without computing the
/// section again.
/// </summary>
internal sealed class ContrastSample
{
    private readonly List<Pixel> _pixels = [];

    /// <summary>Takes every <paramref name="stride"/>th row and column of a section.</summary>
    /// <param name="image">The section as it comes into the filter; NaN where there is no tissue.</param>
    /// <param name="options">The filter's options: the sizes of its windows count.</param>
    /// <param name="stride">Pixels from one to the next.</param>
    /// <param name="context">Threads and cancellation.</param>
    public unsafe ContrastSample(Plane<float> image, ContrastOptions options, int stride, EvaluationContext context)
    {
        using Plane<byte>? tissue = TissueMask.Combine(image, null, context);
        using var means = new LocalMean(image, tissue, options.Smoothing, context);
        using var scratch = new Scratch();
        scratch.Reset(means.ScratchBytes + Scratch.Padded<float>(image.Width + 16));
        var rows = new LocalMean.Rows(means, scratch);
        float* mean = scratch.Take<float>(image.Width + 16);
        int radius = options.MinMaxSize / 2;
        for (int y = Math.Min(stride, image.Height) / 2; y < image.Height; y += stride)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            rows.Read(y, mean);
            for (int x = Math.Min(stride, image.Width) / 2; x < image.Width; x += stride)
            {
                if (tissue is not null && tissue.Row(y)[x] == 0)
                    continue;
                (float low, float high) = Extremes(image, y, x, radius);
                _pixels.Add(new Pixel(image.Row(y)[x], mean[x], low, high));
            }
        }
    }

    /// <summary>Pixels that were taken.</summary>
    public int Count => _pixels.Count;

    /// <summary>Distances from the local mean, in no order.</summary>
    public IEnumerable<double> Distances => _pixels.Select(p => (double)Math.Abs(p.Value - p.Mean));

    /// <summary>
    /// The pixels after local contrast enhancement and before equalisation: I + ratio (1 - Phi((v - (c + offset))/sigma)) (I - middle).
    /// <c>CompressRange</c> is not applied: it narrows the distribution.
    /// </summary>
    public IEnumerable<double> Enhanced(ContrastOptions options) => _pixels.Select(p =>
    {
        double middle = (p.Low + (double)p.High) / 2;
        double guide = options.Method switch
        {
            ContrastMethod.Middle => middle,
            ContrastMethod.Maximum => p.High,
            ContrastMethod.Minimum => p.Low,
            _ => p.Value,
        };
        double multiplier = options.Ratio * NormalCdf.Phi((p.Mean + options.Offset - guide) / options.Sigma);
        return p.Value + multiplier * (p.Value - middle);
    });

    private static (float Low, float High) Extremes(Plane<float> image, int y, int x, int radius)
    {
        (float low, float high) = (float.PositiveInfinity, float.NegativeInfinity);
        for (int row = y - radius; row <= y + radius; row++)
        {
            ReadOnlySpan<float> values = image.Row(Mirror.Index(row, image.Height));
            for (int column = x - radius; column <= x + radius; column++)
            {
                float value = values[Mirror.Index(column, image.Width)];
                if (!float.IsFinite(value))
                    continue;
                low = Math.Min(low, value);
                high = Math.Max(high, value);
            }
        }

        return (low, high);
    }

    private readonly record struct Pixel(float Value, float Mean, float Low, float High);
}
