namespace EmTools.Engine.Imaging;

/// <summary>Pixels without data (NaN or infinite) while a filter works: filled so that they do not spread, and NaN again afterwards.</summary>
internal static class MissingPixels
{
    /// <summary>Gives pixels without data the mean of the others; returns where the others are (1), or null when there are none missing. The caller owns the plane.</summary>
    public static Plane<byte>? Fill(Plane<float> image, EvaluationContext context)
    {
        Plane<byte>? tissue = TissueMask.Combine(image, null, context);
        if (tissue is null)
            return null;
        try
        {
            Replace(image, tissue, TissueMask.RoughMean(image, tissue), context);
            return tissue;
        }
        catch
        {
            tissue.Dispose();
            throw;
        }
    }

    /// <summary>Makes the pixels that <see cref="Fill"/> filled NaN.</summary>
    public static void Restore(Plane<float> image, Plane<byte>? tissue, EvaluationContext context)
    {
        if (tissue is not null)
            Replace(image, tissue, float.NaN, context);
    }

    /// <summary>Gives all pixels where <paramref name="tissue"/> is 0 a value.</summary>
    public static void Replace(Plane<float> image, Plane<byte> tissue, float value, EvaluationContext context)
        => RowParallel.For(image.Height, RowParallel.Grain(image.Height, image.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                Span<float> row = image.Row(y);
                Span<byte> inside = tissue.Row(y);
                for (int x = 0; x < row.Length; x++)
                {
                    if (inside[x] == 0)
                        row[x] = value;
                }
            }
        });
}
