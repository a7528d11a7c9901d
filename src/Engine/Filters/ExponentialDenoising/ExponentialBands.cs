using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.ExponentialDenoising;

/// <summary>Denoising with exponential weights, band by band, in two or three dimensions.</summary>
/// <remarks>
/// The share of noise in a band is exp(-rho/sigma), with rho the correlation of the band with the coarser image beyond what
/// white noise alone would give: both are filtered from one image, so that its noise makes them vary together by the inner
/// product of their kernels. Holds up to <see cref="Volumes"/> volumes of the input's size. Cost: ten running averages a band.
/// </remarks>
internal sealed class ExponentialBands
{
    /// <summary>Volumes of the input's size that are held at most, the input among them.</summary>
    public const int Volumes = 11;

    private readonly Plane<float>[] _image;
    private readonly DenoiseExponentialOptions _options;
    private readonly EvaluationContext _context;
    private readonly WorkingVolumes _volumes;
    private readonly int _dimensions;
    private readonly int _localSize;
    private readonly Range _noisy; // the planes whose noise is needed
    private Plane<float>[] _original = [];
    private Plane<float>[] _deviation = [];
    private Plane<float>[] _variance = [];
    private int _varianceWindow;

    private ExponentialBands(Plane<float>[] image, int? plane, DenoiseExponentialOptions options, EvaluationContext context, WorkingVolumes volumes)
    {
        (_image, _options, _context, _volumes) = (image, options, context, volumes);
        _dimensions = image.Length > 1 ? 3 : 2;
        _localSize = LocalSize(options, image.Length, image[0].Height, image[0].Width);

        // Noise that goes to the next scale goes to other planes too.
        _noisy = plane is { } z && (options.ScaleCount <= 1 || options.NoNoisePropagation) ? z..(z + 1) : Range.All;
    }

    /// <summary>Side of the window in which standard deviations are taken: what is asked for, or a quarter of the volume's longest axis.</summary>
    public static int LocalSize(DenoiseExponentialOptions options, int depth, int height, int width)
        => options.LocalSize > 0 ? options.LocalSize : 2 * (Math.Max(depth, Math.Max(height, width)) / 8) + 1;

    /// <summary>Denoises a volume, z planes of equal size, in place.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="plane">The only plane whose result is needed, the others being left as they may be; null for all.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static void Run(Plane<float>[] volume, int? plane, DenoiseExponentialOptions options, EvaluationContext context)
    {
        using var volumes = new WorkingVolumes(volume, context);
        new ExponentialBands(volume, plane, options, context, volumes).Run();
    }

    private void Run()
    {
        // Covariances are small differences of large products: count from a level near the mean.
        float level = TissueMask.RoughMean(_image[_image.Length / 2], null);
        _volumes.Shift(_image, -level);
        _original = _volumes.Copy(_image);
        _variance = _volumes.Rent();
        _deviation = _volumes.Rent();
        Variance(_original, _localSize, _deviation);
        ForNoisyRows((z, y) => TensorPrimitives.Sqrt<float>(_deviation[z].Row(y), _deviation[z].Row(y)));

        Plane<float>[] low = _volumes.Copy(_image);
        PlaneFilters.LowPass(low, 0, _context);
        Plane<float>[] kept = _image;
        PlaneFilters.Subtract(kept, low, kept, _context);
        Plane<float>[] noise = Finest(kept, low);

        Plane<float>[] high = _volumes.Rent();
        double[] finer = OuterKernel.LowPass(1);
        for (int scale = 1; scale < _options.ScaleCount; scale++)
        {
            if (!_options.NoNoisePropagation)
            {
                PlaneFilters.LowPass(noise, scale - 1, _context);
                PlaneFilters.Add(low, noise, low, _context);
            }

            _volumes.CopyTo(low, high);
            PlaneFilters.LowPass(low, scale, _context);
            PlaneFilters.Subtract(high, low, high, _context);
            double[] coarser = OuterKernel.Convolve(finer, OuterKernel.LowPass(1 << scale));
            var lowKernel = new OuterKernel((1, coarser));
            Noise(low, high, lowKernel, new OuterKernel((1, finer)).Less(lowKernel), ((_options.Window - 1) << scale) + 1, noise);
            finer = coarser;
            PlaneFilters.Add(kept, high, kept, _context);
            PlaneFilters.Subtract(kept, noise, kept, _context);
        }

        PlaneFilters.Add(kept, low, _image, _context);
        _volumes.Shift(_image, level);
    }

    /// <summary>The noise of the finest band; leaves in <paramref name="detail"/> what is kept of it.</summary>
    private Plane<float>[] Finest(Plane<float>[] detail, Plane<float>[] low)
    {
        double[] once = OuterKernel.LowPass(1);
        double[] twice = OuterKernel.Convolve(once, once);
        var whole = new OuterKernel((1, OuterKernel.Identity));
        var lowKernel = new OuterKernel((1, once));
        var gain = (float)(1 + _options.Enhance);
        Plane<float>[] noise = _volumes.Rent();
        if (_options.NoSplit)
        {
            Noise(low, detail, lowKernel, whole.Less(lowKernel), _options.Window, noise);
            PlaneFilters.ForRows(detail, _context, (z, y) =>
            {
                TensorPrimitives.Subtract<float>(detail[z].Row(y), noise[z].Row(y), detail[z].Row(y));
                TensorPrimitives.Multiply(detail[z].Row(y), gain, detail[z].Row(y));
            });
            return noise;
        }

        // low + lower = G image, with the kernel G = 3 (h - h * h) + h * h * h in every dimension.
        var upTo = new OuterKernel((3, once), (-3, twice), (1, OuterKernel.Convolve(twice, once)));
        Plane<float>[] lower = _volumes.LowerHalf(detail);
        Plane<float>[] rest = _volumes.Rent();
        PlaneFilters.Add(low, lower, rest, _context);
        Plane<float>[] upper = detail;
        PlaneFilters.Subtract(detail, lower, upper, _context);
        Noise(rest, upper, upTo, whole.Less(upTo), _options.Window, noise);
        PlaneFilters.Subtract(upper, noise, upper, _context);
        Plane<float>[] lowerNoise = rest;
        Noise(low, lower, lowKernel, upTo.Less(lowKernel), _options.Window, lowerNoise);
        PlaneFilters.ForRows(detail, _context, (z, y) =>
        {
            TensorPrimitives.Add<float>(noise[z].Row(y), lowerNoise[z].Row(y), noise[z].Row(y));
            TensorPrimitives.Subtract<float>(lower[z].Row(y), lowerNoise[z].Row(y), lower[z].Row(y));
            TensorPrimitives.MultiplyAdd(lower[z].Row(y), gain, detail[z].Row(y), detail[z].Row(y));
        });
        _volumes.Return(lower, rest);
        return noise;
    }

    /// <summary>noise = band exp(-rho/sigma), with the correlation of the band and the coarser image.</summary>
    private void Noise(Plane<float>[] low, Plane<float>[] band, OuterKernel lowKernel, OuterKernel bandKernel, int window, Plane<float>[] noise)
    {
        if (_varianceWindow != window)
            Variance(_original, window, _variance);
        _varianceWindow = window;

        (Plane<float>[] bandMean, Plane<float>[] lowMean) = _volumes.Averages(band, low, window, noise, _noisy);
        var expected = (float)bandKernel.Inner(lowKernel, _dimensions);
        ForNoisyRows((z, y) => Excess(noise[z], lowMean[z], bandMean[z], _variance[z], y, expected));

        Plane<float>[] bandVariance = lowMean;
        Variance(band, _localSize, bandVariance, bandMean);
        var bandNorm = (float)Math.Sqrt(bandKernel.Inner(bandKernel, _dimensions));
        ForNoisyRows((z, y) => Weigh(noise[z], band[z], _deviation[z], bandVariance[z], y, bandNorm));
        _volumes.Return(lowMean, bandMean);
    }

    /// <summary>The variance in windows of <paramref name="length"/>, at least 0.</summary>
    private void Variance(Plane<float>[] of, int length, Plane<float>[] to, Plane<float>[]? working = null)
    {
        Plane<float>[] mean = working ?? _volumes.Rent();
        _volumes.CopyTo(of, mean);
        PlaneFilters.Multiply(of, of, to, _context);
        PlaneFilters.Average(mean, length, _noisy, _context);
        PlaneFilters.Average(to, length, _noisy, _context);
        bool negative = length != _localSize; // only standard deviations need to be held above 0
        ForNoisyRows((z, y) =>
        {
            TensorPrimitives.Multiply<float>(mean[z].Row(y), mean[z].Row(y), mean[z].Row(y));
            TensorPrimitives.Subtract<float>(to[z].Row(y), mean[z].Row(y), to[z].Row(y));
            if (!negative)
                TensorPrimitives.Max(to[z].Row(y), 0f, to[z].Row(y));
        });
        if (working is null)
            _volumes.Return(mean);
    }

    private void ForNoisyRows(Action<int, int> row) => PlaneFilters.ForRows(_image, _noisy, _context, row);

    /// <summary>product = covariance - expected * variance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Excess(Plane<float> product, Plane<float> lowMean, Plane<float> bandMean, Plane<float> variance, int y, float expected)
    {
        float* at = product.RowPointer(y);
        float* low = lowMean.RowPointer(y);
        float* band = bandMean.RowPointer(y);
        float* noise = variance.RowPointer(y);
        var share = new Vector<float>(expected);
        for (int x = 0; x < product.Width; x += Vector<float>.Count)
            Vector.Store(Vector.Load(at + x) - Vector.Load(low + x) * Vector.Load(band + x) - share * Vector.Load(noise + x), at + x);
    }

    /// <summary>excess = band exp(-rho/sigma), rho = excess/(norm deviation sqrt(variance) + eps), 0 where that is no number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Weigh(Plane<float> excess, Plane<float> band, Plane<float> deviation, Plane<float> variance, int y, float norm)
    {
        float* at = excess.RowPointer(y);
        float* value = band.RowPointer(y);
        float* all = deviation.RowPointer(y);
        float* own = variance.RowPointer(y);
        var eps = new Vector<float>(MathF.ScaleB(1, -23));
        var rate = new Vector<float>((float)(1 / _options.Sigma));
        var factor = new Vector<float>(norm);
        var longest = new Vector<float>(87); // exp(-87) is the smallest normal float
        for (int x = 0; x < excess.Width; x += Vector<float>.Count)
        {
            Vector<float> rho = Vector.Load(at + x) / (factor * Vector.Load(all + x) * Vector.SquareRoot(Vector.Load(own + x)) + eps);
            rho = Vector.ConditionalSelect(Vector.Equals(rho, rho), rho, Vector<float>.Zero);
            rho = _options.NoCrop ? Vector.Abs(rho) : Vector.Max(rho, Vector<float>.Zero);
            Vector.Store(Vector.Load(value + x) * Sigmoid.Exp(-Vector.Min(rho * rate, longest)), at + x);
        }
    }
}
