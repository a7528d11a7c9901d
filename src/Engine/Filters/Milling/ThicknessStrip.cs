using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Milling;

/// <summary>Thickness correction of a strip of columns, row by row.</summary>
/// <remarks>
/// Keeps the column sums of every average that is needed (means, products with the first and the last section, squares) in
/// double precision; a new row enters and an old one leaves, then running sums along the row give the averages.
/// Cost a pixel: two products and four additions an average, 3 K - 1 averages for K sections (4 K - 3 with squares).
/// </remarks>
internal sealed unsafe class ThicknessStrip
{
    private const int Slack = 32;
    private const int Ahead = 8; // zeros before the first row of column sums; before the others is the slack of the row above

    private readonly Plane<float>[] _sections;
    private readonly float[] _levels;
    private readonly MillingCorrectionOptions _options;
    private readonly int _left;
    private readonly int _width;
    private readonly int _radius;
    private readonly (int A, int B)[] _products;
    private readonly int[] _first;
    private readonly int[] _last;
    private readonly int[] _squares;
    private readonly int _padded;
    private readonly nint _stride;
    private readonly float* _entering;
    private readonly float* _leaving;
    private readonly int[] _mirrored; // the section's column for each of the strip's, margins included
    private readonly double* _columns;
    private readonly float* _averages;
    private readonly float* _differences;
    private readonly float* _spreads;

    public ThicknessStrip(Plane<float>[] sections, float[] levels, MillingCorrectionOptions options, int left, int width, Scratch scratch)
    {
        (_sections, _levels, _options, _left, _width, _radius) = (sections, levels, options, left, width, options.Neighborhood / 2);
        int count = sections.Length;
        bool squares = options.Method != MillingMethod.Covariance;
        var products = new List<(int, int)>();
        for (int k = 0; k < count; k++)
            products.Add((k, -1));
        _first = [.. Enumerable.Range(0, count).Select(k => Product(0, k))];
        _last = [.. Enumerable.Range(0, count).Select(k => Product(k, count - 1))];
        _squares = squares ? [.. Enumerable.Range(0, count).Select(k => Product(k, k))] : [];
        _products = [.. products];
        _padded = width + 2 * _radius;
        _stride = (_padded + Slack + 15) / 16 * 16;
        _mirrored = [.. Enumerable.Range(left - _radius, _padded).Select(x => Mirror.Index(x, sections[0].Width))];
        scratch.Reset(2 * Scratch.Padded<float>(count * _stride) + Scratch.Padded<double>(_products.Length * _stride + Ahead) + Scratch.Padded<float>((_products.Length + 2 * count) * _stride));
        _entering = scratch.TakeCleared<float>(count * _stride);
        _leaving = scratch.TakeCleared<float>(count * _stride);
        _columns = scratch.TakeCleared<double>(_products.Length * _stride + Ahead) + Ahead;
        _averages = scratch.TakeCleared<float>((_products.Length + 2 * count) * _stride);
        _differences = _averages + _products.Length * _stride;
        _spreads = _differences + count * _stride;

        int Product(int a, int b)
        {
            int at = products.IndexOf((a, b));
            if (at < 0)
            {
                at = products.Count;
                products.Add((a, b));
            }

            return at;
        }
    }

    /// <summary>Computes rows [top, bottom) of the strip.</summary>
    public void Run(int top, int bottom, int centre, Plane<float> result)
    {
        new Span<float>(_leaving, (int)(_sections.Length * _stride)).Clear();
        for (int y = top - _radius; y < top + _radius; y++)
        {
            Load(y, _entering);
            Move();
        }

        for (int y = top; y < bottom; y++)
        {
            Load(y + _radius, _entering);
            if (y > top)
                Load(y - _radius - 1, _leaving);
            Move();
            for (int q = 0; q < _products.Length; q += 2)
                Along(q);
            Interpolate(y, centre, result.Row(y).Slice(_left, _width));
        }
    }

    /// <summary>A row of every section less its level, mirrored beyond the edges; missing pixels count as the level.</summary>
    private void Load(int y, float* to)
    {
        for (int k = 0; k < _sections.Length; k++)
        {
            Plane<float> section = _sections[k];
            float* row = section.RowPointer(Mirror.Index(y, section.Height));
            float* line = to + k * _stride;
            float level = _levels[k];
            int first = _left - _radius;
            int inside = Math.Clamp(-first, 0, _padded);
            int end = Math.Clamp(section.Width - first, inside, _padded);
            Lower(row + first + inside, level, line + inside, end - inside);
            for (int x = 0; x < inside; x++)
                line[x] = Lowered(row[_mirrored[x]]);
            for (int x = end; x < _padded; x++)
                line[x] = Lowered(row[_mirrored[x]]);

            float Lowered(float value) => float.IsNaN(value) ? 0 : value - level;
        }
    }

    /// <summary>Copies a row's part less the level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lower(float* from, float level, float* to, int width)
    {
        var by = new Vector<float>(level);
        int x = 0;
        for (; x <= width - Vector<float>.Count; x += Vector<float>.Count)
        {
            Vector<float> value = Vector.Load(from + x);
            Vector.Store(Vector.ConditionalSelect(Vector.Equals(value, value), value - by, Vector<float>.Zero), to + x);
        }

        for (; x < width; x++)
            to[x] = float.IsNaN(from[x]) ? 0 : from[x] - level;
    }

    /// <summary>The entering row enters the column sums, the leaving one leaves them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Move()
    {
        for (int q = 0; q < _products.Length; q++)
        {
            (int a, int b) = _products[q];
            double* sums = _columns + q * _stride;
            float* inA = _entering + a * _stride;
            float* outA = _leaving + a * _stride;
            float* inB = b < 0 ? null : _entering + b * _stride;
            float* outB = b < 0 ? null : _leaving + b * _stride;
            for (int x = 0; x < _padded; x += Vector<float>.Count)
            {
                Vector<float> entering = Vector.Load(inA + x);
                Vector<float> leaving = Vector.Load(outA + x);
                if (inB != null)
                {
                    entering *= Vector.Load(inB + x);
                    leaving *= Vector.Load(outB + x);
                }

                // What leaves is the very value that entered, so that the sums do not drift.
                Vector.Widen(entering, out Vector<double> inLow, out Vector<double> inHigh);
                Vector.Widen(leaving, out Vector<double> outLow, out Vector<double> outHigh);
                double* upper = sums + x + Vector<double>.Count;
                Vector.Store(Vector.Load(sums + x) + (inLow - outLow), sums + x);
                Vector.Store(Vector.Load(upper) + (inHigh - outHigh), upper);
            }
        }
    }

    /// <summary>Running sums along two rows of column sums, from row <paramref name="q"/> on, so that one fills the other's waiting.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Along(int q)
    {
        int length = 2 * _radius + 1;
        double* one = _columns + q * _stride;
        double* two = _columns + Math.Min(q + 1, _products.Length - 1) * _stride; // where one is left, it is done twice
        float* to1 = _averages + (one - _columns);
        float* to2 = _averages + (two - _columns);
        double share = 1.0 / ((double)length * length);
        double start1 = LaneSums.Sum(new ReadOnlySpan<double>(one, length - 1)), start2 = LaneSums.Sum(new ReadOnlySpan<double>(two, length - 1));
        if (Avx512F.IsSupported)
        {
            (Vector512<double> wide1, Vector512<double> wide2) = (Vector512.Create(start1), Vector512.Create(start2));
            for (nint x = 0; x < _width; x += Vector512<double>.Count)
            {
                Vector256.Store(Avx512F.ConvertToVector256Single(Next(one + x, length, ref wide1) * share), to1 + x);
                Vector256.Store(Avx512F.ConvertToVector256Single(Next(two + x, length, ref wide2) * share), to2 + x);
            }

            return;
        }

        (Vector256<double> sum1, Vector256<double> sum2) = (Vector256.Create(start1), Vector256.Create(start2));
        for (nint x = 0; x < _width; x += Vector256<float>.Count)
        {
            (Vector256<double> low1, Vector256<double> high1) = Next(one + x, length, ref sum1);
            (Vector256<double> low2, Vector256<double> high2) = Next(two + x, length, ref sum2);
            Vector256.Store(Vector256.Narrow(low1 * share, high1 * share), to1 + x);
            Vector256.Store(Vector256.Narrow(low2 * share, high2 * share), to2 + x);
        }
    }

    /// <summary>The sums of the next eight windows, as <see cref="Next(double*, int, ref Vector256{double})"/>, to the last bit; zeros are shifted in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Next(double* columns, int length, ref Vector512<double> sum)
    {
        Vector512<long> zeros = Vector512<long>.Zero;
        Vector512<double> change = Vector512.Load(columns + length - 1) - Vector512.Load(columns - 1);
        change += Avx512F.AlignRight64(change.AsInt64(), zeros, 7).AsDouble();
        change += Avx512F.AlignRight64(change.AsInt64(), zeros, 6).AsDouble();
        change += Avx512F.AlignRight64(change.AsInt64(), zeros, 4).AsDouble();
        Vector512<double> result = sum + change;
        sum += Avx512F.PermuteVar8x64(change, Vector512.Create(7L));
        return result;
    }

    /// <summary>The sums of the next eight windows; before the first one there is a 0, which leaves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Low, Vector256<double> High) Next(double* columns, int length, ref Vector256<double> sum)
    {
        // A prefix sum, over both vectors, of what enters less what leaves; places before the first are 0.
        double* entering = columns + length - 1, leaving = columns - 1;
        Vector256<double> low = Vector256.Load(entering) - Vector256.Load(leaving);
        Vector256<double> high = Vector256.Load(entering + 4) - Vector256.Load(leaving + 4);
        high += Vector256.Load(entering + 3) - Vector256.Load(leaving + 3);
        low += Vector256.Shuffle(low, Vector256.Create(-1, 0, 1, 2));
        high += Vector256.Create(low.GetUpper(), high.GetLower());
        low += Vector256.Shuffle(low, Vector256.Create(-1, -1, 0, 1));
        high += low;
        low += Vector256<double>.Zero; // a 0 keeps the sign that the longer vector gives it
        Vector256<double> firstFour = sum + low, lastFour = sum + high;
        sum += Vector256.Shuffle(high, Vector256.Create(3L));
        return (firstFour, lastFour);
    }

    private void Interpolate(int y, int centre, Span<float> to)
    {
        int count = _sections.Length;
        for (int k = 0; k < _squares.Length; k++)
            Spreads(Average(_squares[k]), Average(k), _spreads + k * _stride);
        for (int k = 0; k < count; k++)
            Differences(k, _differences + k * _stride);
        float** rows = stackalloc float*[count];
        for (int k = 0; k < count; k++)
            rows[k] = _sections[k].RowPointer(y) + _left;
        fixed (float* result = to)
            Interpolate(rows, centre, result);
    }

    /// <summary>A row of results; not beyond the strip's end, where another thread may write.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Interpolate(float** rows, int centre, float* to)
    {
        int count = _sections.Length;
        int whole = _width / Vector<float>.Count * Vector<float>.Count;
        for (int x = 0; x < whole; x += Vector<float>.Count)
            Vector.Store(Weighted(rows, x, Place(_differences + x, count), centre), to + x);
        if (whole == _width)
            return;
        Vector<float> rest = Weighted(rows, whole, Place(_differences + whole, count), centre);
        for (int x = whole; x < _width; x++)
            to[x] = rest[x - whole];
    }

    /// <summary>A row's variances, or its standard deviations where these are compared with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Spreads(float* squares, float* mean, float* to)
    {
        bool roots = _options.Method == MillingMethod.Correlation;
        for (int x = 0; x < _width; x += Vector<float>.Count)
        {
            Vector<float> own = Vector.Load(mean + x);
            Vector<float> variance = Vector.Max(Vector.Load(squares + x) - own * own, Vector<float>.Zero);
            Vector.Store(roots ? Vector.SquareRoot(variance) : variance, to + x);
        }
    }

    /// <summary>d_k of a row: above 0 where section k is more like the first, below where it is more like the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Differences(int k, float* to)
    {
        var eps = new Vector<float>(MathF.ScaleB(1, -23));
        int last = _sections.Length - 1;
        MillingMethod method = _options.Method;
        float* withFirst = Average(_first[k]);
        float* withLast = Average(_last[k]);
        float* mean = Average(k);
        float* firstMean = Average(0);
        float* lastMean = Average(last);
        float* spread = _spreads + k * _stride;
        float* lastSpread = _spreads + last * _stride;
        for (int x = 0; x < _width; x += Vector<float>.Count)
        {
            Vector<float> level = Vector.Load(mean + x);
            Vector<float> before = Vector.Load(withFirst + x) - level * Vector.Load(firstMean + x);
            Vector<float> after = Vector.Load(withLast + x) - level * Vector.Load(lastMean + x);
            Vector<float> own = Vector.Load(spread + x), first = Vector.Load(_spreads + x), final = Vector.Load(lastSpread + x);
            Vector<float> difference;
            if (method == MillingMethod.Correlation)
            {
                // before/(s s_first + eps) - after/(s s_last + eps), with one division.
                Vector<float> toFirst = own * first + eps, toFinal = own * final + eps;
                difference = (before * toFinal - after * toFirst) / (toFirst * toFinal);
            }
            else
            {
                difference = method == MillingMethod.Covariance
                    ? before - after
                    : FastLog.Of(Vector.Max(own + final - 2 * after, Vector<float>.Zero) / Vector.Max(own + first - 2 * before, eps));
            }

            Vector.Store(difference, to + x);
        }
    }

    /// <summary>Where d changes its sign nearest to the middle, linearly interpolated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<float> Place(float* differences, int count)
    {
        float middle = (count - 1) / 2f;
        Vector<float> place = Vector<float>.Zero;
        Vector<float> at = Vector.Load(differences);
        Vector<float> here = Vector.Load(differences + _stride), next = here;
        var distance = new Vector<float>(middle);
        for (int k = 1; k < count - 1; k++)
        {
            var away = new Vector<float>(Math.Abs(k - middle));
            Vector<float> following = Vector.Load(differences + (k + 1) * _stride);
            Vector<int> nearer = Vector.GreaterThanOrEqual(here, Vector<float>.Zero) & Vector.LessThan(following, Vector<float>.Zero) & Vector.LessThan(away, distance);
            place = Vector.ConditionalSelect(nearer, new Vector<float>(k), place);
            at = Vector.ConditionalSelect(nearer, here, at);
            next = Vector.ConditionalSelect(nearer, following, next);
            distance = Vector.ConditionalSelect(nearer, away, distance);
            here = following;
        }

        return place + Vector<float>.One / (Vector<float>.One - next / (at + new Vector<float>(MathF.ScaleB(1, -23))));
    }

    /// <summary>
    /// The mean over the sections with weights exp(-(k - place)^2/(2 sigma^2 (1 + |place - middle|))), scaled so that the
    /// largest is 1: far outside the window all would else vanish. Where there is no place, the section's own pixel.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<float> Weighted(float** rows, int x, Vector<float> place, int centre)
    {
        int count = _sections.Length;
        var middle = new Vector<float>((count - 1) / 2f);
        Vector<float> rate = new Vector<float>((float)(-0.5 / (_options.Sigma * _options.Sigma))) / (Vector<float>.One + Vector.Abs(place - middle));
        var nearest = Vector.Min(Vector.Max(Vector.Floor(place + new Vector<float>(0.5f)), Vector<float>.Zero), new Vector<float>(count - 1)) - place;
        Vector<float> largest = nearest * nearest * rate;
        Vector<float> sum = Vector<float>.Zero;
        Vector<float> weights = Vector<float>.Zero;
        for (int k = 0; k < count; k++)
        {
            Vector<float> away = new Vector<float>(k) - place;
            Vector<float> weight = FastExp.OfNegative(away * away * rate - largest);
            Vector<float> value = Vector.Load(rows[k] + x);
            Vector<int> there = Vector.Equals(value, value);
            weights += Vector.ConditionalSelect(there, weight, Vector<float>.Zero);
            sum += Vector.ConditionalSelect(there, weight * value, Vector<float>.Zero);
        }

        Vector<float> result = sum / weights;
        Vector<float> mine = Vector.Load(rows[centre] + x);
        result = Vector.ConditionalSelect(Vector.Equals(result, result), result, mine);
        return Vector.ConditionalSelect(Vector.Equals(mine, mine), result, mine);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* Average(int product) => _averages + product * _stride;
}
