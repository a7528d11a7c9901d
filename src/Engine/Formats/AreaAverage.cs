using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>Scales pictures down by the mean of the area that a pixel covers.</summary>
internal static class AreaAverage
{
    /// <summary>The plane in at most <paramref name="maximumWidth"/> columns, its proportions kept. The caller owns the result.</summary>
    public static Plane<byte> Shrink(Plane<byte> plane, int maximumWidth)
    {
        if (plane.Width <= maximumWidth)
            return plane.Clone();

        double scale = (double)plane.Width / maximumWidth;
        int height = Math.Max(1, (int)Math.Round(plane.Height / scale)), width = maximumWidth;
        double scaleY = (double)plane.Height / height;
        Plane<byte> small = Plane.Rent<byte>(height, width);
        double[] sums = new double[width];
        for (int y = 0; y < height; y++)
        {
            Array.Clear(sums);
            double top = y * scaleY, bottom = Math.Min(plane.Height, (y + 1) * scaleY);
            for (int row = (int)top; row < bottom; row++)
                AddRow(plane.Row(row), Math.Min(bottom, row + 1) - Math.Max(top, row), scale, sums);
            Span<byte> target = small.Row(y);
            for (int x = 0; x < width; x++)
                target[x] = (byte)Math.Clamp(Math.Round(sums[x] / (scale * (bottom - top))), 0, 255);
        }

        return small;
    }

    private static void AddRow(ReadOnlySpan<byte> row, double weight, double scale, double[] sums)
    {
        for (int x = 0; x < sums.Length; x++)
        {
            double left = x * scale, right = Math.Min(row.Length, (x + 1) * scale), sum = 0;
            for (int column = (int)left; column < right; column++)
                sum += row[column] * (Math.Min(right, column + 1) - Math.Max(left, column));
            sums[x] += weight * sum;
        }
    }
}
