using System.Numerics.Tensors;

namespace EmTools.Engine.Formats;

/// <summary>Undoes the filters of PNG's rows: each byte was stored as its difference to what its neighbours foretell.</summary>
internal static class PngFilters
{
    /// <summary>Undoes a row's filter in place.</summary>
    /// <param name="filter">The format's number of it, 0 to 4.</param>
    /// <param name="row">The row's bytes.</param>
    /// <param name="above">The row above, its filter undone; zeros for the first.</param>
    /// <param name="step">Bytes from a pixel to the next, at least 1.</param>
    /// <returns>False for a filter that there is not.</returns>
    public static bool Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        switch (filter)
        {
            case 0:
                return true;
            case 1:
                for (int i = step; i < row.Length; i++)
                    row[i] += row[i - step];
                return true;
            case 2:
                TensorPrimitives.Add(row, above, row);
                return true;
            case 3:
                for (int i = 0; i < Math.Min(step, row.Length); i++)
                    row[i] += (byte)(above[i] >> 1);
                for (int i = step; i < row.Length; i++)
                    row[i] += (byte)((row[i - step] + above[i]) >> 1);
                return true;
            case 4:
                for (int i = 0; i < Math.Min(step, row.Length); i++)
                    row[i] += above[i];
                for (int i = step; i < row.Length; i++)
                    row[i] += Nearest(row[i - step], above[i], above[i - step]);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Paeth's choice: of left, above and the one between them, the nearest to left + above - between.</summary>
    private static byte Nearest(byte left, byte above, byte between)
    {
        int toLeft = Math.Abs(above - between), toAbove = Math.Abs(left - between), toBetween = Math.Abs(left + above - 2 * between);
        return toLeft <= toAbove && toLeft <= toBetween ? left : toAbove <= toBetween ? above : between;
    }
}
