using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Milling;

/// <summary>
/// Corrects uneven section thickness (Kreinin et al. 2023, package): finds, around every pixel, where in z the sections
/// turn from being more like the window's first to being more like its last, and interpolates there.
/// </summary>
internal static class MillingCorrection
{
    private const int TileWidth = 1024;

    /// <summary>
    /// Filters the window's middle. Pixels that are NaN there stay NaN; in other sections they count as the section's mean
    /// and have no weight. A window of fewer than three sections leaves the section as it is.
    /// </summary>
    /// <remarks>Memory: the window, the result, and for each thread the sums of a strip of columns.</remarks>
    public static Plane<float> Compute(NeighbourWindow window, MillingCorrectionOptions options, EvaluationContext context)
    {
        Plane<float> centre = window.Sections[window.Centre];
        if (window.Sections.Count < 3)
            return centre.Clone();
        Plane<float> result = Plane.Rent<float>(centre.Height, centre.Width);
        try
        {
            Plane<float>[] sections = [.. window.Sections];
            float[] levels = [.. sections.Select(Level)];
            int strips = (centre.Width + TileWidth - 1) / TileWidth;
            int parts = Math.Clamp(centre.Height / (8 * options.Neighborhood + 64), 1, 8); // a part begins by summing a whole window
            RowParallel.For(strips * parts, 1, context, (job, _, scratch) =>
            {
                (int strip, int part) = (job % strips, job / strips);
                int left = strip * TileWidth;
                (int top, int bottom) = ((int)((long)centre.Height * part / parts), (int)((long)centre.Height * (part + 1) / parts));
                new ThicknessStrip(sections, levels, options, left, Math.Min(TileWidth, centre.Width - left), scratch).Run(top, bottom, window.Centre, result);
            });
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private static float Level(Plane<float> section)
    {
        float mean = TissueMask.RoughMean(section, null);
        if (mean != 0)
            return mean;

        // The rough mean gives up (0) where there are pixels without data.
        double sum = 0;
        long count = 0;
        for (int y = 0; y < section.Height; y += Math.Max(1, section.Height / 64))
        {
            foreach (float value in section.Row(y))
            {
                if (!float.IsNaN(value))
                {
                    sum += value;
                    count++;
                }
            }
        }

        return (float)(sum / Math.Max(1, count));
    }
}
