using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Destriping;

/// <summary>
/// Gives every pixel beyond its row's threshold the value of the nearest pixel (Euclidean distance) within it.
/// </summary>
/// <remarks>
/// Two passes of the exact distance transform: the nearest row within range in every column, then in every row the lower
/// envelope of the columns' parabolas (Felzenszwalb and Huttenlocher 2012). Cost: linear in the pixels; a plane of row numbers.
/// </remarks>
internal static class NearestInRange
{
    private const int None = int.MinValue;

    /// <summary>The filled image; all zeros where no pixel is within range. The caller owns the plane.</summary>
    public static Plane<float> Fill(Plane<float> band, float[] thresholds, Plane<byte>? mask, EvaluationContext context)
    {
        using Plane<int> nearest = NearestRows(band, thresholds, mask, context);
        return Plane.Make<float>(band.Height, band.Width, filled => RowParallel.For(band.Height, RowParallel.Grain(band.Height, band.Width, context), context, (first, end, scratch) =>
        {
            for (int y = first; y < end; y++)
                FillRow(y, band, mask, nearest, filled, scratch);
        }));
    }

    /// <summary>For every pixel the row of the nearest pixel within range in its column.</summary>
    private static Plane<int> NearestRows(Plane<float> band, float[] thresholds, Plane<byte>? mask, EvaluationContext context)
        => Plane.Make<int>(band.Height, band.Width, nearest => RowParallel.For(band.Width, 1024, context, (left, right) =>
        {
            for (int y = 0; y < band.Height; y++)
            {
                Span<int> above = y == 0 ? default : nearest.Row(y - 1);
                Span<int> row = nearest.Row(y);
                for (int x = left; x < right; x++)
                {
                    bool within = MathF.Abs(band.Row(y)[x]) <= thresholds[y] && (mask is null || mask.Row(y)[x] != 0);
                    row[x] = within ? y : y == 0 ? None : above[x];
                }
            }

            for (int y = band.Height - 2; y >= 0; y--)
            {
                Span<int> below = nearest.Row(y + 1);
                Span<int> row = nearest.Row(y);
                for (int x = left; x < right; x++)
                {
                    if (row[x] == None || (below[x] != None && Math.Abs((long)below[x] - y) < Math.Abs((long)row[x] - y)))
                        row[x] = below[x];
                }
            }
        }));

    private static unsafe void FillRow(int y, Plane<float> band, Plane<byte>? mask, Plane<int> nearest, Plane<float> filled, Scratch scratch)
    {
        int width = band.Width;
        scratch.Reset(Scratch.Padded<int>(width) + Scratch.Padded<double>(width + 1));
        int* vertex = scratch.Take<int>(width);
        double* from = scratch.Take<double>(width + 1);
        Span<int> rows = nearest.Row(y);
        int last = -1;
        for (int x = 0; x < width; x++)
        {
            if (rows[x] == None)
                continue;
            double start = double.NegativeInfinity;
            while (last >= 0 && (start = Crossing(rows, y, vertex[last], x)) <= from[last])
                last--;
            if (last < 0)
                start = double.NegativeInfinity;
            vertex[++last] = x;
            from[last] = start;
        }

        Span<float> to = filled.Row(y);
        int current = 0;
        for (int x = 0; x < width; x++)
        {
            if (last < 0 || (mask is not null && mask.Row(y)[x] == 0))
            {
                to[x] = 0;
                continue;
            }

            while (current < last && from[current + 1] <= x)
                current++;
            to[x] = band.Row(rows[vertex[current]])[vertex[current]];
        }
    }

    /// <summary>Where the parabola of column <paramref name="right"/> begins to lie below that of column <paramref name="left"/>.</summary>
    private static double Crossing(Span<int> rows, int y, int left, int right)
    {
        double a = rows[left] - (double)y;
        double b = rows[right] - (double)y;
        return (b * b + (double)right * right - a * a - (double)left * left) / (2.0 * (right - left));
    }
}
