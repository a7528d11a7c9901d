using System.Numerics.Tensors;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Metrics;

/// <summary>Measures the absolute difference of a pair of images. Percentiles are exact, for floats too.</summary>
/// <remarks>
/// The bits of floats that are not negative are in the order of the floats. So one histogram of their upper 16 bits tells in
/// which bin a percentile lies, and a second one, of the lower 16 bits in that bin, which value it is.
/// </remarks>
internal sealed class DifferenceMeter
{
    private const int Bins = 1 << 16;
    private const int LowerBits = 16;
    private readonly ImagePair _pair;

    private DifferenceMeter(ImagePair pair) => _pair = pair;

    /// <summary>Measures a pair of which at least a pixel counts.</summary>
    /// <param name="pair">The images.</param>
    /// <param name="percentiles">What percentiles to tell.</param>
    /// <param name="y">The row of the image that is the pair's first.</param>
    /// <param name="x">The column of the image that is the pair's first.</param>
    public static AbsoluteDifference Of(ImagePair pair, IReadOnlyList<double> percentiles, int y, int x)
    {
        var meter = new DifferenceMeter(pair);
        (long count, double sum, float maximum, int row, int column) = meter.Extent();
        return new AbsoluteDifference(count, sum / count, maximum, y + row, x + column, meter.Percentiles(percentiles, count));
    }

    private (long Count, double Sum, float Maximum, int Y, int X) Extent()
    {
        var rows = new (int Count, double Sum, float Maximum, int X)[_pair.Reference.Height];
        _pair.ForRows(y =>
        {
            ReadOnlySpan<float> a = _pair.Image.Row(y), b = _pair.Reference.Row(y);
            (int count, double sum, float maximum, int at) = (0, 0, -1, 0);
            for (int x = 0; x < a.Length; x++)
            {
                float difference = MathF.Abs(b[x] - a[x]);
                if (float.IsNaN(difference))
                    continue;
                count++;
                sum += difference;
                if (difference > maximum)
                    (maximum, at) = (difference, x);
            }

            rows[y] = (count, sum, maximum, at);
        });
        int worst = 0;
        for (int y = 1; y < rows.Length; y++)
            worst = rows[y].Maximum > rows[worst].Maximum ? y : worst;
        return (rows.Sum(row => (long)row.Count), rows.Sum(row => row.Sum), rows[worst].Maximum, worst, rows[worst].X);
    }

    private Percentile[] Percentiles(IReadOnlyList<double> percents, long count)
    {
        if (percents.Count == 0)
            return [];
        long[] upper = Histogram(1, bits => (int)(bits >> LowerBits));
        (int Bin, long Rank)[] wanted = [.. percents.Select(percent => Find(upper, Quantiles.Rank(count, percent)))];
        int[] bins = [.. wanted.Select(each => each.Bin).Distinct()];
        var slots = new int[Bins];
        Array.Fill(slots, -1);
        for (int i = 0; i < bins.Length; i++)
            slots[bins[i]] = i;
        long[] lower = Histogram(bins.Length, bits => slots[bits >> LowerBits] is var slot and >= 0 ? slot * Bins + (int)(bits & (Bins - 1)) : -1);
        return [.. percents.Zip(wanted, (percent, each) =>
        {
            (int low, _) = Find(lower.AsSpan(Array.IndexOf(bins, each.Bin) * Bins, Bins), each.Rank);
            return new Percentile(percent, BitConverter.Int32BitsToSingle((each.Bin << LowerBits) | low));
        })];
    }

    /// <summary>The bin in which the value of a rank lies, and its rank within that bin.</summary>
    private static (int Bin, long Rank) Find(ReadOnlySpan<long> counts, long rank)
    {
        int bin = 0;
        for (; counts[bin] < rank; bin++)
            rank -= counts[bin];
        return (bin, rank);
    }

    /// <summary>Counts the differences by a number that is found from their bits; those below 0 are left out.</summary>
    private long[] Histogram(int parts, Func<uint, int> binOf)
    {
        var total = new long[parts * Bins];
        var gate = new Lock();
        int height = _pair.Reference.Height;
        RowParallel.For(height, Math.Max(1, height / (4 * _pair.Context.Threads)), _pair.Context, (first, end) =>
        {
            var counts = new long[total.Length];
            for (int y = first; y < end; y++)
            {
                ReadOnlySpan<float> a = _pair.Image.Row(y), b = _pair.Reference.Row(y);
                for (int x = 0; x < a.Length; x++)
                {
                    float difference = MathF.Abs(b[x] - a[x]);
                    if (!float.IsNaN(difference) && binOf(BitConverter.SingleToUInt32Bits(difference)) is var bin and >= 0)
                        counts[bin]++;
                }
            }

            lock (gate)
                TensorPrimitives.Add<long>(total, counts, total);
        });
        return total;
    }
}
