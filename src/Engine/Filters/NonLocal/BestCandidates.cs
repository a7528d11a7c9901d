using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.NonLocal;

/// <summary>
/// The best candidates of every pixel of a tile: their scores in ascending order, so that the first is the one to be
/// displaced, and their grey levels.
/// </summary>
internal readonly unsafe struct BestCandidates
{
    private const float Step = 1e-6f; // a candidate must be better by this much (published)
    private const float LargestScore = 1.00001f; // 1 but for rounding

    private readonly int _count;
    private readonly nint _width;
    private readonly nint _row;
    private readonly float* _scores;
    private readonly float* _values;
    private readonly float* _factors;

    /// <summary>Prepares for a tile without candidates.</summary>
    /// <param name="count">Candidates a pixel.</param>
    /// <param name="height">Rows of the tile.</param>
    /// <param name="width">Columns of the tile, a multiple of 16.</param>
    /// <param name="factors">Keep a factor with every candidate.</param>
    /// <param name="scratch">Where the lists are taken from.</param>
    public BestCandidates(int count, int height, int width, bool factors, Scratch scratch)
    {
        (_count, _width, _row) = (count, width, (nint)count * width);
        _scores = scratch.TakeCleared<float>(_row * height);
        _values = scratch.TakeCleared<float>(_row * height);
        _factors = factors ? scratch.TakeCleared<float>(_row * height) : null;
    }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(int count, int height, int width) => 3 * Scratch.Padded<float>((long)count * height * width);

    /// <summary>Makes a value the best candidate so far.</summary>
    public void Enter(int y, int x, float score, float value)
    {
        nint last = y * _row + (_count - 1) * _width + x;
        _scores[last] = score;
        _values[last] = value;
        if (_factors != null)
            _factors[last] = 1;
    }

    /// <summary>Offers candidates to the pixels from (y, x) on; those outside <paramref name="lanes"/>, and values that are NaN, are no candidates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Offer(int y, int x, Vector<float> score, Vector<float> value, Vector<int> lanes, float factor)
    {
        float* scores = _scores + y * _row + x;
        Vector<float> least = Vector.Load(scores);
        Vector<int> accepted = Vector.GreaterThan(score, least + new Vector<float>(Step)) & Vector.LessThanOrEqual(score, new Vector<float>(LargestScore)) & lanes;
        if (accepted == Vector<int>.Zero)
            return;
        accepted &= Vector.Equals(value, value);
        Insert(y, x, Vector.ConditionalSelect(accepted, Vector.Min(score, Vector<float>.One), least), value, accepted, factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Insert(int y, int x, Vector<float> score, Vector<float> value, Vector<int> accepted, float factor)
    {
        float* scores = _scores + y * _row + x;
        float* values = _values + y * _row + x;
        float* factors = _factors + y * _row + x;
        value = Vector.ConditionalSelect(accepted, value, Vector.Load(values));
        Vector<float> carried = _factors == null ? default : Vector.ConditionalSelect(accepted, new Vector<float>(factor), Vector.Load(factors));
        int last = _count - 1;
        for (int k = 0; k < last; k++)
        {
            // The new candidate rises past those that are worse, which move down a place.
            nint at = k * _width;
            Vector<float> next = Vector.Load(scores + at + _width);
            Vector<int> rises = Vector.GreaterThan(score, next);
            Vector<float> nextValue = Vector.Load(values + at + _width);
            Vector.Store(Vector.ConditionalSelect(rises, next, score), scores + at);
            Vector.Store(Vector.ConditionalSelect(rises, nextValue, value), values + at);
            score = Vector.ConditionalSelect(rises, score, next);
            value = Vector.ConditionalSelect(rises, value, nextValue);
            if (_factors != null)
            {
                Vector<float> nextFactor = Vector.Load(factors + at + _width);
                Vector.Store(Vector.ConditionalSelect(rises, nextFactor, carried), factors + at);
                carried = Vector.ConditionalSelect(rises, carried, nextFactor);
            }

            if (rises == Vector<int>.Zero)
            {
                last = k + 1;
                break;
            }
        }

        Vector.Store(score, scores + last * _width);
        Vector.Store(value, values + last * _width);
        if (_factors != null)
            Vector.Store(carried, factors + last * _width);
    }

    /// <summary>
    /// The weighted average of a row's candidates; where there is none, the pixel of <paramref name="fallback"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Average(int y, float clip, ReadOnlySpan<float> fallback, Span<float> to)
    {
        float eps = MathF.ScaleB(1, -23);
        for (int x = 0; x < to.Length; x++)
        {
            nint at = y * _row + x;
            float sum = 0;
            float weights = 0;
            for (int k = 0; k < _count; k++, at += _width)
            {
                float weight = Math.Min(_scores[at], clip) * (_factors == null ? 1 : _factors[at]);
                weights += weight;
                sum += weight * _values[at];
            }

            to[x] = float.IsNaN(fallback[x]) ? float.NaN
                : weights > 0 ? sum / (weights + eps)
                : fallback[x];
        }
    }
}
