namespace EmTools.Engine.Imaging;

/// <summary>
/// Finds the bar that microscopes burn into the foot of a picture, with scale, voltage and magnification: whole rows of one
/// level with writing on it, below a picture that is not.
/// </summary>
internal static class DataBar
{
    /// <summary>A bar takes at most this share of the picture's height; what is higher is an empty picture.</summary>
    private const double Highest = 0.3;

    private const int LeastRows = 8;

    /// <summary>Rows at the very foot that may be a frame around picture and bar.</summary>
    private const int FrameRows = 2;

    /// <summary>Of a row of writing, at least this share is ground.</summary>
    private const double LeastGround = 0.3;

    /// <summary>Rows above the bar in which its ground must be rare. In the margin of a turned picture it grows rarer row by row.</summary>
    private const int RowsAbove = 8;

    private const double MostAbove = 0.45;

    /// <summary>Rows with writing, in which some of the ground is covered.</summary>
    private const int LeastWritten = 3;

    private const double Covered = 0.02;

    /// <summary>The step that cuts it off, as it is written.</summary>
    public static string Cut(int rows, int height, int width) => FormattableString.Invariant($"Crop -Region 0, 0, {height - rows}, {width}");

    /// <summary>The rows that the bar takes; 0 where there is none.</summary>
    public static int RowsOf(Plane<float> plane)
    {
        int height = plane.Height, most = (int)(Highest * height), bottom = height - 1;
        float ground = float.NaN;
        bool found = false;
        for (int skipped = 0; skipped <= FrameRows && bottom > 0 && !found; skipped++)
        {
            // A line of another level around all does not tell the ground.
            found = Majority(plane.Row(bottom), out ground) && Majority(plane.Row(bottom - 1), out float above) && Same(ground, above);
            bottom -= found ? 0 : 1;
        }

        if (!found)
            return 0;
        int top = bottom, written = 0;
        while (top > 0 && height - top <= most && IsDrawn(plane.Row(top - 1), ground, ref written))
            top--;
        int rows = height - top;
        if (rows < LeastRows || rows > most || top < RowsAbove || written < LeastWritten)
            return 0;
        for (int y = top - RowsAbove; y < top; y++)
        {
            if (Share(plane.Row(y), ground) > MostAbove)
                return 0;
        }

        return rows;
    }

    private static bool IsDrawn(ReadOnlySpan<float> row, float ground, ref int written)
    {
        double share = Share(row, ground);
        if (share >= LeastGround)
        {
            if (share < 1 - Covered)
                written++;
            return true;
        }

        return Majority(row, out _); // a line between the fields of the bar
    }

    private static double Share(ReadOnlySpan<float> row, float level)
    {
        int count = 0;
        foreach (float pixel in row)
            count += Same(pixel, level) ? 1 : 0;
        return (double)count / row.Length;
    }

    /// <summary>The level that more than half of a row has (R. Boyer, J Moore, 1981).</summary>
    private static bool Majority(ReadOnlySpan<float> row, out float level)
    {
        level = row[0];
        int lead = 0;
        foreach (float pixel in row)
        {
            if (lead == 0)
                level = pixel;
            lead += Same(pixel, level) ? 1 : -1;
        }

        return Share(row, level) > 0.5;
    }

    private static bool Same(float a, float b) => a == b || (float.IsNaN(a) && float.IsNaN(b));
}
