using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Denoising;

/// <summary>
/// Covariance-weighted denoising of any number of bands, in two or three dimensions, plane by plane.
/// </summary>
/// <remarks>
/// Holds up to <see cref="Volumes"/> volumes of the input's size. Two-dimensional sections with one scale and a short window, the common
/// case, are left to <see cref="FinestBand"/>.
/// </remarks>
internal sealed unsafe class AllBands
{
    /// <summary>Volumes of the input's size that are held at most, the input among them.</summary>
    public const int Volumes = 8;

    private readonly Plane<float>[] _image;
    private readonly DenoiseOptions _options;
    private readonly EvaluationContext _context;
    private readonly WorkingVolumes _volumes;
    private readonly Range _noisy; // the planes whose noise is needed

    private AllBands(Plane<float>[] image, int? plane, DenoiseOptions options, EvaluationContext context, WorkingVolumes volumes)
    {
        (_image, _options, _context, _volumes) = (image, options, context, volumes);

        // Noise that goes to the next scale goes to other planes too.
        _noisy = plane is { } z && (options.ScaleCount <= 1 || options.NoNoisePropagation) ? z..(z + 1) : Range.All;
    }

    /// <summary>Denoises a volume, z planes of equal size, in place.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="plane">The only plane whose result is needed, the others being left as they may be; null for all.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static void Run(Plane<float>[] volume, int? plane, DenoiseOptions options, EvaluationContext context)
    {
        using var volumes = new WorkingVolumes(volume, context);
        new AllBands(volume, plane, options, context, volumes).Run();
    }

    private void Run()
    {
        // Covariances are small differences of large products: count from a level near the mean.
        float level = TissueMask.RoughMean(_image[_image.Length / 2], null);
        _volumes.Shift(_image, -level);

        Plane<float>[] low = _volumes.Copy(_image);
        PlaneFilters.LowPass(low, 0, _context);
        Plane<float>[] detail = _image;
        PlaneFilters.Subtract(detail, low, detail, _context);
        Plane<float>[] noise = FinestNoise(detail, low);
        PlaneFilters.Subtract(detail, noise, detail, _context);

        Plane<float>[] high = _volumes.Rent();
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
            Noise(high, low, scale + (_options.NoSplit ? 0 : 1), ((_options.Window - 1) << scale) + 1, noise);
            PlaneFilters.Add(detail, high, detail, _context);
            PlaneFilters.Subtract(detail, noise, detail, _context);
        }

        PlaneFilters.Add(detail, low, _image, _context);
        _volumes.Shift(_image, level);
    }

    /// <summary>The noise of the finest band.</summary>
    private Plane<float>[] FinestNoise(Plane<float>[] detail, Plane<float>[] low)
    {
        Plane<float>[] noise = _volumes.Rent();
        if (_options.NoSplit)
        {
            Noise(detail, low, 0, _options.Window, noise);
            return noise;
        }

        Plane<float>[] lower = _volumes.LowerHalf(detail);
        Plane<float>[] upper = _volumes.Rent();
        Plane<float>[] rest = _volumes.Rent();
        PlaneFilters.Subtract(detail, lower, upper, _context);
        PlaneFilters.Add(low, lower, rest, _context);
        Noise(upper, rest, 0, _options.Window, noise);
        if (_options.ScaleCount > 0)
        {
            Noise(lower, low, 1, _options.Window, upper);
            PlaneFilters.Add(noise, upper, noise, _context);
        }

        _volumes.Return(lower, upper, rest);
        return noise;
    }

    /// <summary>noise = band r(cov(band, low)).</summary>
    private void Noise(Plane<float>[] band, Plane<float>[] low, int index, int window, Plane<float>[] noise)
    {
        (Plane<float>[] bandMean, Plane<float>[] lowMean) = _volumes.Averages(band, low, window, noise, _noisy);
        var gain = (float)_options.Gain[Math.Min(index, _options.Gain.Length - 1)];
        var offset = (float)_options.Offset[Math.Min(index, _options.Offset.Length - 1)];
        PlaneFilters.ForRows(noise, _noisy, _context, (z, y) => Weigh(band[z].RowPointer(y), bandMean[z].RowPointer(y), lowMean[z].RowPointer(y), noise[z].RowPointer(y), band[z].Width, gain, offset));
        _volumes.Return(bandMean, lowMean);
    }

    /// <summary>product = band r(product - bandMean lowMean).</summary>
    private static void Weigh(float* band, float* bandMean, float* lowMean, float* product, int width, float gain, float offset)
    {
        for (int x = 0; x < width; x += Vector<float>.Count) // rows have room for a whole last vector
        {
            Vector<float> covariance = Vector.Load(product + x) - Vector.Load(bandMean + x) * Vector.Load(lowMean + x);
            Vector<float> share = Sigmoid.Falling(covariance * gain + new Vector<float>(offset));
            Vector.Store(share * Vector.Load(band + x), product + x);
        }
    }
}
