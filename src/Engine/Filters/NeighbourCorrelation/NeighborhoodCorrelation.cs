using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.NeighbourCorrelation;

/// <summary>
/// Averages every pixel of a volume with those around it in three dimensions, itself left out, whose surrounding cubes
/// correlate best with its own (Kreinin et al. 2023, package).
/// </summary>
public static class NeighborhoodCorrelation
{
    private const int TileHeight = 16;
    private const int TileWidth = 512;

    /// <summary>Filters a volume.</summary>
    /// <param name="volume">Sections (y, x) of equal size, neighbours in z; not changed.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <returns>As many sections, owned by the caller.</returns>
    /// <exception cref="EmException">A parameter out of range.</exception>
    /// <remarks>Near the volume's faces, where cubes do not fit, and where nothing is similar, pixels stay as they are. Pixels that are NaN stay NaN and are never averaged; in the cubes around others they count as the mean of the surroundings.</remarks>
    public static IReadOnlyList<Plane<float>> ComputeVolume(IReadOnlyList<Plane<float>> volume, NeighborhoodCorrelationOptions options, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(options);
        FilterCatalog.Get("NeighborhoodCorrelation").Check(options);
        var results = new List<Plane<float>>();
        try
        {
            for (int z = 0; z < volume.Count; z++)
            {
                int first = Math.Max(0, z - options.Radius);
                int end = Math.Min(volume.Count, z + options.Radius + 1);
                results.Add(Compute(new NeighbourWindow([.. volume.Take(first..end)], z - first), options, context));
            }

            return results;
        }
        catch
        {
            results.ForEach(plane => plane.Dispose());
            throw;
        }
    }

    /// <summary>Filters the window's centre.</summary>
    internal static Plane<float> Compute(NeighbourWindow window, NeighborhoodCorrelationOptions options, EvaluationContext context)
    {
        Plane<float> centre = window.Sections[window.Centre];
        Plane<float> result = Plane.Rent<float>(centre.Height, centre.Width);
        try
        {
            Plane<float>[] sections = [.. window.Sections];
            int across = (centre.Width + TileWidth - 1) / TileWidth;
            int down = (centre.Height + TileHeight - 1) / TileHeight;
            RowParallel.For(across * down, 1, context, (job, _, scratch) =>
            {
                (int top, int left) = (job / across * TileHeight, job % across * TileWidth);
                new CubeTile(sections, window.Centre, options, top, left, Math.Min(TileHeight, centre.Height - top), Math.Min(TileWidth, centre.Width - left), scratch).Run(result);
            });
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }
}
