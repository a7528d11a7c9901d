using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>
/// Fills blocks without a valid pixel: by the averages of valid blocks around them, in windows that grow until there are
/// enough, and beside a slanted section by its mirror image. What is filled in counts in no mean; it keeps the octaves smooth.
/// </summary>
internal static class BlockFill
{
    private const int FirstWindow = 9;

    /// <summary>The share of a window that must be valid.</summary>
    private const float Enough = 0.02f;

    /// <summary>Fills the means in place.</summary>
    public static void Run(Blocks blocks, BlockGrid grid, EvaluationContext context)
    {
        if (blocks.Share is null)
            return;
        Inside(blocks, grid, context);
        if (grid.IsSlanted)
            Beside(blocks.Mean, grid);
    }

    private static void Inside(Blocks blocks, BlockGrid grid, EvaluationContext context)
    {
        (Plane<float> mean, Plane<float> share) = (blocks.Mean, blocks.Share!);
        using Plane<float> filled = mean.Clone(); // what is filled in takes no part in filling others
        (long missing, double average) = Open(filled, share, grid);
        if (missing == 0 || double.IsNaN(average))
            return;
        for (int window = FirstWindow; missing > 0 && window < 4L * Math.Max((long)mean.Height * grid.BlockRows, mean.Width); window = 2 * window + 1)
        {
            using Plane<float> values = mean.Clone(), weights = Ones(share);
            int rows = Octave.Odd((double)window / grid.BlockRows);
            PlaneFilters.Triangle(values, window, rows, context);
            PlaneFilters.Triangle(weights, window, rows, context);
            missing = Close(filled, values, weights);
        }

        for (int y = 0; y < mean.Height; y++)
        {
            Span<float> from = filled.Row(y), to = mean.Row(y);
            for (int x = 0; x < to.Length; x++)
                to[x] = float.IsNaN(from[x]) ? (float)average : from[x];
        }
    }

    /// <summary>Makes NaN of blocks that are to be filled; gives their number, and the mean of the others, NaN without any.</summary>
    private static (long Missing, double Mean) Open(Plane<float> mean, Plane<float> share, BlockGrid grid)
    {
        long missing = 0, valid = 0;
        double sum = 0;
        for (int y = 0; y < mean.Height; y++)
        {
            (int first, int end) = grid.Covered(y);
            Span<float> shares = share.Row(y), means = mean.Row(y);
            for (int x = first; x < end; x++)
            {
                if (shares[x] > 0)
                {
                    valid++;
                    sum += means[x];
                    continue;
                }

                missing++;
                means[x] = float.NaN;
            }
        }

        return (missing, sum / valid);
    }

    /// <summary>1 where a block has valid pixels, 0 elsewhere.</summary>
    private static Plane<float> Ones(Plane<float> share)
        => Plane.Make<float>(share.Height, share.Width, ones =>
        {
            for (int y = 0; y < share.Height; y++)
            {
                Span<float> from = share.Row(y), to = ones.Row(y);
                for (int x = 0; x < to.Length; x++)
                    to[x] = from[x] > 0 ? 1 : 0;
            }
        });

    /// <summary>Fills where there is enough around; gives how many are left.</summary>
    private static long Close(Plane<float> filled, Plane<float> values, Plane<float> weights)
    {
        long missing = 0;
        for (int y = 0; y < filled.Height; y++)
        {
            Span<float> to = filled.Row(y);
            ReadOnlySpan<float> value = values.Row(y), weight = weights.Row(y);
            for (int x = 0; x < to.Length; x++)
            {
                if (!float.IsNaN(to[x]))
                    continue;
                if (weight[x] > Enough)
                    to[x] = value[x] / weight[x];
                else
                    missing++;
            }
        }

        return missing;
    }

    /// <summary>Goes on beyond the section's ends in every row with its mirror image.</summary>
    private static void Beside(Plane<float> mean, BlockGrid grid)
    {
        for (int y = 0; y < mean.Height; y++)
        {
            (int first, int end) = grid.Covered(y);
            Span<float> row = mean.Row(y);
            for (int x = 0; x < first; x++)
                row[x] = row[first + Mirror.Index(x - first, end - first)];
            for (int x = end; x < row.Length; x++)
                row[x] = row[first + Mirror.Index(x - first, end - first)];
        }
    }
}
