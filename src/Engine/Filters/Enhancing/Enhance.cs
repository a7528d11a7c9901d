using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Enhancing;

/// <summary>
/// Strengthens the detail of the finest bands, weighted by grey level and by the distance from edges (Kreinin et al. 2023,
/// package).
/// </summary>
/// <remarks>
/// Works in tiles, except where a pixel depends on others far away: a window of local means that is long, or the nearest
/// edge, which may be anywhere.
/// </remarks>
internal sealed class Enhance
{
    internal const string Name = "Enhance";

    /// <summary>Planes of the input's size that are held at most, the input among them.</summary>
    private const int Planes = 6;

    private readonly Plane<float>[] _image;
    private readonly EnhanceOptions _options;
    private readonly EvaluationContext _context;
    private readonly WorkingVolumes _volumes;

    private Enhance(Plane<float>[] image, EnhanceOptions options, EvaluationContext context, WorkingVolumes volumes)
        => (_image, _options, _context, _volumes) = (image, options, context, volumes);

    /// <summary>Enhances a section. Pixels that are NaN stay NaN; for their neighbours they count as the section's mean.</summary>
    public static Plane Compute(Plane<float> input, EnhanceOptions options, Plane<byte>? mask, EvaluationContext context)
        => VolumeTiles.RunSection(Name, input, Work(options), context);

    /// <summary>Enhancing a section, or a tile of one.</summary>
    internal static VolumeWork Work(EnhanceOptions options) => new(Reach(options), Planes, (image, _, context) =>
    {
        using var volumes = new WorkingVolumes(image, context);
        new Enhance(image, options, context, volumes).Run();
    });

    /// <summary>The memory that a section takes beside input and result, in bytes.</summary>
    internal static long WorkingBytes(int height, int width, int threads, EnhanceOptions options) => VolumeTiles.WorkingBytes(height, width, 1, Work(options), threads);

    /// <summary>Pixels in every direction that a result depends on; <see cref="int.MaxValue"/>, so that no tiles are cut, where there is no limit.</summary>
    private static int Reach(EnhanceOptions options)
    {
        if (EdgeWeights.Reach(options) is not { } edges)
            return int.MaxValue;
        int farthest = 0;
        for (int scale = 0; scale < options.ScaleCount; scale++)
        {
            int average = options.Method == EnhanceMethod.Simple ? 0 : BandReach.Compound(options.ExpandWindow ? scale + 1 : 1);
            int beyond = Math.Max(average, Math.Max(edges, ValueWeights.Reach(options, scale)));
            farthest = Math.Max(farthest, BandReach.Compound(scale + 1) + beyond);
        }

        return farthest;
    }

    private void Run()
    {
        float level = TissueMask.RoughMean(_image[0], null);
        _volumes.Shift(_image, -level);
        Plane<float>[] low = _volumes.Copy(_image);
        Plane<float>[] band = _volumes.Rent();
        Plane<float>[] details = _image;
        Plane<float>[] weight = _volumes.Rent();
        var rules = new ValueWeights(_options, level, _volumes, _context);
        for (int scale = 0; scale < _options.ScaleCount; scale++)
        {
            _volumes.CopyTo(low, band);
            PlaneFilters.LowPass(low, scale, _context);
            PlaneFilters.Subtract(band, low, band, _context);
            rules.Weigh(low, band, scale, weight);
            EdgeWeights.Apply(_options, band, scale, weight, _volumes, _context);
            Strengthen(band, weight, scale, details);
        }

        PlaneFilters.Add(details, low, _image, _context);
        _volumes.Shift(_image, level);
    }

    /// <summary>Adds a band to the details: kept by a factor, and its average added by the weights.</summary>
    private void Strengthen(Plane<float>[] band, Plane<float>[] weight, int scale, Plane<float>[] details)
    {
        var keep = (float)EnhanceRows.AtScale(_options.HighPass, scale);
        var amount = (float)EnhanceRows.AtScale(_options.Amount, scale);
        bool first = scale == 0; // the details take the image's own plane, which still holds the image
        if (_options.Method == EnhanceMethod.Simple)
        {
            PlaneFilters.ForRows(band, _context, (_, y) => EnhanceRows.Add(band[0], band[0], band[0], weight[0], keep, amount, first, details[0], y));
            return;
        }

        bool signs = _options.Method == EnhanceMethod.SameSign;
        Plane<float>[] above = _volumes.Copy(band);
        Plane<float>[] below = signs ? _volumes.Copy(band) : above;
        if (signs)
        {
            PlaneFilters.ForRows(band, _context, (_, y) =>
            {
                System.Numerics.Tensors.TensorPrimitives.Max(above[0].Row(y), 0f, above[0].Row(y));
                System.Numerics.Tensors.TensorPrimitives.Min(below[0].Row(y), 0f, below[0].Row(y));
            });
        }

        for (int window = 0; window <= (_options.ExpandWindow ? scale : 0); window++)
        {
            PlaneFilters.LowPass(above, window, _context);
            if (signs)
                PlaneFilters.LowPass(below, window, _context);
        }

        PlaneFilters.ForRows(band, _context, (_, y) => EnhanceRows.Add(band[0], above[0], below[0], weight[0], keep, amount, first, details[0], y));
        _volumes.Return(above);
        if (signs)
            _volumes.Return(below);
    }
}
