using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Filters.NonLocal;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.NeighbourCorrelation;

/// <summary>The neighbourhood correlation of one tile of a section.</summary>
/// <remarks>
/// All patches count from the tile's own grey level; a place takes part only where its cube lies within the volume, so no
/// score depends on that level. In a cube, missing pixels (NaN) count as the level; a missing pixel itself is no place to
/// take a value from. Cost a pixel and place: block squared products.
/// </remarks>
internal sealed unsafe class CubeTile
{
    private readonly Plane<float>[] _sections;
    private readonly NeighborhoodCorrelationOptions _options;
    private readonly int _centre;
    private readonly int _top;
    private readonly int _left;
    private readonly int _height;
    private readonly int _width;
    private readonly int _half;
    private readonly int _reach;
    private readonly Patch[] _patches;
    private readonly Patch[] _values;
    private readonly nint _stride;
    private readonly float* _line;
    private readonly float* _sums;
    private readonly float*[] _means;
    private readonly float*[] _deviations;
    private readonly BestCandidates _best;
    private readonly float* _weighted;
    private readonly float* _weights;

    public CubeTile(Plane<float>[] sections, int centre, NeighborhoodCorrelationOptions options, int top, int left, int height, int width, Scratch scratch)
    {
        (_sections, _centre, _options) = (sections, centre, options);
        (_top, _left, _height, _width) = (top, left, height, width);
        (_half, _reach) = (options.Block / 2, options.Neighborhood / 2);
        int margin = _half + _reach;
        _stride = (width + 2 * margin + 64) / 16 * 16;
        int rows = height + 2 * _reach;
        long candidates = BestCandidates.ScratchBytes(options.WeightCount, height, (int)_stride);
        scratch.Reset(sections.Length * (2 * Patch.ScratchBytes(height + 2 * margin, width + 2 * margin) + 2 * Scratch.Padded<float>(rows * _stride)) + candidates + 4 * Scratch.Padded<float>((height + 2) * _stride));
        _best = new BestCandidates(options.WeightCount, height, (int)_stride, factors: false, scratch);
        _weighted = scratch.TakeCleared<float>(height * _stride);
        _weights = scratch.TakeCleared<float>(height * _stride);
        _line = scratch.TakeCleared<float>(_stride);
        _sums = scratch.TakeCleared<float>(_stride);
        float level = Level(sections[centre]);
        _patches = [.. sections.Select(section => Patch.Of(section, top - margin, left - margin, height + 2 * margin, width + 2 * margin, level, scratch))];
        _values = [.. sections.Select(section => Patch.Of(section, top - _reach, left - _reach, rows, width + 2 * _reach, centred: false, scratch))];
        _means = new float*[sections.Length];
        _deviations = new float*[sections.Length];
        for (int z = 0; z < sections.Length; z++)
        {
            _means[z] = scratch.TakeCleared<float>(rows * _stride);
            _deviations[z] = scratch.TakeCleared<float>(rows * _stride);
            if (z >= _half && z < sections.Length - _half)
                Statistics(z);
        }
    }

    /// <summary>Computes the tile into the result.</summary>
    public void Run(Plane<float> result)
    {
        for (int dz = -_reach; dz <= _reach; dz++)
        {
            for (int dy = -_reach; dy <= _reach; dy++)
            {
                for (int dx = -_reach; dx <= _reach; dx++)
                {
                    if ((dz, dy, dx) != (0, 0, 0))
                        Shift(dz, dy, dx);
                }
            }
        }

        float eps = MathF.ScaleB(1, -23);
        for (int y = 0; y < _height; y++)
        {
            ReadOnlySpan<float> own = _sections[_centre].Row(_top + y).Slice(_left, _width);
            Span<float> to = result.Row(_top + y).Slice(_left, _width);
            if (double.IsNaN(_options.MinimumScore))
            {
                _best.Average(y, 1, own, to);
                continue;
            }

            for (int x = 0; x < _width; x++)
            {
                float weight = _weights[y * _stride + x];
                to[x] = float.IsNaN(own[x]) || weight <= 0 ? own[x] : _weighted[y * _stride + x] / (weight + eps);
            }
        }
    }

    private void Shift(int dz, int dy, int dx)
    {
        // Pixels whose cube, and whose place's cube, lie within the volume.
        (int depth, int height, int width) = (_sections.Length, _sections[0].Height, _sections[0].Width);
        if (_centre - _half < Math.Max(0, dz) || _centre + _half >= depth + Math.Min(0, dz))
            return;
        int top = Math.Max(_top, Math.Max(0, dy) + _half);
        int bottom = Math.Min(_top + _height, height + Math.Min(0, dy) - _half);
        int left = Math.Max(_left, Math.Max(0, dx) + _half);
        int right = Math.Min(_left + _width, width + Math.Min(0, dx) - _half);
        for (int y = top; y < bottom && left < right; y++)
        {
            Products(_centre, dz, y, dy, left, right - left, dx, _sums);
            Offer(dz, y, dy, left, right - left, dx);
        }
    }

    /// <summary>to[x] = the sum over the cubes around (z, y, left + x) and the place shifted from there of the products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Products(int z, int dz, int y, int dy, int left, int width, int dx, float* to)
    {
        int wide = width + 2 * _half;
        new Span<float>(_line, wide + 16).Clear();
        for (int a = -_half; a <= _half; a++)
        {
            for (int b = -_half; b <= _half; b++)
            {
                float* here = _patches[z + a].At(y + b, left - _half);
                float* there = _patches[z + a - dz].At(y + b - dy, left - _half - dx);
                for (int x = 0; x < wide; x += Vector<float>.Count)
                    Vector.Store(Vector.FusedMultiplyAdd(Vector.Load(here + x), Vector.Load(there + x), Vector.Load(_line + x)), _line + x);
            }
        }

        ShortSums.Along(_line, _options.Block, to, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Offer(int dz, int y, int dy, int left, int width, int dx)
    {
        int place = _centre - dz;
        nint own = (y - _top + _reach) * _stride + (left - _left + _reach);
        nint other = own - dy * _stride - dx;
        float* values = _values[place].At(y - dy, left - dx);
        float volume = (float)_options.Block * _options.Block * _options.Block;
        var share = new Vector<float>(1 / volume);
        var eps = new Vector<float>(MathF.ScaleB(1, -23));
        bool all = !double.IsNaN(_options.MinimumScore);
        var least = new Vector<float>((float)_options.MinimumScore);
        for (int x = 0; x < width; x += Vector<float>.Count)
        {
            Vector<float> covariance = Vector.Load(_sums + x) * share - Vector.Load(_means[_centre] + own + x) * Vector.Load(_means[place] + other + x);
            Vector<float> score = covariance / (Vector.Load(_deviations[_centre] + own + x) * Vector.Load(_deviations[place] + other + x) + eps);
            Vector.Store(score, _sums + x);
        }

        new Span<float>(_sums + width, Vector<float>.Count).Clear(); // the last vector's surplus
        if (!all)
        {
            _best.Offer(y - _top, left - _left, width, _sums, values, factor: 1, times: 1);
            return;
        }

        for (int x = 0; x < width; x += Vector<float>.Count)
        {
            nint at = (y - _top) * _stride + (left - _left) + x;
            Vector<float> score = Vector.Load(_sums + x);
            Vector<float> value = Vector.Load(values + x);
            Vector<int> taken = Vector.GreaterThan(score, least) & Vector.Equals(value, value);
            Vector<float> weight = Vector.ConditionalSelect(taken, score, Vector<float>.Zero);
            value = Vector.ConditionalSelect(taken, value, Vector<float>.Zero);
            Vector.Store(Vector.Load(_weights + at) + weight, _weights + at);
            Vector.Store(Vector.FusedMultiplyAdd(weight, value, Vector.Load(_weighted + at)), _weighted + at);
        }
    }

    /// <summary>Averages and standard deviations, at least sqrt(eps), over the cubes around the pixels of a section.</summary>
    private void Statistics(int z)
    {
        float volume = (float)_options.Block * _options.Block * _options.Block;
        var eps = MathF.ScaleB(1, -23);
        int width = _width + 2 * _reach;
        for (int y = 0; y < _height + 2 * _reach; y++)
        {
            float* mean = _means[z] + y * _stride;
            float* deviation = _deviations[z] + y * _stride;
            Products(z, 0, _top - _reach + y, 0, _left - _reach, width, 0, deviation);
            new Span<float>(_line, width + 2 * _half + 16).Clear();
            for (int a = -_half; a <= _half; a++)
            {
                for (int b = -_half; b <= _half; b++)
                {
                    float* row = _patches[z + a].At(_top - _reach + y + b, _left - _reach - _half);
                    for (int x = 0; x < width + 2 * _half; x += Vector<float>.Count)
                        Vector.Store(Vector.Load(_line + x) + Vector.Load(row + x), _line + x);
                }
            }

            ShortSums.Along(_line, _options.Block, mean, width);
            for (int x = 0; x < width; x++)
            {
                mean[x] /= volume;
                deviation[x] = MathF.Sqrt(Math.Max(eps, deviation[x] / volume - mean[x] * mean[x]));
            }
        }
    }

    /// <summary>The mean of the tile's pixels.</summary>
    private float Level(Plane<float> section)
    {
        double sum = 0;
        int count = 0;
        for (int y = 0; y < _height; y++)
        {
            foreach (float value in section.Row(_top + y).Slice(_left, _width))
            {
                if (!float.IsNaN(value))
                {
                    sum += value;
                    count++;
                }
            }
        }

        return (float)(sum / Math.Max(1, count));
    }
}
