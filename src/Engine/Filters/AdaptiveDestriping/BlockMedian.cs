using EmTools.Engine.Imaging;
using MathNet.Numerics.Statistics;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>The median of blocks.</summary>
internal static class BlockMedian
{
    /// <summary>It is taken of about as many blocks, evenly spread, where there are more.</summary>
    private const int Sample = 1 << 17;

    /// <summary>The median of the blocks that count; NaN where none does.</summary>
    /// <param name="plane">The blocks' values.</param>
    /// <param name="share">The valid pixels' share of every block; null where all count.</param>
    public static double Of(Plane<float> plane, Plane<float>? share)
    {
        // An odd distance meets all columns of a row's cells in turn.
        long step = ((long)plane.Height * plane.Width / Sample) | 1;
        var sample = new List<float>((int)((long)plane.Height * plane.Width / step) + 1);
        long place = 0;
        for (int y = 0; y < plane.Height; y++)
        {
            Span<float> row = plane.Row(y), shares = share is null ? default : share.Row(y);
            for (; place < row.Length; place += step)
            {
                if (shares.IsEmpty || shares[(int)place] > Octave.LeastShare)
                    sample.Add(row[(int)place]);
            }

            place -= row.Length;
        }

        return ArrayStatistics.MedianInplace(sample.ToArray());
    }
}
