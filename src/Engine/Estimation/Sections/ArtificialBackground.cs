using EmTools.Engine.Imaging;

namespace EmTools.Engine.Estimation.Sections;

/// <summary>
/// Takes flat areas that are large enough to be artificial (the filling around a section, a masked region) out of the
/// sums; flat specks in tissue stay.
/// </summary>
internal static class ArtificialBackground
{
    /// <summary>Takes them out.</summary>
    /// <param name="sums">Changed in place.</param>
    /// <param name="smallest">The smallest area that is artificial, in pixels. Areas are joined where their blocks touch, corners included.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static void Remove(BlockSums sums, long smallest, CancellationToken cancellation)
    {
        if (!sums.AnyFlat)
            return;
        int columns = sums.Grid.Columns, rows = sums.Grid.Rows;
        var seen = new bool[rows * columns];
        var area = new List<int>();
        for (int start = 0; start < seen.Length; start++)
        {
            if (seen[start] || sums.FlatCount.Row(start / columns)[start % columns] == 0)
                continue;
            cancellation.ThrowIfCancellationRequested();
            if (Collect(sums.FlatCount, start, seen, area) >= smallest)
            {
                foreach (int block in area)
                    TakeOut(sums, block / columns, block % columns);
            }
        }
    }

    /// <summary>The blocks that hang together with <paramref name="start"/>; returns how many flat pixels they hold.</summary>
    private static long Collect(Plane<byte> flat, int start, bool[] seen, List<int> area)
    {
        int columns = flat.Width;
        long pixels = 0;
        area.Clear();
        area.Add(start);
        seen[start] = true;
        for (int i = 0; i < area.Count; i++)
        {
            (int row, int column) = (area[i] / columns, area[i] % columns);
            pixels += flat.Row(row)[column];
            for (int r = Math.Max(0, row - 1); r <= Math.Min(flat.Height - 1, row + 1); r++)
            {
                for (int c = Math.Max(0, column - 1); c <= Math.Min(columns - 1, column + 1); c++)
                {
                    int next = r * columns + c;
                    if (seen[next] || flat.Row(r)[c] == 0)
                        continue;
                    seen[next] = true;
                    area.Add(next);
                }
            }
        }

        return pixels;
    }

    private static void TakeOut(BlockSums sums, int row, int column)
    {
        sums.Sum.Row(row)[column] -= sums.FlatSum.Row(row)[column];
        sums.Count.Row(row)[column] -= sums.FlatCount.Row(row)[column];
    }
}
