using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.TransformDenoising;

/// <summary>
/// Denoising in a transform domain: overlapping blocks, their cosine transform, a hard threshold and then an empirical Wiener filter.
/// </summary>
internal static class DenoiseTransform
{
    public const string Name = "DenoiseTransform";

    /// <summary>Denoises a section; pixels that are NaN count as the section's mean for their neighbours and stay NaN.</summary>
    public static Plane<float> Compute(Plane<float> section, DenoiseTransformOptions options, EvaluationContext context)
    {
        Plane<float> result = Compute([section], options, context);
        section.Dispose();
        return result;
    }

    /// <summary>Denoises the first section of a window, told by the others. The caller owns the result.</summary>
    /// <param name="window">The section, and then its neighbours, in any order; they stay as they are.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static Plane<float> Compute(IReadOnlyList<Plane<float>> window, DenoiseTransformOptions options, EvaluationContext context)
    {
        var filled = new Plane<float>?[window.Count];
        var tissue = new Plane<byte>?[window.Count];
        try
        {
            for (int z = 0; z < window.Count; z++)
            {
                tissue[z] = TissueMask.Combine(window[z], null, context);
                if (tissue[z] is { } mask)
                    MissingPixels.Replace(filled[z] = window[z].Clone(), mask, TissueMask.RoughMean(window[z], mask), context);
            }

            Plane<float>[] whole = [.. window.Select((section, z) => filled[z] ?? section)];
            NoiseTable noise = double.IsNaN(options.Noise) ? NoiseTable.Measure(whole[0], options.Block, context) : NoiseTable.White(options.Block, options.Noise);
            return Plane.Make<float>(window[0].Height, window[0].Width, result =>
            {
                Run(whole, noise, options, result, context);
                MissingPixels.Restore(result, tissue[0], context);
            });
        }
        finally
        {
            foreach (Plane<float>? plane in filled)
                plane?.Dispose();
            foreach (Plane<byte>? plane in tissue)
                plane?.Dispose();
        }
    }

    /// <summary>The memory that the threads' tiles take, and the result.</summary>
    public static long WorkingBytes(int height, int width, int threads, DenoiseTransformOptions options)
        => (long)height * width * sizeof(float) + threads * TransformTile.ScratchBytes(new TileLayout(options.Block, options.Step), 2 * options.Radius + 1);

    private static void Run(Plane<float>[] window, NoiseTable noise, DenoiseTransformOptions options, Plane<float> result, EvaluationContext context)
    {
        var layout = new TileLayout(options.Block, options.Step);
        float[] levels = Array.ConvertAll(window, section => TissueMask.RoughMean(section, null));
        int across = (result.Width + layout.Width - 1) / layout.Width, down = (result.Height + layout.Height - 1) / layout.Height;
        RowParallel.For(across * down, 1, context, (first, end, scratch) =>
        {
            var tile = new TransformTile(layout, noise.Deviations, (float)options.HardThreshold, window.Length, scratch);
            for (int i = first; i < end; i++)
                tile.Run(window, levels, i / across * layout.Height, i % across * layout.Width, result);
        });
    }
}
