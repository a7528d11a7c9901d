using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>The Euclidean distance of every pixel to the nearest marked one, in pixels.</summary>
/// <remarks>
/// Two passes of the exact distance transform: along every column, then in every row the lower envelope of the columns'
/// parabolas (Felzenszwalb and Huttenlocher 2012). Cost: linear in the pixels.
/// </remarks>
internal static unsafe class EdgeDistance
{
    /// <summary>Replaces marks (1, and 0 elsewhere) by distances; infinite where nothing is marked.</summary>
    public static void Transform(Plane<float> marks, EvaluationContext context)
    {
        Down(marks, context);
        RowParallel.For(marks.Height, RowParallel.Grain(marks.Height, marks.Width, context), context, (first, end, scratch) =>
        {
            for (int y = first; y < end; y++)
                Along(marks.Row(y), scratch);
        });
    }

    private static void Down(Plane<float> marks, EvaluationContext context)
        => RowParallel.For(marks.Width, 1024, context, (left, right) =>
        {
            for (int y = 0; y < marks.Height; y++)
            {
                Span<float> above = marks.Row(Math.Max(0, y - 1));
                Span<float> row = marks.Row(y);
                for (int x = left; x < right; x++)
                    row[x] = row[x] != 0 ? 0 : y == 0 ? float.PositiveInfinity : above[x] + 1;
            }

            for (int y = marks.Height - 2; y >= 0; y--)
            {
                Span<float> below = marks.Row(y + 1);
                Span<float> row = marks.Row(y);
                for (int x = left; x < right; x++)
                    row[x] = Math.Min(row[x], below[x] + 1);
            }
        });

    private static void Along(Span<float> row, Scratch scratch)
    {
        int width = row.Length;
        scratch.Reset(Scratch.Padded<int>(width) + 2 * Scratch.Padded<double>(width + 1));
        int* vertex = scratch.Take<int>(width);
        double* from = scratch.Take<double>(width + 1);
        double* squares = scratch.Take<double>(width + 1);
        int last = -1;
        for (int x = 0; x < width; x++)
        {
            squares[x] = (double)row[x] * row[x];
            if (!float.IsFinite(row[x]))
                continue;
            double start = double.NegativeInfinity;
            while (last >= 0 && (start = Crossing(squares, vertex[last], x)) <= from[last])
                last--;
            vertex[++last] = x;
            from[last] = last == 0 ? double.NegativeInfinity : start;
        }

        int current = 0;
        for (int x = 0; x < width && last >= 0; x++)
        {
            while (current < last && from[current + 1] <= x)
                current++;
            double along = x - vertex[current];
            row[x] = (float)Math.Sqrt(along * along + squares[vertex[current]]);
        }
    }

    /// <summary>Where the parabola of column <paramref name="right"/> begins to lie below that of column <paramref name="left"/>.</summary>
    private static double Crossing(double* squares, int left, int right)
        => (squares[right] + (double)right * right - squares[left] - (double)left * left) / (2.0 * (right - left));
}
