using System.Numerics.Tensors;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>Pixels counted in bins of one width, in the whole of a plane's range or in a part of it.</summary>
/// <param name="counts">Pixels of each bin.</param>
/// <param name="start">The middle of the first bin.</param>
/// <param name="width">From one bin's middle to the next one's.</param>
/// <param name="below">Pixels that lie below all bins.</param>
internal sealed class Histogram(long[] counts, double start, double width, long below)
{
    private const int Bins = 1 << 16;

    /// <summary>Pixels of each bin.</summary>
    public ReadOnlySpan<long> Counts => counts;

    /// <summary>From one bin's middle to the next one's.</summary>
    public double Width => width;

    /// <summary>Pixels that lie below all bins.</summary>
    public long Below => below;

    /// <summary>Pixels in all bins.</summary>
    public long Count { get; } = counts.Sum();

    /// <summary>Counts the finite pixels of a plane in 65536 bins.</summary>
    public static Histogram Of(Plane<float> image, double start, double width, EvaluationContext context)
    {
        var total = new long[Bins];
        long below = 0;
        double binsPerLevel = 1 / width;
        var gate = new Lock();
        RowParallel.For(image.Height, Math.Max(1, image.Height / (4 * context.Threads)), context, (first, end) =>
        {
            var part = new long[Bins];
            long lower = 0;
            for (int y = first; y < end; y++)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                foreach (float value in image.Row(y))
                {
                    // NaN is below nothing and above nothing.
                    double bin = (value - start) * binsPerLevel + 0.5;
                    if (bin >= 0 && bin < Bins)
                        part[(int)bin]++;
                    else if (bin < 0 && float.IsFinite(value))
                        lower++;
                }
            }

            lock (gate)
            {
                TensorPrimitives.Add<long>(total, part, total);
                below += lower;
            }
        });
        return new Histogram(total, start, width, below);
    }

    /// <summary>The middle of a bin.</summary>
    public double Value(int bin) => start + bin * width;

    /// <summary>The value of the pixel of a rank, counted from 1 among all pixels.</summary>
    public double AtRank(long rank) => Value(BinOf(rank));

    /// <summary>The bin of the pixel of a rank, counted from 1 among all pixels; it must lie in the bins.</summary>
    public int BinOf(long rank)
    {
        int bin = 0;
        for (long seen = below + counts[0]; seen < rank; seen += counts[bin])
            bin++;
        return bin;
    }

    /// <summary>
    /// The distance from <paramref name="centre"/> within which <paramref name="wanted"/> pixels lie; null where it reaches beyond
    /// the bins on a side on which there are more pixels.
    /// </summary>
    /// <param name="centre">A value.</param>
    /// <param name="wanted">How many pixels.</param>
    /// <param name="all">Pixels in all, those beyond the bins too.</param>
    public double? DistanceAtRank(double centre, long wanted, long all)
    {
        // The nearest bin on either side that is not counted yet.
        int above = 0;
        while (above < counts.Length && Value(above) < centre)
            above++;
        int lower = above - 1;
        double distance = 0;
        for (long seen = 0; seen < wanted;)
        {
            double up = above < counts.Length ? Value(above) - centre : double.PositiveInfinity;
            double down = lower >= 0 ? centre - Value(lower) : double.PositiveInfinity;
            if ((double.IsInfinity(up) && below + Count < all) || (double.IsInfinity(down) && below > 0))
                return null;
            int bin = up <= down ? above++ : lower--;
            seen += counts[bin];
            if (counts[bin] > 0)
                distance = Math.Min(up, down);
        }

        return distance;
    }
}
