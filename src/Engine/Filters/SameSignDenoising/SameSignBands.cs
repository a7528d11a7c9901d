using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.SameSignDenoising;

/// <summary>Same-sign averages band by band, in two or three dimensions.</summary>
/// <remarks>
/// The pixels of a band form groups (sign, and where there is a structuring element, edge or not); every group is averaged
/// by a normalised convolution, one after the other, so that two volumes serve for all. Holds up to <see cref="Volumes"/>
/// volumes of the input's size. Cost: eight low-passes a band, four without an element.
/// </remarks>
internal sealed class SameSignBands
{
    /// <summary>Volumes of the input's size that are held at most, the input among them.</summary>
    public const int Volumes = 10;

    private readonly Plane<float>[] _image;
    private readonly DenoiseSameSignOptions _options;
    private readonly EvaluationContext _context;
    private readonly WorkingVolumes _volumes;
    private readonly Plane<float>[] _numerator;
    private readonly Plane<float>[] _denominator;
    private readonly Range _wanted;
    private int _window; // the kernel is h_0 * ... * h_window

    private SameSignBands(Plane<float>[] image, int? plane, DenoiseSameSignOptions options, EvaluationContext context, WorkingVolumes volumes)
    {
        (_image, _options, _context, _volumes) = (image, options, context, volumes);
        _wanted = plane is { } z ? z..(z + 1) : Range.All;
        _numerator = volumes.RentCleared();
        _denominator = volumes.RentCleared();
    }

    /// <summary>Pixels in every direction that a result depends on.</summary>
    public static int Reach(DenoiseSameSignOptions options)
    {
        int average = BandReach.Compound(options.ExpandWindow ? Math.Max(1, options.ScaleCount - 1) : 1);
        return Math.Max(options.NoSplit ? 0 : BandReach.Half, BandReach.Compound(options.ScaleCount)) + 1 + average;
    }

    /// <summary>Denoises a volume, z planes of equal size, in place.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="plane">The only plane whose result is needed, the others being left as they are; null for all.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static void Run(Plane<float>[] volume, int? plane, DenoiseSameSignOptions options, EvaluationContext context)
    {
        using var volumes = new WorkingVolumes(volume, context);
        new SameSignBands(volume, plane, options, context, volumes).Run();
    }

    private void Run()
    {
        // Averages keep four more bits when the numbers are centred.
        float level = TissueMask.RoughMean(_image[_image.Length / 2], null);
        _volumes.Shift(_image, -level);

        Plane<float>[] low = _volumes.Copy(_image);
        PlaneFilters.LowPass(low, 0, _context);
        Plane<float>[] band = _volumes.Copy(_image);
        PlaneFilters.Subtract(band, low, band, _context);
        if (_options.NoSplit)
            Add(band, low, _image, _options.Element, 1);
        else
            AddHalves(band, low);

        Plane<float>[] finer = _volumes.Rent();
        double weight = 1;
        for (int scale = 1; scale < _options.ScaleCount; scale++)
        {
            _volumes.CopyTo(low, finer);
            PlaneFilters.LowPass(low, scale, _context);
            PlaneFilters.Subtract(finer, low, band, _context);
            Add(band, low, _options.UseLowPass ? finer : _image, _options.Element, weight);
            weight *= _options.ScaleReduction;
            if (_options.ExpandWindow)
                _window = scale;
        }

        PlaneFilters.ForRows(_image, _wanted, _context, (z, y) => Divide(_numerator[z], _denominator[z], level, _image[z], y));
    }

    private void AddHalves(Plane<float>[] band, Plane<float>[] low)
    {
        Plane<float>[] lower = _volumes.LowerHalf(band);
        Plane<float>[] rest = _volumes.Rent();
        PlaneFilters.Subtract(band, lower, band, _context);
        PlaneFilters.Add(low, lower, rest, _context);
        Add(band, rest, _image, StructuringElement.None, 1);
        Add(lower, low, _options.UseLowPass ? rest : _image, _options.Element, 1);
        _volumes.Return(lower, rest);
    }

    /// <summary>Adds a band's averages to the sums.</summary>
    private void Add(Plane<float>[] band, Plane<float>[] low, Plane<float>[] values, StructuringElement element, double weight)
    {
        Plane<float>[] sum = _volumes.Rent();
        Plane<float>[] count = _volumes.Rent();
        Plane<float>[]? edges = element == StructuringElement.None ? null : _volumes.Rent();
        if (edges is not null)
            SignEdges.Mark(band, element == StructuringElement.Full, edges, _context);

        var mix = (float)_options.MixLowPass;
        foreach (Group group in Group.All)
        {
            if (edges is null && !group.OnEdges)
                continue; // without an element every pixel counts as one on an edge: its neighbours are all of its sign
            PlaneFilters.ForRows(sum, _context, (z, y) => Members(band[z], edges?[z], values[z], group, sum[z], count[z], y));
            for (int scale = 0; scale <= _window; scale++)
            {
                Range wanted = scale < _window ? Range.All : _wanted;
                PlaneFilters.LowPass(sum, scale, wanted, _context);
                PlaneFilters.LowPass(count, scale, wanted, _context);
            }

            PlaneFilters.ForRows(sum, _wanted, _context, (z, y) => Gather(band[z], edges?[z], group, sum[z], count[z], low[z], mix, (float)weight, _numerator[z], _denominator[z], y));
        }

        _volumes.Return(sum, count);
        if (edges is not null)
            _volumes.Return(edges);
    }

    /// <summary>sum = the values, and count = 1, of the pixels that a group's average is made of; 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Members(Plane<float> band, Plane<float>? edges, Plane<float> values, Group group, Plane<float> sum, Plane<float> count, int y)
    {
        float* signs = band.RowPointer(y);
        float* from = values.RowPointer(y);
        float* to = sum.RowPointer(y);
        float* one = count.RowPointer(y);
        float* edge = edges is null ? null : edges.RowPointer(y);
        for (int x = 0; x < band.Width; x += Vector<float>.Count)
        {
            Vector<int> inside = group.HasSign(Vector.Load(signs + x));
            if (!group.OnEdges)
                inside &= Vector.Equals(Vector.Load(edge + x), Vector<float>.Zero);
            Vector.Store(Vector.ConditionalSelect(inside, Vector.Load(from + x), Vector<float>.Zero), to + x);
            Vector.Store(Vector.ConditionalSelect(inside, Vector<float>.One, Vector<float>.Zero), one + x);
        }
    }

    /// <summary>Adds a group's averages to the totals of the group's own pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Gather(Plane<float> band, Plane<float>? edges, Group group, Plane<float> sum, Plane<float> count, Plane<float> low, float mix, float weight, Plane<float> numerator, Plane<float> denominator, int y)
    {
        float* signs = band.RowPointer(y);
        float* sums = sum.RowPointer(y);
        float* counts = count.RowPointer(y);
        float* lows = low.RowPointer(y);
        float* top = numerator.RowPointer(y);
        float* bottom = denominator.RowPointer(y);
        float* edge = edges is null ? null : edges.RowPointer(y);
        var own = new Vector<float>((1 - mix) * weight);
        var other = new Vector<float>(mix * weight);
        var marked = new Vector<float>(group.OnEdges ? 1 : 0);
        for (int x = 0; x < band.Width; x += Vector<float>.Count)
        {
            Vector<int> inside = group.HasSign(Vector.Load(signs + x));
            if (edge != null)
                inside &= Vector.Equals(Vector.Load(edge + x), marked);
            Vector<float> value = own * Vector.Load(sums + x) + other * Vector.Load(lows + x);
            Vector<float> share = own * Vector.Load(counts + x) + other;
            Vector.Store(Vector.Load(top + x) + Vector.ConditionalSelect(inside, value, Vector<float>.Zero), top + x);
            Vector.Store(Vector.Load(bottom + x) + Vector.ConditionalSelect(inside, share, Vector<float>.Zero), bottom + x);
        }
    }

    /// <summary>to = numerator/(denominator + eps), counted from 0 again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Divide(Plane<float> numerator, Plane<float> denominator, float level, Plane<float> to, int y)
    {
        float* top = numerator.RowPointer(y);
        float* bottom = denominator.RowPointer(y);
        float* result = to.RowPointer(y);
        var eps = new Vector<float>(MathF.ScaleB(1, -23));
        var origin = new Vector<float>(level);
        for (int x = 0; x < to.Width; x += Vector<float>.Count)
        {
            Vector<float> share = Vector.Load(bottom + x);
            Vector.Store(Vector.Load(top + x) / (share + eps) + origin * (share / (share + eps)), result + x);
        }
    }

    /// <summary>Pixels that are averaged together: of one sign, on edges or off them.</summary>
    private readonly record struct Group(bool Positive, bool OnEdges)
    {
        public static Group[] All { get; } = [new(true, true), new(false, true), new(true, false), new(false, false)];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<int> HasSign(Vector<float> band)
            => Positive ? Vector.GreaterThanOrEqual(band, Vector<float>.Zero) : Vector.LessThan(band, Vector<float>.Zero);
    }
}
