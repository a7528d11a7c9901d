namespace EmTools.Engine.Imaging;

/// <summary>Where a section's pixels lie and how far they spread, from a sample of them.</summary>
/// <param name="Mean">The sample's mean, in grey levels.</param>
/// <param name="Spread">Half the distance between the 16th and the 84th percentile: one standard deviation, were they normally distributed. 0 where most have one value.</param>
internal readonly record struct PixelSpread(double Mean, double Spread)
{
    /// <summary>Pixels that are looked at, about: enough to know the spread to a percent.</summary>
    private const double Samples = 1 << 16;

    private const double Lower = 0.1587, Upper = 0.8413;

    /// <summary>Looks at a section; null where no pixel of it counts.</summary>
    /// <param name="plane">The pixels as they are stored; those at either end of an integer type's range, NaN and infinite ones do not count.</param>
    /// <param name="invert">Turn intensities back.</param>
    /// <param name="tissue">Tissue pixels of blocks, those without do not count; null for all.</param>
    /// <param name="blockSide">Side of such a block, in pixels.</param>
    public static PixelSpread? Of(Plane plane, bool invert, Plane<byte>? tissue = null, int blockSide = 1)
    {
        int stride = (int)Math.Max(1, Math.Sqrt((double)plane.Height * plane.Width / Samples));
        (float lowest, float highest) = plane.PixelType.Maximum() is { } top ? (0, top) : (float.NegativeInfinity, float.PositiveInfinity);
        var values = new List<float>((int)(2 * Samples));
        float[] row = new float[plane.Width];
        for (int y = stride / 2; y < plane.Height; y += stride)
        {
            PlaneConversion.ToSingle(plane.RowBytes(y), plane.PixelType, invert, row);
            for (int x = stride / 2; x < row.Length; x += stride)
            {
                if (row[x] > lowest && row[x] < highest && (tissue is null || tissue.Row(y / blockSide)[x / blockSide] > 0))
                    values.Add(row[x]);
            }
        }

        if (values.Count == 0)
            return null;
        values.Sort();
        return new PixelSpread(values.Average(value => (double)value), ((double)At(Upper) - At(Lower)) / 2);

        float At(double share) => values[(int)Math.Round(share * (values.Count - 1))];
    }
}
