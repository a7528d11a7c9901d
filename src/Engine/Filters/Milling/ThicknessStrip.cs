using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

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
    private readonly double* _columns;
    private readonly float* _averages;

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
        scratch.Reset(2 * Scratch.Padded<float>(count * _stride) + Scratch.Padded<double>(_products.Length * _stride) + Scratch.Padded<float>(_products.Length * _stride));
        _entering = scratch.TakeCleared<float>(count * _stride);
        _leaving = scratch.TakeCleared<float>(count * _stride);
        _columns = scratch.TakeCleared<double>(_products.Length * _stride);
        _averages = scratch.TakeCleared<float>(_products.Length * _stride);

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
                Along(_columns + q * _stride, q + 1 < _products.Length ? _columns + (q + 1) * _stride : null, _averages + q * _stride, _averages + (q + 1) * _stride);
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
            for (int x = 0; x < inside; x++)
                line[x] = row[Mirror.Index(first + x, section.Width)];
            new ReadOnlySpan<float>(row + first + inside, end - inside).CopyTo(new Span<float>(line + inside, end - inside));
            for (int x = end; x < _padded; x++)
                line[x] = row[Mirror.Index(first + x, section.Width)];
            Lower(line, level, _padded);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lower(float* line, float level, int width)
    {
        var by = new Vector<float>(level);
        for (int x = 0; x < width; x += Vector<float>.Count)
        {
            Vector<float> value = Vector.Load(line + x);
            Vector.Store(Vector.ConditionalSelect(Vector.Equals(value, value), value - by, Vector<float>.Zero), line + x);
        }
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

    /// <summary>Running sums along two rows of column sums at once: each waits for itself only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Along(double* one, double* other, float* toOne, float* toOther)
    {
        if (other == null)
        {
            other = one;
            toOther = toOne;
        }

        int length = 2 * _radius + 1;
        double share = 1.0 / ((double)length * length);
        double sum = 0;
        double otherSum = 0;
        for (int x = 0; x < length - 1; x++)
        {
            sum += one[x];
            otherSum += other[x];
        }

        for (int x = 0; x < _width; x++)
        {
            sum += one[x + length - 1];
            otherSum += other[x + length - 1];
            toOne[x] = (float)(sum * share);
            toOther[x] = (float)(otherSum * share);
            sum -= one[x];
            otherSum -= other[x];
        }
    }

    private void Interpolate(int y, int centre, Span<float> to)
    {
        int count = _sections.Length;
        Vector<float>* d = stackalloc Vector<float>[count];
        Span<float> value = stackalloc float[Vector<float>.Count];
        for (int x = 0; x < _width; x += Vector<float>.Count)
        {
            Differences(x, d);
            Vector<float> place = Place(d, count);
            Vector<float> result = Weighted(y, x, place, centre);
            if (_width - x >= Vector<float>.Count)
            {
                result.CopyTo(to[x..]);
                continue;
            }

            result.CopyTo(value);
            value[..(_width - x)].CopyTo(to[x..]);
        }
    }

    /// <summary>d_k: above 0 where section k is more like the first, below where it is more like the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Differences(int x, Vector<float>* d)
    {
        var eps = new Vector<float>(MathF.ScaleB(1, -23));
        int last = _sections.Length - 1;
        for (int k = 0; k <= last; k++)
        {
            Vector<float> before = Average(_first[k], x) - Average(k, x) * Average(0, x);
            Vector<float> after = Average(_last[k], x) - Average(k, x) * Average(last, x);
            if (_options.Method == MillingMethod.Covariance)
            {
                d[k] = before - after;
                continue;
            }

            (Vector<float> own, Vector<float> first, Vector<float> final) = (Variance(k, x), Variance(0, x), Variance(last, x));
            d[k] = _options.Method == MillingMethod.Correlation
                ? before / (Vector.SquareRoot(own * first) + eps) - after / (Vector.SquareRoot(own * final) + eps)
                : Vector.Log(Vector.Max(own + final - 2 * after, Vector<float>.Zero) / Vector.Max(own + first - 2 * before, eps));
        }
    }

    /// <summary>Where d changes its sign nearest to the middle, linearly interpolated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector<float> Place(Vector<float>* d, int count)
    {
        float middle = (count - 1) / 2f;
        Vector<float> place = Vector<float>.Zero;
        Vector<float> at = d[0];
        Vector<float> next = d[1];
        var distance = new Vector<float>(middle);
        for (int k = 1; k < count - 1; k++)
        {
            var away = new Vector<float>(Math.Abs(k - middle));
            Vector<int> nearer = Vector.GreaterThanOrEqual(d[k], Vector<float>.Zero) & Vector.LessThan(d[k + 1], Vector<float>.Zero) & Vector.LessThan(away, distance);
            place = Vector.ConditionalSelect(nearer, new Vector<float>(k), place);
            at = Vector.ConditionalSelect(nearer, d[k], at);
            next = Vector.ConditionalSelect(nearer, d[k + 1], next);
            distance = Vector.ConditionalSelect(nearer, away, distance);
        }

        return place + Vector<float>.One / (Vector<float>.One - next / (at + new Vector<float>(MathF.ScaleB(1, -23))));
    }

    /// <summary>
    /// The mean over the sections with weights exp(-(k - place)^2/(2 sigma^2 (1 + |place - middle|))), scaled so that the
    /// largest is 1: far outside the window all would else vanish. Where there is no place, the section's own pixel.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector<float> Weighted(int y, int x, Vector<float> place, int centre)
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
            Vector<float> weight = Vector.Exp(away * away * rate - largest);
            Vector<float> value = Vector.Load(_sections[k].RowPointer(y) + _left + x);
            weight = Vector.ConditionalSelect(Vector.Equals(value, value), weight, Vector<float>.Zero);
            sum += Vector.ConditionalSelect(Vector.Equals(value, value), weight * value, Vector<float>.Zero);
            weights += weight;
        }

        Vector<float> result = sum / weights;
        Vector<float> mine = Vector.Load(_sections[centre].RowPointer(y) + _left + x);
        result = Vector.ConditionalSelect(Vector.Equals(result, result), result, mine);
        return Vector.ConditionalSelect(Vector.Equals(mine, mine), result, mine);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<float> Average(int product, int x) => Vector.Load(_averages + product * _stride + x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<float> Variance(int k, int x) => Average(_squares[k], x) - Average(k, x) * Average(k, x);
}
