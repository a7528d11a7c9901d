using System.Numerics.Tensors;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Metrics;

/// <summary>Measures the absolute difference of a pair of images. Percentiles are exact, for floats too.</summary>
/// <remarks>
/// The bits of floats that are not negative are in the order of the floats. So one histogram of their upper 16 bits tells in
/// which bin a percentile lies, and a second one, of the lower 16 bits in that bin, which value it is. Cost: two reads of
/// both images.
/// </remarks>
internal sealed class DifferenceMeter
{
    private const int Bins = 1 << 16;
    private const int LowerBits = 16;
    private readonly ImagePair _pair;
    private readonly RowExtent[] _rows;
    private readonly long[] _upper = new long[Bins];

    private DifferenceMeter(ImagePair pair)
    {
        _pair = pair;
        _rows = new RowExtent[pair.Reference.Height];
    }

    /// <summary>Measures a pair of which at least a pixel counts.</summary>
    /// <param name="pair">The images.</param>
    /// <param name="percentiles">What percentiles to tell.</param>
    /// <param name="y">The row of the image that is the pair's first.</param>
    /// <param name="x">The column of the image that is the pair's first.</param>
    public static AbsoluteDifference Of(ImagePair pair, IReadOnlyList<double> percentiles, int y, int x)
    {
        var meter = new DifferenceMeter(pair);
        meter.InParts(meter._upper, (row, counts) => meter._rows[row] = UpperRow(pair.Image.Row(row), pair.Reference.Row(row), counts));
        RowExtent[] rows = meter._rows;
        int worst = 0;
        for (int i = 1; i < rows.Length; i++)
            worst = rows[i].Maximum > rows[worst].Maximum ? i : worst;
        long count = rows.Sum(row => (long)row.Count);
        return new AbsoluteDifference(count, rows.Sum(row => row.Sum) / count, rows[worst].Maximum, y + worst, x + rows[worst].X, meter.Percentiles(percentiles, count));
    }

    private Percentile[] Percentiles(IReadOnlyList<double> percents, long count)
    {
        (int Bin, long Rank)[] wanted = [.. percents.Select(percent => Find(_upper, Quantiles.Rank(count, percent)))];
        int[] bins = [.. wanted.Select(each => each.Bin).Distinct()];
        var starts = new int[Bins];
        Array.Fill(starts, -1);
        for (int i = 0; i < bins.Length; i++)
            starts[bins[i]] = i * Bins;
        var lower = new long[bins.Length * Bins];
        InParts(lower, (row, counts) => LowerRow(_pair.Image.Row(row), _pair.Reference.Row(row), starts, counts));
        return [.. percents.Zip(wanted, (percent, each) =>
        {
            (int low, _) = Find(lower.AsSpan(starts[each.Bin], Bins), each.Rank);
            return new Percentile(percent, BitConverter.Int32BitsToSingle((each.Bin << LowerBits) | low));
        })];
    }

    private static RowExtent UpperRow(ReadOnlySpan<float> a, ReadOnlySpan<float> b, long[] counts)
    {
        (int count, double sum, float maximum, int at) = (0, 0, -1, 0);
        for (int x = 0; x < a.Length; x++)
        {
            float difference = MathF.Abs(b[x] - a[x]);
            if (!float.IsFinite(difference))
                continue;
            count++;
            sum += difference;
            counts[(int)(BitConverter.SingleToUInt32Bits(difference) >> LowerBits)]++;
            if (difference > maximum)
                (maximum, at) = (difference, x);
        }

        return new RowExtent(count, sum, maximum, at);
    }

    private static void LowerRow(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int[] starts, long[] counts)
    {
        for (int x = 0; x < a.Length; x++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(MathF.Abs(b[x] - a[x]));
            int start = starts[(int)(bits >> LowerBits)];
            if (start >= 0)
                counts[start + (int)(bits & (Bins - 1))]++; // neither NaN nor infinity is asked for: none was counted
        }
    }

    /// <summary>The bin in which the value of a rank lies, and its rank within that bin.</summary>
    private static (int Bin, long Rank) Find(ReadOnlySpan<long> counts, long rank)
    {
        int bin = 0;
        for (; counts[bin] < rank; bin++)
            rank -= counts[bin];
        return (bin, rank);
    }

    /// <summary>Lets rows be counted side by side, each thread for itself, and adds up.</summary>
    private void InParts(long[] total, Action<int, long[]> row)
    {
        var gate = new Lock();
        RowParallel.For(_rows.Length, Math.Max(1, _rows.Length / (4 * _pair.Context.Threads)), _pair.Context, (first, end) =>
        {
            var counts = new long[total.Length];
            for (int y = first; y < end; y++)
                row(y, counts);
            lock (gate)
                TensorPrimitives.Add<long>(total, counts, total);
        });
    }

    private readonly record struct RowExtent(int Count, double Sum, float Maximum, int X);
}
