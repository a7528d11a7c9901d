using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Denoising;

/// <summary>
/// Covariance-weighted denoising of the finest band, all stages in one pass over the section: low-pass, halves of the
/// band, local covariances, sigmoid weights, subtraction.
/// </summary>
/// <remarks>
/// A job walks down a tile of columns. Every stage runs a few rows behind the one it feeds on, and keeps only as many
/// rows as the next one's window needs, so the tile's rows (about 200 kB) stay in the second-level cache and the section
/// is read once and written once. Tiles overlap by the sum of all windows' radii; what the overlap's outer pixels hold
/// is wrong, and is not used. Because all windows are symmetric, mirroring the input mirrors every stage.
/// Cost: some 160 operations a pixel for n = 7.
/// </remarks>
internal sealed unsafe class FinestBand
{
    /// <summary>Windows up to this length are summed directly; longer ones are for running sums.</summary>
    public const int LongestWindow = 15;

    private const int TileWidth = 512;
    private const int TileRows = 512;
    private const int Guard = 16;

    /// <summary>Rows between asking for memory and using it.</summary>
    private const int Ahead = 4;

    private readonly Plane<float> _image;
    private readonly Plane<float> _result;
    private readonly DenoiseOptions _options;
    private readonly int _radius;
    private readonly int _reach;
    private readonly float _level;

    private FinestBand(Plane<float> image, Plane<float> result, DenoiseOptions options)
    {
        (_image, _result, _options) = (image, result, options);
        _radius = options.Window / 2;
        _reach = (options.NoSplit ? 1 : 3) * LowPassTaps.Radius + _radius;
        _level = TissueMask.RoughMean(image, null);
    }

    /// <summary>Denoises <paramref name="image"/> into <paramref name="result"/>, another plane of the same size.</summary>
    public static void Run(Plane<float> image, Plane<float> result, DenoiseOptions options, EvaluationContext context)
    {
        var band = new FinestBand(image, result, options);
        int across = (image.Width + TileWidth - 1) / TileWidth;
        int down = (image.Height + TileRows - 1) / TileRows;
        RowParallel.For(across * down, 1, context, (job, _, scratch) =>
        {
            int left = job % across * TileWidth;
            int top = job / across * TileRows;
            band.Tile(left, Math.Min(image.Width, left + TileWidth), top, Math.Min(image.Height, top + TileRows), scratch);
        });
    }

    private void Tile(int left, int right, int top, int bottom, Scratch scratch)
    {
        // Columns are counted from left - pad, so that the tile's first own column is aligned.
        int pad = (_reach + 15) / 16 * 16;
        int width = right - left + 2 * pad;
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * _radius + 3 * LowPassTaps.Count));
        scratch.Reset(6 * Rows.ScratchBytes(slots, width) + 6 * Rows.ScratchBytes(1, width));
        var input = new Rows(slots, width, scratch);
        var low = new Rows(slots, width, scratch);
        var detail = new Rows(slots, width, scratch);
        var edge = new Rows(slots, width, scratch);
        var lower = new Rows(slots, width, scratch);
        var upper = new Rows(slots, width, scratch);
        var line = new Rows(1, width, scratch);
        var sums = new Sums(width, scratch);

        float** taps = stackalloc float*[LowPassTaps.Count];
        for (int y = top - _reach; y < bottom + _reach; y++)
        {
            Prefetch.Row(_image.RowPointer(Mirror.Index(y + Ahead, _image.Height)) + left, right - left);
            Read(y, left - pad, width, input[y]);
            int current = y - LowPassTaps.Radius;
            if (current < top - _reach + LowPassTaps.Radius)
                continue;
            LowPass(input, current, line[0], low[current], width, taps);
            Subtract(input[current], low[current], detail[current], width);

            if (!_options.NoSplit)
            {
                current -= LowPassTaps.Radius;
                if (current < top - _reach + 2 * LowPassTaps.Radius)
                    continue;
                LowPass(detail, current, line[0], edge[current], width, taps);
                TwiceLess(detail[current], edge[current], width);

                current -= LowPassTaps.Radius;
                if (current < top - _reach + 3 * LowPassTaps.Radius)
                    continue;
                LowPass(edge, current, line[0], lower[current], width, taps);
                Subtract(detail[current], lower[current], upper[current], width);
            }

            current -= _radius;
            if (current < top)
                continue;
            float* to = _result.RowPointer(current) + left;
            Prefetch.Row(_result.RowPointer(Math.Min(current + Ahead, bottom - 1)) + left, right - left);
            if (_options.NoSplit)
            {
                sums.OfPair(detail, low, current, _radius, width);
                WholeBand(sums, low[current] + pad, detail[current] + pad, to, pad, right - left);
            }
            else
            {
                sums.OfTriple(upper, lower, low, current, _radius, width);
                Halves(sums, low[current] + pad, lower[current] + pad, upper[current] + pad, to, pad, right - left);
            }
        }
    }

    /// <summary>A row of the mirrored image, less the level.</summary>
    private void Read(int y, int first, int count, float* to)
    {
        float* row = _image.RowPointer(Mirror.Index(y, _image.Height));
        int inside = Math.Max(0, -first);
        int end = Math.Min(count, _image.Width - first);
        for (int x = 0; x < inside; x++)
            to[x] = row[Mirror.Index(first + x, _image.Width)] - _level;
        RowMath.Subtract(new ReadOnlySpan<float>(row + first + inside, end - inside), _level, new Span<float>(to + inside, end - inside));
        for (int x = end; x < count; x++)
            to[x] = row[Mirror.Index(first + x, _image.Width)] - _level;
    }

    private static void LowPass(Rows from, int y, float* line, float* to, int width, float** taps)
    {
        for (int k = 0; k < LowPassTaps.Count; k++)
            taps[k] = from[y + k - LowPassTaps.Radius];
        LowPassTaps.AcrossRows(taps, line, width);
        Along(line, to, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Along(float* line, float* to, int width)
    {
        for (int x = 0; x < width; x += Vector<float>.Count)
            Vector.Store(LowPassTaps.Along(line + x, 1), to + x);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Subtract(float* from, float* what, float* to, int width)
    {
        for (int x = 0; x < width; x += Vector<float>.Count)
            Vector.Store(Vector.Load(from + x) - Vector.Load(what + x), to + x);
    }

    /// <summary>to = 2 from - to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwiceLess(float* from, float* to, int width)
    {
        for (int x = 0; x < width; x += Vector<float>.Count)
            Vector.Store(Vector.Load(from + x) * 2 - Vector.Load(to + x), to + x);
    }

    /// <summary>result = level + low + lower (1 - r) + upper (1 - r').</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Halves(Sums sums, float* low, float* lower, float* upper, float* to, int pad, int count)
    {
        int window = _options.Window;
        var share = new Vector<float>(1f / (window * window));
        (Vector<float> upperGain, Vector<float> upperOffset) = Weights(0);
        (Vector<float> lowerGain, Vector<float> lowerOffset) = Weights(1);
        bool both = _options.ScaleCount > 0;
        var level = new Vector<float>(_level);
        float* first = sums.Origin + pad - _radius;
        nint stride = sums.Stride;
        for (int x = 0; x < count; x += Vector<float>.Count)
        {
            float* at = first + x;
            Vector<float> meanUpper = WindowSum(at, window) * share;
            Vector<float> meanLower = WindowSum(at + stride, window) * share;
            Vector<float> meanLow = WindowSum(at + 2 * stride, window) * share;
            Vector<float> upperCovariance = WindowSum(at + 3 * stride, window) * share - meanUpper * (meanLow + meanLower);
            Vector<float> u = Vector.Load(upper + x);
            Vector<float> m = Vector.Load(lower + x);
            Vector<float> noise = u * Sigmoid.Falling(Vector.FusedMultiplyAdd(upperCovariance, upperGain, upperOffset));
            if (both)
            {
                Vector<float> lowerCovariance = WindowSum(at + 4 * stride, window) * share - meanLower * meanLow;
                noise += m * Sigmoid.Falling(Vector.FusedMultiplyAdd(lowerCovariance, lowerGain, lowerOffset));
            }

            Store(Vector.Load(low + x) + (u + m - noise) + level, to + x, count - x);
        }
    }

    /// <summary>result = level + low + detail (1 - r).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WholeBand(Sums sums, float* low, float* detail, float* to, int pad, int count)
    {
        int window = _options.Window;
        var share = new Vector<float>(1f / (window * window));
        (Vector<float> gain, Vector<float> offset) = Weights(0);
        var level = new Vector<float>(_level);
        float* first = sums.Origin + pad - _radius;
        nint stride = sums.Stride;
        for (int x = 0; x < count; x += Vector<float>.Count)
        {
            float* at = first + x;
            Vector<float> covariance = WindowSum(at + 2 * stride, window) * share - WindowSum(at, window) * share * (WindowSum(at + stride, window) * share);
            Vector<float> d = Vector.Load(detail + x);
            Vector<float> noise = d * Sigmoid.Falling(Vector.FusedMultiplyAdd(covariance, gain, offset));
            Store(Vector.Load(low + x) + (d - noise) + level, to + x, count - x);
        }
    }

    private (Vector<float> Gain, Vector<float> Offset) Weights(int band)
        => (new Vector<float>((float)_options.Gain[Math.Min(band, _options.Gain.Length - 1)]), new Vector<float>((float)_options.Offset[Math.Min(band, _options.Offset.Length - 1)]));

    /// <summary>The sum of <paramref name="window"/> neighbours, the first of them at <paramref name="at"/>, for a vector of positions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> WindowSum(float* at, int window)
    {
        Vector<float> sum = Vector.Load(at);
        for (int k = 1; k < window; k++)
            sum += Vector.Load(at + k);
        return sum;
    }

    /// <summary>Stores a vector, or what of it lies inside the tile: the next tile's pixels are another thread's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<float> value, float* to, int room)
    {
        if (room >= Vector<float>.Count)
        {
            Vector.Store(value, to);
            return;
        }

        for (int i = 0; i < room; i++)
            to[i] = value[i];
    }

    /// <summary>A ring of a stage's rows, with room for windows to reach beyond the ends.</summary>
    private readonly struct Rows(int slots, int width, Scratch scratch)
    {
        private readonly float* _origin = scratch.TakeCleared<float>((long)slots * Length(width)) + Guard;
        private readonly int _stride = Length(width);
        private readonly int _mask = slots - 1;

        public float* this[int y] => _origin + (y & _mask) * (nint)_stride;

        public static long ScratchBytes(int slots, int width) => Scratch.Padded<float>((long)slots * Length(width));

        private static int Length(int width) => (width + 2 * Guard + 15) / 16 * 16;
    }

    /// <summary>Sums down the windows' columns around one row: of two or three bands and of their products.</summary>
    private readonly struct Sums(int width, Scratch scratch)
    {
        private const int Lines = 5;

        public nint Stride { get; } = (width + 2 * Guard + 15) / 16 * 16;

        public float* Origin { get; } = scratch.TakeCleared<float>(Lines * (nint)((width + 2 * Guard + 15) / 16 * 16)) + Guard;

        /// <summary>Sums of upper, lower, low, upper (low + lower), and lower low.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void OfTriple(Rows upper, Rows lower, Rows low, int y, int radius, int width)
        {
            float** rows = stackalloc float*[3 * LongestWindow];
            int count = 2 * radius + 1;
            for (int k = 0; k < count; k++)
            {
                rows[3 * k] = upper[y - radius + k];
                rows[3 * k + 1] = lower[y - radius + k];
                rows[3 * k + 2] = low[y - radius + k];
            }

            float* to = Origin;
            nint stride = Stride;
            for (int x = 0; x < width; x += Vector<float>.Count)
            {
                Vector<float> u = Vector.Load(rows[0] + x);
                Vector<float> m = Vector.Load(rows[1] + x);
                Vector<float> l = Vector.Load(rows[2] + x);
                Vector<float> sumU = u, sumM = m, sumL = l, sumUp = u * (l + m), sumMl = m * l;
                for (int k = 1; k < count; k++)
                {
                    u = Vector.Load(rows[3 * k] + x);
                    m = Vector.Load(rows[3 * k + 1] + x);
                    l = Vector.Load(rows[3 * k + 2] + x);
                    sumU += u;
                    sumM += m;
                    sumL += l;
                    sumUp = Vector.FusedMultiplyAdd(u, l + m, sumUp);
                    sumMl = Vector.FusedMultiplyAdd(m, l, sumMl);
                }

                Vector.Store(sumU, to + x);
                Vector.Store(sumM, to + stride + x);
                Vector.Store(sumL, to + 2 * stride + x);
                Vector.Store(sumUp, to + 3 * stride + x);
                Vector.Store(sumMl, to + 4 * stride + x);
            }
        }

        /// <summary>Sums of band, low, and their product.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void OfPair(Rows band, Rows low, int y, int radius, int width)
        {
            float* to = Origin;
            nint stride = Stride;
            for (int x = 0; x < width; x += Vector<float>.Count)
            {
                Vector<float> sumD = Vector<float>.Zero, sumL = Vector<float>.Zero, sumDl = Vector<float>.Zero;
                for (int k = -radius; k <= radius; k++)
                {
                    Vector<float> d = Vector.Load(band[y + k] + x);
                    Vector<float> l = Vector.Load(low[y + k] + x);
                    sumD += d;
                    sumL += l;
                    sumDl = Vector.FusedMultiplyAdd(d, l, sumDl);
                }

                Vector.Store(sumD, to + x);
                Vector.Store(sumL, to + stride + x);
                Vector.Store(sumDl, to + 2 * stride + x);
            }
        }
    }
}
