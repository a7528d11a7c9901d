using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>
/// The bands that denoising looks at, of one small image: the upper and the lower half of the finest band, what lies below
/// it, and how much white noise the upper half keeps.
/// </summary>
internal sealed class FinestBands : IDisposable
{
    /// <summary>Pixels beyond which a value of the bands does not look.</summary>
    public const int Reach = 3 * LowPassTaps.Radius;

    private static readonly Lazy<double> s_upperNorm = new(MeasureUpperNorm);

    private FinestBands(Plane<float> upper, Plane<float> lower, Plane<float> low) => (Upper, Lower, Low) = (upper, lower, low);

    /// <summary>Standard deviation of <see cref="Upper"/> for white noise of deviation 1.</summary>
    public static double UpperNorm => s_upperNorm.Value;

    /// <summary>D less <see cref="Lower"/>, D being the image less its low-pass.</summary>
    public Plane<float> Upper { get; }

    /// <summary>low_0(2 D - low_0(D)).</summary>
    public Plane<float> Lower { get; }

    /// <summary>low_0 of the image.</summary>
    public Plane<float> Low { get; }

    /// <summary>Splits an image without missing pixels, which stays as it is.</summary>
    public static FinestBands Of(Plane<float> image, EvaluationContext context)
    {
        using var volumes = new WorkingVolumes([image], context);
        Plane<float>[] low = volumes.Copy([image]), detail = volumes.Rent();
        PlaneFilters.LowPass(low, 0, context);
        PlaneFilters.Subtract([image], low, detail, context);
        Plane<float>[] lower = volumes.LowerHalf(detail);
        PlaneFilters.Subtract(detail, lower, detail, context);
        volumes.Keep(low, detail, lower);
        return new FinestBands(detail[0], lower[0], low[0]);
    }

    public void Dispose()
    {
        Upper.Dispose();
        Lower.Dispose();
        Low.Dispose();
    }

    /// <summary>White noise of variance 1 has, after a filter, the sum of the squares of the filter's answer to a single pixel.</summary>
    private static double MeasureUpperNorm()
    {
        const int Size = 4 * Reach + 1;
        using Plane<float> impulse = Plane.FromArray(new float[Size, Size]);
        impulse.Row(Size / 2)[Size / 2] = 1;
        using FinestBands bands = Of(impulse, new EvaluationContext { Threads = 1 });
        return Norm(bands.Upper);
    }

    /// <summary>Root of the sum of a plane's squares.</summary>
    public static double Norm(Plane<float> plane)
    {
        double squares = 0;
        for (int y = 0; y < plane.Height; y++)
            squares += LaneSums.SumOfSquares(plane.Row(y));
        return Math.Sqrt(squares);
    }
}
