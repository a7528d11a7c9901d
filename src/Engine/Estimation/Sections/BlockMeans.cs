using EmTools.Engine.Imaging;

namespace EmTools.Engine.Estimation.Sections;

/// <summary>Means of tissue over the blocks of a grid, in grey levels; NaN where less than half of a block is tissue.</summary>
internal sealed class BlockMeans
{
    private BlockMeans(BlockGrid grid, float[] values) => (Grid, Values) = (grid, values);

    public BlockGrid Grid { get; }

    /// <summary>The means, row by row.</summary>
    public float[] Values { get; }

    /// <summary>Joins the smallest blocks to larger ones.</summary>
    /// <param name="means">Means of the smallest blocks; those that hold no tissue may be anything.</param>
    /// <param name="counts">Tissue pixels of the smallest blocks.</param>
    /// <param name="grid">The larger blocks; their side is a multiple of the smallest blocks' side.</param>
    public static BlockMeans Join(Plane<float> means, Plane<byte> counts, BlockGrid grid)
    {
        int factor = grid.Side / BlockGrid.FineSide, columns = grid.Columns;
        var values = new float[grid.Rows * columns];
        var sums = new double[columns];
        var pixels = new long[columns];
        for (int row = 0; row < grid.Rows; row++)
        {
            Array.Clear(sums);
            Array.Clear(pixels);
            for (int y = row * factor; y < Math.Min(means.Height, (row + 1) * factor); y++)
            {
                ReadOnlySpan<float> mean = means.Row(y);
                ReadOnlySpan<byte> count = counts.Row(y);
                for (int x = 0; x < mean.Length; x++)
                {
                    if (count[x] == 0)
                        continue;
                    sums[x / factor] += (double)mean[x] * count[x];
                    pixels[x / factor] += count[x];
                }
            }

            for (int column = 0; column < columns; column++)
                values[row * columns + column] = 2 * pixels[column] >= grid.Pixels(row, column) ? (float)(sums[column] / pixels[column]) : float.NaN;
        }

        return new BlockMeans(grid, values);
    }
}
