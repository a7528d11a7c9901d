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
    /// <summary>A candidate must be better by this much (published).</summary>
    public const float Step = 1e-6f;

    /// <summary>1 but for rounding: what scores more is no candidate.</summary>
    public const float LargestScore = 1.00001f;

    private readonly int _count;
    private readonly nint _width;
    private readonly nint _row;
    private readonly float* _scores;
    private readonly float* _values;
    private readonly float* _factors;
    private readonly int* _found;

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
        _found = scratch.Take<int>(width);
    }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(int count, int height, int width) => 3 * Scratch.Padded<float>((long)count * height * width) + Scratch.Padded<int>(width);

    /// <summary>Makes a value the best candidate so far.</summary>
    public void Enter(int y, int x, float score, float value)
    {
        nint last = y * _row + (_count - 1) * _width + x;
        _scores[last] = score;
        _values[last] = value;
        if (_factors != null)
            _factors[last] = 1;
    }

    /// <summary>Offers each of the pixels from (y, x) on a candidate.</summary>
    /// <param name="y">The row.</param>
    /// <param name="x">The first pixel.</param>
    /// <param name="width">How many pixels, up to whole vectors: beyond the row's end scores must be 0.</param>
    /// <param name="scores">Their candidates' scores; what is no candidate scores 0 or less.</param>
    /// <param name="values">Their candidates' grey levels; where they are NaN there is no candidate.</param>
    /// <param name="factor">Kept with the candidates.</param>
    /// <param name="times">How often they are offered.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Offer(int y, int x, int width, float* scores, float* values, float factor, int times)
    {
        // First find where anything is better than what is there, then insert that: a branch for every vector would be guessed
        // wrongly most of the time, which costs more than all the arithmetic.
        float* least = _scores + y * _row + x;
        int* found = _found;
        int count = 0;
        var step = new Vector<float>(Step);
        var largest = new Vector<float>(LargestScore);
        for (int i = 0; i < width; i += Vector<float>.Count)
        {
            Vector<float> score = Vector.Load(scores + i);
            Vector<float> value = Vector.Load(values + i);
            score = Vector.ConditionalSelect(Vector.LessThanOrEqual(score, largest) & Vector.Equals(value, value), score, Vector<float>.Zero);
            Vector.Store(Vector.Min(score, Vector<float>.One), scores + i);
            bool better = Vector.GreaterThanAny(score, Vector.Load(least + i) + step);
            found[count] = i;
            count += Unsafe.BitCast<bool, byte>(better);
        }

        Insert(y, x, count, scores, values, factor, times);
    }

    /// <summary>Where <see cref="Insert(int, int, int, float*, float*, float, int)"/> finds the places of the vectors to insert.</summary>
    public int* Found => _found;

    /// <summary>The least scores that are kept, of the pixels from (y, x) on: a candidate must beat them by <see cref="Step"/>.</summary>
    public float* Least(int y, int x) => _scores + y * _row + x;

    /// <summary>Offers those vectors of candidates whose places, counted from (y, x), are the first of <see cref="Found"/>.</summary>
    public void Insert(int y, int x, int count, float* scores, float* values, float factor, int times)
    {
        nint at = y * _row + x;
        for (int time = 0; time < times; time++)
        {
            if (_factors == null)
                Insert(_scores + at, _values + at, scores, values, _found, count);
            else
                Insert(_scores + at, _values + at, _factors + at, scores, values, factor, _found, count);
        }
    }

    /// <summary>
    /// A candidate that is better than the last one takes its place in the order, and those below it move down: each place's
    /// new content depends on the old one there and above alone, so nothing waits for anything.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Insert(float* keptScores, float* keptValues, float* scores, float* values, int* found, int count)
    {
        nint end = (_count - 1) * _width;
        nint width = _width;
        for (int i = 0; i < count; i++)
        {
            float* score = keptScores + found[i];
            float* kept = keptValues + found[i];
            Vector<float> below = Vector.Load(score);
            Vector<float> belowValue = Vector.Load(kept);
            Vector<float> candidate = Accepted(Vector.Load(scores + found[i]), below);
            Vector<float> value = Vector.Load(values + found[i]);
            Vector<int> risesHere = Vector.GreaterThan(candidate, below);
            for (nint at = 0; at < end; at += width)
            {
                Vector<float> above = Vector.Load(score + at + width);
                Vector<float> aboveValue = Vector.Load(kept + at + width);
                Vector<int> risesAbove = Vector.GreaterThan(candidate, above);
                Vector.Store(Vector.Min(Vector.Max(candidate, below), above), score + at);
                Vector.Store(Vector.ConditionalSelect(risesAbove, aboveValue, Vector.ConditionalSelect(risesHere, value, belowValue)), kept + at);
                (below, belowValue, risesHere) = (above, aboveValue, risesAbove);
            }

            Vector.Store(Vector.Max(candidate, below), score + end);
            Vector.Store(Vector.ConditionalSelect(risesHere, value, belowValue), kept + end);
        }
    }

    /// <summary>The same with factors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Insert(float* keptScores, float* keptValues, float* keptFactors, float* scores, float* values, float factor, int* found, int count)
    {
        for (int i = 0; i < count; i++)
        {
            nint x = found[i];
            Vector<float> candidate = Accepted(Vector.Load(scores + x), Vector.Load(keptScores + x));
            Vector<float> value = Vector.Load(values + x);
            for (int k = 0; k < _count; k++, x += _width)
            {
                Vector<float> here = Vector.Load(keptScores + x);
                Vector<int> risesHere = Vector.GreaterThan(candidate, here);
                Vector<float> score = Vector.Max(candidate, here);
                Vector<float> newValue = Vector.ConditionalSelect(risesHere, value, Vector.Load(keptValues + x));
                Vector<float> newFactor = Vector.ConditionalSelect(risesHere, new Vector<float>(factor), Vector.Load(keptFactors + x));
                if (k < _count - 1)
                {
                    Vector<float> above = Vector.Load(keptScores + x + _width);
                    Vector<int> risesAbove = Vector.GreaterThan(candidate, above);
                    score = Vector.Min(score, above);
                    newValue = Vector.ConditionalSelect(risesAbove, Vector.Load(keptValues + x + _width), newValue);
                    newFactor = Vector.ConditionalSelect(risesAbove, Vector.Load(keptFactors + x + _width), newFactor);
                }

                Vector.Store(score, keptScores + x);
                Vector.Store(newValue, keptValues + x);
                Vector.Store(newFactor, keptFactors + x);
            }
        }
    }

    /// <summary>The scores that are enough better than the least that is kept; 0 for others, which rises past nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Accepted(Vector<float> score, Vector<float> least)
        => Vector.ConditionalSelect(Vector.GreaterThan(score, least + new Vector<float>(Step)), score, Vector<float>.Zero);

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
