using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pictures;

/// <summary>Scales pictures down by the mean of the area that a pixel covers.</summary>
internal static class AreaAverage
{
    /// <summary>The plane with <paramref name="scale"/> of its pixels in one, its proportions kept; a copy where the scale is 1. The caller owns the result.</summary>
    /// <param name="plane">The pixels.</param>
    /// <param name="scale">Pixels of the plane for one of the result along either axis, at least 1.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static Plane<byte> Shrink(Plane<byte> plane, double scale, EvaluationContext context)
    {
        int height = Math.Max(1, (int)Math.Round(plane.Height / scale)), width = Math.Max(1, (int)Math.Round(plane.Width / scale));
        if (height == plane.Height && width == plane.Width)
            return plane.Clone();

        double scaleY = (double)plane.Height / height, scaleX = (double)plane.Width / width;
        return Plane.Make<byte>(height, width, small => RowParallel.For(height, Math.Max(1, height / (8 * context.Threads)), context, (first, end) =>
        {
            float[] columns = new float[plane.Width];
            for (int y = first; y < end; y++)
            {
                Array.Clear(columns);
                double top = y * scaleY, bottom = Math.Min(plane.Height, (y + 1) * scaleY);
                for (int row = (int)top; row < bottom; row++)
                    AddRow(plane.Row(row), (float)(Math.Min(bottom, row + 1) - Math.Max(top, row)), columns);
                Reduce(columns, scaleX, bottom - top, small.Row(y));
            }
        }));
    }

    private static void AddRow(ReadOnlySpan<byte> row, float weight, Span<float> columns)
    {
        for (int x = 0; x < row.Length; x++)
            columns[x] += weight * row[x];
    }

    /// <summary>Means over the columns that each pixel covers, of sums over <paramref name="rows"/> rows.</summary>
    private static void Reduce(ReadOnlySpan<float> columns, double scale, double rows, Span<byte> target)
    {
        for (int x = 0; x < target.Length; x++)
        {
            double left = x * scale, right = Math.Min(columns.Length, (x + 1) * scale), sum = 0;
            for (int column = (int)left; column < right; column++)
                sum += columns[column] * (Math.Min(right, column + 1) - Math.Max(left, column));
            target[x] = (byte)Math.Clamp(Math.Round(sum / ((right - left) * rows)), 0, 255);
        }
    }
}
