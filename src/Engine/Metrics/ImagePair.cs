using System.Numerics.Tensors;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Metrics;

/// <summary>Two images of equal size as floats, and the sums over both that the measures need.</summary>
internal sealed class ImagePair : IDisposable
{
    private readonly Plane _givenImage;
    private readonly Plane _givenReference;

    public ImagePair(Plane image, Plane reference, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(reference);
        if (image.Height != reference.Height || image.Width != reference.Width)
            throw new EmException(EmErrorKind.InvalidArgument, "CompareSize", $"The image is {image.Height} x {image.Width} pixels (y, x), but the reference is {reference.Height} x {reference.Width}; only images of equal size can be compared.");
        (_givenImage, _givenReference, Context) = (image, reference, context);
        Image = PlaneConversion.Floats(image, copy: false, context);
        Reference = PlaneConversion.Floats(reference, copy: false, context);
    }

    public Plane<float> Image { get; private set; }

    public Plane<float> Reference { get; }

    public EvaluationContext Context { get; }

    /// <summary>The reference's largest less its smallest value.</summary>
    public double ReferenceRange()
    {
        var lows = new float[Reference.Height];
        var highs = new float[Reference.Height];
        ForRows(y =>
        {
            ReadOnlySpan<float> row = Reference.Row(y);
            float low = TensorPrimitives.Min(row), high = TensorPrimitives.Max(row);
            if (float.IsNaN(low) || float.IsNaN(high))
            {
                (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
                foreach (float v in row)
                    (low, high) = float.IsNaN(v) ? (low, high) : (MathF.Min(low, v), MathF.Max(high, v));
            }

            (lows[y], highs[y]) = (low, high);
        });
        double range = (double)highs.Max() - lows.Min();
        if (double.IsNegativeInfinity(range))
            throw NothingCounts();
        return range;
    }

    /// <summary>Mean of the squared differences over the pixels that count.</summary>
    public double MeanSquareError()
    {
        (double sum, double count) = Sum((a, b) => (b - a) * (b - a));
        return sum / Required(count);
    }

    /// <summary>The linear change of the image's grey levels that brings it nearest to the reference.</summary>
    public IntensityMatch Match()
    {
        // Sums about the means: products of grey levels themselves would lose the small differences.
        (double sumA, double count) = Sum((a, b) => a);
        (double sumB, _) = Sum((a, b) => b);
        double meanA = sumA / Required(count), meanB = sumB / count;
        (double cross, _) = Sum((a, b) => (a - meanA) * (b - meanB));
        (double square, _) = Sum((a, b) => (a - meanA) * (a - meanA));
        double gain = square > 0 ? cross / square : 0;
        return new IntensityMatch(gain, meanB - gain * meanA);
    }

    /// <summary>Changes the image's grey levels (never those of the caller's plane).</summary>
    public void Apply(IntensityMatch match)
    {
        Plane<float> from = Image;
        Plane<float> to = ReferenceEquals(from, _givenImage) ? Plane.Rent<float>(from.Height, from.Width) : from;
        Image = to;
        ForRows(y =>
        {
            ReadOnlySpan<float> source = from.Row(y);
            Span<float> result = to.Row(y);
            for (int x = 0; x < source.Length; x++)
                result[x] = (float)(match.Gain * source[x] + match.Offset);
        });
    }

    /// <summary>Calls <paramref name="row"/> for every row, on several threads.</summary>
    public void ForRows(Action<int> row)
        => RowParallel.For(Reference.Height, RowParallel.Grain(Reference.Height, Reference.Width, Context), Context, (first, end) =>
        {
            for (int y = first; y < end; y++)
                row(y);
        });

    public static EmException NothingCounts() => new(EmErrorKind.InvalidArgument, "CompareNothing", "The two images have no pixel to compare: in every one of them one or the other is NaN.");

    public void Dispose()
    {
        if (!ReferenceEquals(Image, _givenImage))
            Image.Dispose();
        if (!ReferenceEquals(Reference, _givenReference))
            Reference.Dispose();
    }

    private (double Sum, double Count) Sum(Func<double, double, double> term)
    {
        var sums = new double[Reference.Height];
        var counts = new int[Reference.Height];
        ForRows(y =>
        {
            ReadOnlySpan<float> a = Image.Row(y), b = Reference.Row(y);
            double sum = 0;
            int count = 0;
            for (int x = 0; x < a.Length; x++)
            {
                if (float.IsNaN(a[x]) || float.IsNaN(b[x]))
                    continue;
                sum += term(a[x], b[x]);
                count++;
            }

            (sums[y], counts[y]) = (sum, count);
        });
        return (sums.Sum(), counts.Sum(c => (double)c));
    }

    private static double Required(double count) => count > 0 ? count : throw NothingCounts();
}
