using System.Numerics.Tensors;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Metrics;

/// <summary>Two images of equal size as floats, and the sums over both that the measures need.</summary>
internal sealed class ImagePair : IDisposable
{
    private readonly Plane _givenImage;
    private readonly Plane _givenReference;

    /// <summary>Takes two images, or a part of them.</summary>
    /// <param name="image">The image to judge.</param>
    /// <param name="reference">What it should be.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <param name="region">The part to compare, which must lie in both, or null for all of two images of one size.</param>
    /// <param name="mask">Pixels of the image that count, or null for all.</param>
    public ImagePair(Plane image, Plane reference, EvaluationContext context, Region? region = null, Plane<byte>? mask = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(reference);
        if (region is null && (image.Height != reference.Height || image.Width != reference.Width))
            throw new EmException(EmErrorKind.InvalidArgument, "CompareSize", $"The image is {image.Height} x {image.Width} pixels (y, x), but the reference is {reference.Height} x {reference.Width}. Compare images of one size, or a region that lies in both.", "Reference");
        if (region is { } part)
        {
            Plane plane = part.LiesIn(image.Height, image.Width) ? reference : image;
            if (!part.LiesIn(plane.Height, plane.Width))
                throw new EmException(EmErrorKind.InvalidArgument, "RegionOutside", $"The region {part} (y, x, height, width) does not lie in an image of {plane.Height} x {plane.Width} pixels; give one that lies in both.", "Region");
        }

        if (mask is not null && (mask.Height != image.Height || mask.Width != image.Width))
            throw new EmException(EmErrorKind.InvalidArgument, "MaskSize", $"The mask is {mask.Height} x {mask.Width} pixels (y, x), but the image is {image.Height} x {image.Width}; give a mask of the image's size.", "Mask");
        (_givenImage, _givenReference, Context) = (image, reference, context);
        Image = AsSingle(image, mask is null ? region : region ?? new Region(0, 0, image.Height, image.Width), context);
        try
        {
            Reference = AsSingle(reference, region, context);
            if (mask is not null)
                LeaveOut(mask, region?.Y ?? 0, region?.X ?? 0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Plane<float> Image { get; private set; }

    public Plane<float> Reference { get; }

    public EvaluationContext Context { get; }

    /// <summary>The reference's largest less its smallest value, over the pixels that count.</summary>
    public double ReferenceRange()
    {
        var lows = new float[Reference.Height];
        var highs = new float[Reference.Height];
        ForRows(y =>
        {
            ReadOnlySpan<float> other = Image.Row(y), row = Reference.Row(y);
            (float low, float high) = (float.PositiveInfinity, float.NegativeInfinity);
            if (RowMath.AllFinite(other) && RowMath.AllFinite(row))
            {
                (low, high) = (TensorPrimitives.Min(row), TensorPrimitives.Max(row));
            }
            else
            {
                for (int x = 0; x < row.Length; x++)
                {
                    if (float.IsFinite(row[x]) && float.IsFinite(other[x]))
                        (low, high) = (MathF.Min(low, row[x]), MathF.Max(high, row[x]));
                }
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

    public static EmException NothingCounts() => new(EmErrorKind.InvalidArgument, "CompareNothing", "There is no pixel to compare: everywhere the image or its reference is NaN or infinite, or the mask is 0. Give a region or a mask in which both have data.");

    public void Dispose()
    {
        if (!ReferenceEquals(Image, _givenImage))
            Image.Dispose();
        if (!ReferenceEquals(Reference, _givenReference))
            Reference?.Dispose(); // null where the constructor did not come to its end
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
                if (!float.IsFinite(a[x]) || !float.IsFinite(b[x]))
                    continue;
                sum += term(a[x], b[x]);
                count++;
            }

            (sums[y], counts[y]) = (sum, count);
        });
        return (sums.Sum(), counts.Sum(c => (double)c));
    }

    private static double Required(double count) => count > 0 ? count : throw NothingCounts();

    /// <summary>Makes the image's pixels where the mask is 0 NaN: they do not count. The image is this pair's own.</summary>
    private void LeaveOut(Plane<byte> mask, int top, int left)
        => ForRows(y =>
        {
            ReadOnlySpan<byte> inside = mask.Row(top + y)[left..];
            Span<float> row = Image.Row(y);
            for (int x = 0; x < row.Length; x++)
                row[x] = inside[x] == 0 ? float.NaN : row[x];
        });

    /// <summary>The pixels as floats: the caller's plane itself where it holds floats and no region is asked for, else a copy.</summary>
    private static Plane<float> AsSingle(Plane plane, Region? region, EvaluationContext context)
    {
        if (region is null && plane is Plane<float> floats)
            return floats;
        Region part = region ?? new Region(0, 0, plane.Height, plane.Width);
        int bytes = plane.RowBytes(0).Length / plane.Width;
        return Plane.Make<float>(part.Height, part.Width, copy => RowParallel.For(part.Height, RowParallel.Grain(part.Height, part.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
                PlaneConversion.ToSingle(plane.RowBytes(part.Y + y).Slice(part.X * bytes, part.Width * bytes), plane.PixelType, invert: false, copy.Row(y));
        }));
    }
}
