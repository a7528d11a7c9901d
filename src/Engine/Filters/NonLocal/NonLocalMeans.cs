using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.NonLocal;

/// <summary>
/// Averages every pixel with those pixels of its own and of neighbouring sections whose surroundings correlate best with
/// its own (Kreinin et al. 2023, package).
/// </summary>
internal static class NonLocalMeans
{
    /// <summary>Filters the window's centre. Pixels that are NaN there stay NaN; elsewhere they are no candidates, and in the blocks around others they count as the mean of the surroundings.</summary>
    /// <remarks>
    /// Where no place is similar to a pixel's surroundings, as in a flat area, the pixel stays as it is. Memory: the window
    /// and the result; a tile's working memory a thread.
    /// </remarks>
    public static Plane<float> Compute(NeighbourWindow window, NonLocalMeansOptions options, EvaluationContext context)
        => Compute(window, (window.Reference ?? window.Sections)[window.Centre], double.IsNaN(options.SourceWeight) ? null : window.Sections[window.Centre], options, context);

    /// <summary>Filters with any template.</summary>
    /// <param name="window">Sections and references; its centre's pixels serve where nothing is similar.</param>
    /// <param name="template">Whose pixels' surroundings are looked for.</param>
    /// <param name="source">Enters as the first candidate, or null.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static Plane<float> Compute(NeighbourWindow window, Plane<float> template, Plane<float>? source, NonLocalMeansOptions options, EvaluationContext context)
    {
        if (options.PatchSize is { } size)
            return Patches.Compute(window, template, source, options, size, context);
        int across = (template.Width + SimilarityTile.TileWidth - 1) / SimilarityTile.TileWidth;
        int down = (template.Height + SimilarityTile.TileHeight - 1) / SimilarityTile.TileHeight;
        return Plane.Make<float>(template.Height, template.Width, result => RowParallel.For(across * down, 1, context, (job, _, scratch) =>
            Tile(window, template, source, options, job / across * SimilarityTile.TileHeight, job % across * SimilarityTile.TileWidth, result, scratch)));
    }

    private static void Tile(NeighbourWindow window, Plane<float> template, Plane<float>? source, NonLocalMeansOptions options, int top, int left, Plane<float> result, Scratch scratch)
    {
        const int RoomForVectors = 64;
        int height = Math.Min(SimilarityTile.TileHeight, template.Height - top);
        int width = Math.Min(SimilarityTile.TileWidth, template.Width - left);
        bool factors = options.SectionWeight is not null && !options.AdjustScore;
        scratch.Reset(SimilarityTile.ScratchBytes(options));
        var best = new BestCandidates(options.WeightCount, SimilarityTile.TileHeight, SimilarityTile.TileWidth + RoomForVectors, factors, scratch);
        for (int y = 0; y < height && source is not null; y++)
        {
            for (int x = 0; x < width; x++)
                best.Enter(y, x, (float)options.SourceWeight, source.Row(top + y)[left + x]);
        }

        // The centre first: the sooner good candidates are kept, the fewer displace others.
        foreach (int k in Enumerable.Range(0, window.Sections.Count).OrderBy(k => Math.Abs(k - window.Centre)))
        {
            float weight = options.SectionWeight is null ? 1 : (float)options.SectionWeight[window.Offset + k];
            long mark = scratch.Used;
            if (weight != 0)
                SimilarityTile.Offer(template, (window.Reference ?? window.Sections)[k], window.Sections[k], options, weight, top, left, best, scratch);
            scratch.ReturnTo(mark);
        }

        float clip = double.IsNaN(options.Clip) ? 1 : (float)options.Clip;
        for (int y = 0; y < height; y++)
            best.Average(y, clip, window.Sections[window.Centre].Row(top + y).Slice(left, width), result.Row(top + y).Slice(left, width));
    }
}
