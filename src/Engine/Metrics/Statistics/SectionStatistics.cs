using System.Collections.Immutable;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Metrics;

/// <summary>
/// What the pixels of a section are like: level, spread, noise, stripes, saturation. All figures are of the pixels that
/// count: those that hold a finite number and lie inside the mask. Grey levels where nothing else is said.
/// </summary>
public sealed record SectionStatistics
{
    /// <summary>The standard deviation of normally distributed values for a median absolute deviation of 1.</summary>
    public const double NormalDeviation = 1.4826;

    private SectionStatistics()
    {
    }

    /// <summary>Pixels that count.</summary>
    public long Count { get; private init; }

    /// <summary>Share, 0 to 1, of the pixels that do not count: missing (NaN or infinite), or outside of the mask.</summary>
    public double MaskedShare { get; private init; }

    /// <summary>Mean; NaN, like all that follows, where no pixel counts.</summary>
    public double Mean { get; private init; }

    /// <summary>Standard deviation.</summary>
    public double StandardDeviation { get; private init; }

    /// <summary>Median: exact for whole numbers, else to a 65535th of the range without outliers.</summary>
    public double Median { get; private init; }

    /// <summary>
    /// Median absolute deviation: half of the pixels lie no further from <see cref="Median"/>. For normally distributed values
    /// the standard deviation is <see cref="NormalDeviation"/>, 1.4826, times as large.
    /// </summary>
    public double MedianAbsoluteDeviation { get; private init; }

    /// <summary>The smallest value.</summary>
    public double Minimum { get; private init; }

    /// <summary>The largest value.</summary>
    public double Maximum { get; private init; }

    /// <summary>Share, 0 to 1, of the pixels that have the smallest value. Where a detector or a conversion clips, pixels pile up there.</summary>
    public double SaturatedDark { get; private init; }

    /// <summary>Share, 0 to 1, of the pixels that have the largest value.</summary>
    public double SaturatedBright { get; private init; }

    /// <summary>
    /// Standard deviation of the noise, taken as white, from the quietest tenth of the section's blocks in the upper half of
    /// the finest band. Shot noise counts as it is there; noise that an instrument has smoothed is underestimated.
    /// </summary>
    public double NoiseLevel { get; private init; }

    /// <summary>The stripes at every scale that fits into the section, finest first.</summary>
    public ImmutableArray<StripeEnergy> Stripes { get; init; } = [];

    /// <summary>Measures a section's pixels.</summary>
    /// <param name="plane">The pixels, 8-bit, 16-bit or float; stay the caller's and as they are.</param>
    /// <param name="mask">Not 0 for pixels that count; of the plane's size, or null for all. Pixels that are NaN or infinite never count.</param>
    /// <param name="direction">The way stripes run.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    /// <remarks>Takes up to three planes of floats of the section's size. The same figures for any number of threads.</remarks>
    public static SectionStatistics Of(Plane plane, Plane<byte>? mask = null, StripeDirection direction = StripeDirection.Vertical, EvaluationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(plane);
        context ??= EvaluationContext.Default;
        Plane<float> image = PlaneConversion.Floats(plane, mask is not null, context);
        try
        {
            if (mask is not null)
                MissingPixels.Replace(image, mask, float.NaN, context);
            return Of(image, direction, context);
        }
        finally
        {
            if (!ReferenceEquals(image, plane))
                image.Dispose();
        }
    }

    private static SectionStatistics Of(Plane<float> image, StripeDirection direction, EvaluationContext context)
    {
        PixelMoments moments = PixelMoments.Of(image, context);
        Quantiles quantiles = Quantiles.Of(image, context);
        using Plane<byte>? tissue = TissueMask.Combine(image, null, context);
        double median = quantiles.At(50);
        return new SectionStatistics
        {
            Count = moments.Count,
            MaskedShare = 1 - moments.Count / ((double)image.Height * image.Width),
            Mean = moments.Mean,
            StandardDeviation = moments.StandardDeviation,
            Median = median,
            MedianAbsoluteDeviation = quantiles.DistanceAt(median, 50),
            Minimum = moments.Minimum,
            Maximum = moments.Maximum,
            SaturatedDark = quantiles.AtMinimum / (double)moments.Count,
            SaturatedBright = quantiles.AtMaximum / (double)moments.Count,
            NoiseLevel = NoiseMeter.Measure(image, tissue, context),
            Stripes = StripeMeter.Measure(image, tissue, direction, context),
        };
    }
}
