using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>
/// Estimates the stripes of a section on its grid of blocks: octave by octave across the stripes, cell by cell along them, by
/// the Wiener gain of each cell. Where the neighbours are known, what they share with the section is no stripe.
/// </summary>
/// <remarks>Adaptive destriping as EmTools' documentation describes it (docs/filters/DestripeAdaptive.md); no published method.</remarks>
internal static class StripeEstimate
{
    /// <summary>With fewer blocks that count nothing is estimated.</summary>
    private const int FewestBlocks = 64;

    /// <summary>Lengths beyond this many heights of the section are left out.</summary>
    private const int MostHeights = 4;

    /// <summary>Of tissue's energy at least this is left when the neighbours' share is taken away.</summary>
    private const double LeastTissue = 0.02;

    /// <summary>No grid of a coarse octave has fewer columns than this, so small sections are worked on column by column.</summary>
    public const int FewestColumns = 512;

    private const double Least = 1e-12;

    /// <summary>Estimates the stripes.</summary>
    /// <param name="blocks">The section's blocks, which stay the caller's, but for the means where it gives them up.</param>
    /// <param name="takeMeans">True where the caller needs the means no longer.</param>
    /// <param name="neighbours">The mean of its neighbours without their stripes, on the same grid; null in two dimensions.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="fewestColumns">No grid of a coarse octave has fewer columns.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <returns>The stripes, of the blocks' size, the caller's; null where there are none.</returns>
    public static Plane<float>? Of(Blocks blocks, bool takeMeans, Plane<float>? neighbours, DestripeAdaptiveOptions options, int fewestColumns, EvaluationContext context)
    {
        (int height, int width) = (blocks.Mean.Height, blocks.Mean.Width);
        if (CountOf(blocks) < FewestBlocks)
            return null;
        int[] lengths = [.. options.Length.Select(length => Octave.Odd((double)length / options.BlockRows))];
        lengths = lengths[..Math.Max(1, lengths.Count(length => length <= MostHeights * height))];
        var layers = new List<Plane<float>?>(); // one a grid, finest first
        using var bands = new OctaveBands(blocks.Mean, takeMeans, options.BlockRows, fewestColumns);
        using OctaveBands? neighbourBands = neighbours is null ? null : new OctaveBands(neighbours, false, options.BlockRows, fewestColumns);
        Plane<float>? share = blocks.Share, finer = null;
        try
        {
            int step = 0;
            for (int scale = 0; scale < options.ScaleCount; scale++)
            {
                if (step != 0 && step != bands.Step)
                {
                    share = Halved(share, blocks.Share, context);
                    finer = Halved(finer, null, context);
                }

                if (step != bands.Step)
                    layers.Add(null);
                step = bands.Step;
                using Plane<float> band = bands.Next(context);
                using Plane<float>? neighbourBand = neighbourBands?.Next(context);
                var octave = new Octave(scale, step, options.BlockRows, band, neighbourBand, share);
                Plane<float>? stripes = Of(octave, lengths, ref finer, options, context);
                layers[^1] = Layers.Sum(layers[^1], stripes, context);
            }

            return Layers.Collapse(layers, width, context);
        }
        finally
        {
            finer?.Dispose();
            if (share != blocks.Share)
                share?.Dispose();
            foreach (Plane<float>? layer in layers)
                layer?.Dispose();
        }
    }

    /// <summary>The stripes of an octave; null where there are none.</summary>
    /// <param name="octave">The octave.</param>
    /// <param name="lengths">Lengths of the averages, in rows of blocks.</param>
    /// <param name="energy">The finer octave's local energy, on this one's grid; becomes this one's.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="context">Threads and cancellation.</param>
    private static Plane<float>? Of(Octave octave, int[] lengths, ref Plane<float>? energy, DestripeAdaptiveOptions options, EvaluationContext context)
    {
        double slope = Math.Min(options.MaxSlope, options.FineSlope * (1 << octave.Scale));
        Plane<float>? stripes = null, finer = energy;
        try
        {
            for (int iteration = 1; iteration <= options.IterationCount; iteration++)
            {
                using LocalWeights weights = LocalWeights.Of(octave, stripes, finer, options, context);
                CellGain[] gains = Gains(CellEnergies.Measure(octave, stripes, weights, lengths, slope, context), options.Oversubtraction, octave.Neighbours is not null);
                bool last = iteration == options.IterationCount, none = Array.TrueForAll(gains, gain => gain.Gain == 0);
                bool same = none && stripes is null; // from nothing, the same would come out again
                stripes?.Dispose();
                stripes = null;
                using LocalEnergies? local = last && options.LocalWindow > 0 && Array.Exists(gains, gain => gain.IsLocal)
                    ? LocalEnergies.Measure(octave, weights, lengths, gains, options.LocalWindow, context) : null;
                stripes = none ? null : StripeLayer.Make(octave, weights, lengths, gains, local, options.GlobalShare, context);
                if (last || same)
                {
                    energy = weights.TakeEnergy();
                    finer?.Dispose();
                    break;
                }
            }

            return stripes;
        }
        catch
        {
            stripes?.Dispose();
            throw;
        }
    }

    private static CellGain[] Gains(CellEnergies energies, double oversubtraction, bool hasNeighbours)
    {
        var gains = new CellGain[energies.Along.Own.Length];
        for (int j = 0; j < gains.Length; j++)
        {
            Energies across = energies.Across;
            double beta = hasNeighbours ? Math.Clamp(across.Both[j] / (across.Neighbours[j] + 1e-9), 0, 1) : 0;
            double tissue = oversubtraction * Math.Max(across.Without(j, beta), LeastTissue * across.Own[j]);
            double signal = Math.Max(0, energies.Along.Without(j, beta) - tissue);
            gains[j] = new CellGain(signal / Math.Max(signal + tissue, Least), signal, tissue, beta);
        }

        return gains;
    }

    private static long CountOf(Blocks blocks)
    {
        if (blocks.Share is null)
            return (long)blocks.Mean.Height * blocks.Mean.Width;
        long count = 0;
        for (int y = 0; y < blocks.Share.Height && count < FewestBlocks; y++)
        {
            foreach (float share in blocks.Share.Row(y))
                count += share > Octave.LeastShare ? 1 : 0;
        }

        return count;
    }

    /// <summary>Every second column of a plane, which is given back unless it is the caller's.</summary>
    private static Plane<float>? Halved(Plane<float>? plane, Plane<float>? callers, EvaluationContext context)
    {
        if (plane is null)
            return null;
        Plane<float> half = Octave.Halve(plane, context);
        if (plane != callers)
            plane.Dispose();
        return half;
    }
}
