using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Estimation.Sections;

/// <summary>Measures one section: the mean of its tissue, the change from the section before, the box means.</summary>
internal static class SectionMeter
{
    /// <summary>Equal means of fewer blocks may be chance.</summary>
    private const int LeastCompared = 8;

    /// <summary>
    /// Measures a section. For the boxes curtains are removed from the means of 8 x 8 pixels: narrower ones average out
    /// in them, and the wider ones are there at a 64th of the pixels. The change is taken before that: what the filter
    /// does around a structure that enters would spread beyond it.
    /// </summary>
    /// <param name="plane">The pixels as they are stored.</param>
    /// <param name="invert">Turn intensities back.</param>
    /// <param name="index">The section's place in the stack.</param>
    /// <param name="previous">The section before, or null.</param>
    /// <param name="options">How to measure.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static MeasuredSection Measure(Plane plane, bool invert, int index, MeasuredSection? previous, MeasuringOptions options, EvaluationContext context)
    {
        int height = plane.Height, width = plane.Width;
        double area = (double)height * width;
        using BlockSums sums = BlockSummation.Run(plane, invert, options.FlatThreshold, context);
        ArtificialBackground.Remove(sums, options.FlatArea ?? (long)Math.Ceiling(area / 10000), context.Cancellation);
        (double mean, long pixels) = Mean(sums);

        BlockGrid blockGrid = BlockGrid.ForChange(height, width), boxGrid = BlockGrid.ForBackground(height, width, options.Boxes);
        using Plane<float> means = Means(sums);
        BlockMeans blocks = BlockMeans.Join(means, sums.Count, blockGrid);
        if (options.Destripe && pixels > 0)
            Destripe.Compute(means, ReducedDestripe.Options, null, context); // vertical stripes, so in place
        BlockMeans boxes = BlockMeans.Join(means, sums.Count, boxGrid);
        var measurement = new SectionMeasurement
        {
            Index = index,
            Mean = mean,
            MeanError = MeanError(boxes),
            MaskedShare = 1 - pixels / area,
            SaturatedShare = sums.Saturated / area,
            Spread = pixels > 0 ? PixelSpread.Of(plane, invert, sums.Count, BlockGrid.FineSide)?.Spread ?? double.NaN : double.NaN,
            Boxes = boxes.Values,
        };
        if (previous is not null)
        {
            Location change = Change(previous.Blocks, blocks, boxes.Grid);
            measurement = measurement with
            {
                Previous = previous.Measurement.Index,
                Change = change.Value,
                ChangeError = change.Error,
                ComparedShare = (double)change.Count / blocks.Values.Length,
                Duplicate = AreEqual(previous.Blocks, blocks),
            };
        }

        return new MeasuredSection(measurement, blocks);
    }

    private static (double Mean, long Pixels) Mean(BlockSums sums)
    {
        double sum = 0;
        long pixels = 0;
        for (int y = 0; y < sums.Grid.Rows; y++)
        {
            foreach (float value in sums.Sum.Row(y))
                sum += value;
            foreach (byte count in sums.Count.Row(y))
                pixels += count;
        }

        return (pixels > 0 ? sum / pixels : double.NaN, pixels);
    }

    /// <summary>The means of the smallest blocks; NaN where there is no tissue. The caller owns the plane.</summary>
    private static Plane<float> Means(BlockSums sums)
    {
        Plane<float> means = Plane.Rent<float>(sums.Grid.Rows, sums.Grid.Columns);
        for (int y = 0; y < means.Height; y++)
        {
            Span<float> mean = means.Row(y), sum = sums.Sum.Row(y);
            Span<byte> count = sums.Count.Row(y);
            for (int x = 0; x < mean.Length; x++)
                mean[x] = count[x] > 0 ? sum[x] / count[x] : float.NaN;
        }

        return means;
    }

    /// <summary>
    /// From the spread of the means of patches, an eighth of the section's longer side wide: smaller ones share cells
    /// with their neighbours and would vary together.
    /// </summary>
    private static double MeanError(BlockMeans boxes)
    {
        const int PatchesAlong = 8;
        BlockGrid grid = boxes.Grid;
        int side = Math.Max(1, Math.Max(grid.Rows, grid.Columns) / PatchesAlong);
        int across = (grid.Columns + side - 1) / side, down = (grid.Rows + side - 1) / side;
        var sums = new double[across * down];
        var counts = new int[across * down];
        double total = 0;
        for (int i = 0; i < boxes.Values.Length; i++)
        {
            if (!float.IsFinite(boxes.Values[i]))
                continue;
            int patch = i / grid.Columns / side * across + i % grid.Columns / side;
            sums[patch] += boxes.Values[i];
            counts[patch]++;
            total += boxes.Values[i];
        }

        int all = counts.Sum(), patches = counts.Count(n => n > 0);
        if (patches < 2)
            return double.NaN;
        double mean = total / all, squares = 0;
        for (int i = 0; i < sums.Length; i++)
            squares += (sums[i] - counts[i] * mean) * (sums[i] - counts[i] * mean);
        return Math.Sqrt(squares * patches / (patches - 1)) / all;
    }

    /// <summary>True when the same blocks are tissue in both and all their means are equal to the last bit, as no two images of different sections are.</summary>
    private static bool AreEqual(BlockMeans before, BlockMeans now)
    {
        int compared = 0;
        for (int i = 0; i < now.Values.Length; i++)
        {
            if (float.IsFinite(before.Values[i]) != float.IsFinite(now.Values[i]))
                return false;
            if (!float.IsFinite(now.Values[i]))
                continue;
            if (before.Values[i] != now.Values[i])
                return false;
            compared++;
        }

        return compared >= LeastCompared;
    }

    private static Location Change(BlockMeans before, BlockMeans now, BlockGrid boxes)
    {
        var differences = new List<float>(now.Values.Length);
        var groups = new List<int>(now.Values.Length);
        int columns = now.Grid.Columns;
        for (int i = 0; i < now.Values.Length; i++)
        {
            float difference = now.Values[i] - before.Values[i];
            if (!float.IsFinite(difference))
                continue;
            differences.Add(difference);
            groups.Add(i / columns * now.Grid.Side / boxes.Side * boxes.Columns + i % columns * now.Grid.Side / boxes.Side);
        }

        return RobustLocation.Of([.. differences], [.. groups], boxes.Rows * boxes.Columns);
    }
}

/// <summary>A measured section with the block means that the next one is compared to.</summary>
internal sealed record MeasuredSection(SectionMeasurement Measurement, BlockMeans Blocks);
