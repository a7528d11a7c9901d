namespace EmTools.Engine.Imaging;

/// <summary>Which pixels take part: those of the user's mask that hold a finite number.</summary>
internal static class TissueMask
{
    /// <summary>
    /// The mask (1 or 0) of the pixels that are inside <paramref name="mask"/> and finite, or null when these are all.
    /// The caller owns the plane.
    /// </summary>
    public static Plane<byte>? Combine(Plane<float> image, Plane<byte>? mask, EvaluationContext context)
    {
        int outside = 0;
        int grain = RowParallel.Grain(image.Height, image.Width, context);

        // Nearly all sections are whole: look first, and make a mask only when there is something to leave out.
        RowParallel.For(image.Height, grain, context, (first, end) =>
        {
            for (int y = first; y < end && Volatile.Read(ref outside) == 0; y++)
            {
                if (!RowMath.AllFinite(image.Row(y)) || (mask is not null && mask.Row(y).Contains((byte)0)))
                    Volatile.Write(ref outside, 1);
            }
        });
        if (outside == 0)
            return null;

        return Plane.Make<byte>(image.Height, image.Width, combined => RowParallel.For(image.Height, grain, context, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                Span<float> values = image.Row(y);
                Span<byte> inside = combined.Row(y);
                Span<byte> given = mask is null ? [] : mask.Row(y);
                for (int x = 0; x < values.Length; x++)
                    inside[x] = float.IsFinite(values[x]) && (given.IsEmpty || given[x] != 0) ? (byte)1 : (byte)0;
            }
        }));
    }

    /// <summary>The number of tissue pixels in every row.</summary>
    public static double[] RowCounts(Plane<float> image, Plane<byte>? mask, EvaluationContext context)
    {
        var counts = new double[image.Height];
        RowParallel.For(image.Height, RowParallel.Grain(image.Height, image.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
                counts[y] = mask is null ? image.Width : mask.Row(y).Count((byte)1);
        });
        return counts;
    }

    /// <summary>The mean of the tissue in some of the rows: a level to count from, where precision matters and its exact value does not.</summary>
    public static float RoughMean(Plane<float> image, Plane<byte>? mask)
    {
        const int Rows = 64;
        double sum = 0;
        long count = 0;
        for (int y = 0; y < image.Height; y += Math.Max(1, image.Height / Rows))
        {
            Span<float> values = image.Row(y);
            for (int x = 0; x < values.Length; x++)
            {
                if (mask is null || mask.Row(y)[x] != 0)
                {
                    sum += values[x];
                    count++;
                }
            }
        }

        float mean = (float)(sum / Math.Max(1, count));
        return float.IsFinite(mean) ? mean : 0;
    }
}
