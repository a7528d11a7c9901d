using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EmTools.Engine.Filters.NonLocal;

/// <summary>
/// The correlations of a row of template pixels with the places that one shift gives them:
/// factor (sum/area - mean mean')/(deviation deviation' + eps), where sum is that of the products over a block.
/// </summary>
/// <remarks>
/// Most candidates of most shifts are not good enough. So they are looked for first, without a division and without a branch,
/// which would be guessed wrongly half of the time; scores are computed for the vectors that are found. Both compute the same
/// covariance to the last bit, and what beats the least score by a step beats it here too: else a candidate would be taken or
/// left by what lies beside it in a vector, which is another on another processor.
/// </remarks>
internal readonly unsafe struct SimilarityScores
{
    private static readonly float Eps = MathF.ScaleB(1, -23);

    private readonly float* _mean;
    private readonly float* _templateMean;
    private readonly float* _deviation;
    private readonly float* _templateDeviation;
    private readonly float _share;
    private readonly float _factor;

    /// <summary>Takes the averages and deviations of the row's blocks and of those at its places.</summary>
    public SimilarityScores(float* mean, float* templateMean, float* deviation, float* templateDeviation, int area, float factor)
    {
        _mean = mean;
        _templateMean = templateMean;
        _deviation = deviation;
        _templateDeviation = templateDeviation;
        (_share, _factor) = (1f / area, factor);
    }

    /// <summary>Finds the vectors in which a candidate may beat the least that is kept.</summary>
    /// <param name="sums">Sums of products.</param>
    /// <param name="least">The least scores that are kept.</param>
    /// <param name="width">Pixels of the row.</param>
    /// <param name="found">Takes the places of the vectors.</param>
    /// <returns>How many were found.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(float* sums, float* least, int width, int* found)
    {
        float* mean = _mean;
        float* templateMean = _templateMean;
        float* deviation = _deviation;
        float* templateDeviation = _templateDeviation;
        (float share, float factor, float eps) = (_share, _factor, Eps);
        int count = 0;
        nint x = 0;
        if (Vector512.IsHardwareAccelerated && Vector<float>.Count == Vector256<float>.Count)
        {
            for (; x <= width - Vector512<float>.Count; x += Vector512<float>.Count)
            {
                Vector512<float> covariance = factor * (Vector512.Load(sums + x) * share - Vector512.Load(mean + x) * Vector512.Load(templateMean + x));
                Vector512<float> needed = Vector512.Load(least + x) * (Vector512.Load(deviation + x) * Vector512.Load(templateDeviation + x) + Vector512.Create(eps));
                ulong better = Vector512.GreaterThan(covariance, needed).ExtractMostSignificantBits();
                found[count] = (int)x;
                count += Unsafe.BitCast<bool, byte>((byte)better != 0);
                found[count] = (int)x + Vector256<float>.Count;
                count += Unsafe.BitCast<bool, byte>(better >> Vector256<float>.Count != 0);
            }
        }

        for (; x < width; x += Vector<float>.Count)
        {
            Vector<float> covariance = factor * (Vector.Load(sums + x) * share - Vector.Load(mean + x) * Vector.Load(templateMean + x));
            Vector<float> needed = Vector.Load(least + x) * (Vector.Load(deviation + x) * Vector.Load(templateDeviation + x) + new Vector<float>(eps));
            found[count] = (int)x;
            count += Unsafe.BitCast<bool, byte>(Vector.GreaterThanAny(covariance, needed));
        }

        return count;
    }

    /// <summary>Makes sums of products scores, at most 1, in the vectors that were found; 0 for what is no candidate.</summary>
    /// <param name="sums">Sums of products; takes the scores.</param>
    /// <param name="values">The candidates' grey levels; where they are NaN there is no candidate.</param>
    /// <param name="width">Pixels of the row.</param>
    /// <param name="found">The places of the vectors.</param>
    /// <param name="count">How many there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(float* sums, float* values, int width, int* found, int count)
    {
        (float share, float factor) = (_share, _factor);
        var eps = new Vector<float>(Eps);
        var largest = new Vector<float>(BestCandidates.LargestScore);
        for (int i = 0; i < count; i++)
        {
            int x = found[i];
            Vector<float> covariance = Vector.Load(sums + x) * share - Vector.Load(_mean + x) * Vector.Load(_templateMean + x);
            Vector<float> score = factor * covariance / (Vector.Load(_deviation + x) * Vector.Load(_templateDeviation + x) + eps);
            Vector<float> value = Vector.Load(values + x);
            Vector<int> there = Vector.LessThanOrEqual(score, largest) & Vector.Equals(value, value) & Vector.LessThan(Vector<int>.Indices, new Vector<int>(width - x));
            Vector.Store(Vector.ConditionalSelect(there, Vector.Min(score, Vector<float>.One), Vector<float>.Zero), sums + x);
        }
    }
}
