using BenchmarkDotNet.Attributes;
using EmTools.Engine;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;
using EmTools.Engine.Phantoms;

namespace EmTools.Benchmarks;

/// <summary>
/// The kernels behind the published pipeline, on a phantom section of 16 megapixels: one number a kernel, to be compared
/// between two builds.
/// </summary>
public class FilterBenchmarks
{
    private const int Scale = 2;

    private readonly DestripeOptions _options = new();
    private EvaluationContext _context = EvaluationContext.Default;
    private Plane<float> _image = null!;
    private Plane<float> _low = null!;
    private Plane<float> _band = null!;
    private double[] _energy = [];
    private float[] _thresholds = [];
    private float _level;

    /// <summary>Threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Makes the section and splits its first bands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _context = new EvaluationContext { Threads = Threads };
        var phantom = new Phantom(new PhantomOptions { Height = 4000, Width = 4096 });
        _image = PlaneConversion.ToSingle(phantom.Section(5600).Compute(_context), invert: false, _context);
        _low = Plane.Rent<float>(_image.Height, _image.Width);
        _band = Plane.Rent<float>(_image.Height, _image.Width);
        _energy = new double[_image.Height];
        _level = TissueMask.RoughMean(_image, null);
        for (int scale = 0; scale <= Scale; scale++)
            BandSplit.Run(scale == 0 ? _image : _low, _low, _band, _energy, scale, _level, null, _context);
        _thresholds = ThresholdProfile.Compute(_options, Scale, _energy, TissueMask.RowCounts(_image, null, _context), masked: false);
    }

    /// <summary>Frees the planes.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _image.Dispose();
        _low.Dispose();
        _band.Dispose();
    }

    /// <summary>One scale's split; the bands keep their numbers, so the same work is done every time.</summary>
    [Benchmark]
    public double SplitBand()
    {
        using Plane<float> low = Plane.Rent<float>(_image.Height, _image.Width);
        using Plane<float> band = Plane.Rent<float>(_image.Height, _image.Width);
        BandSplit.Run(_image, low, band, _energy, Scale, _level, null, _context);
        return _energy[0];
    }

    /// <summary>Labelling, moments and weights of a scale's components.</summary>
    [Benchmark]
    public int FindComponents()
    {
        using StripeModel model = StripeModel.Create(_options, Scale, _band, _thresholds, null, _context);
        return model.Window;
    }

    /// <summary>Weights averaged, the band averaged along the stripe, and subtracted; the labelling is part of it.</summary>
    [Benchmark]
    public float FindAndSubtractStripes()
    {
        using StripeModel model = StripeModel.Create(_options, Scale, _band, _thresholds, null, _context);
        StripeSubtraction.Run(_low, _band, model, DestripeOptions.At(_options.BandLength, Scale), true, null, _context);
        return _low.Row(0)[0];
    }

    /// <summary>The published denoising; a copy of the section is part of it.</summary>
    [Benchmark]
    public float DenoiseSection()
    {
        using Plane<float> result = Denoise.Compute(_image.Clone(), new DenoiseOptions(), _context);
        return result.Row(0)[0];
    }

    /// <summary>The published contrast; a copy of the section is part of it.</summary>
    [Benchmark]
    public int RaiseContrast()
    {
        using var result = (Plane<byte>)Contrast.Compute(_image.Clone(), new ContrastOptions { Mean = 50000 }, null, _context);
        return result.Row(0)[0];
    }
}
