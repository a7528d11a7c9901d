using System.Numerics.Tensors;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Metrics;

/// <summary>
/// Estimates the standard deviation of white noise from the upper half of the finest band, in which tissue has least: the
/// deviation there of the quietest blocks, over what the band keeps of white noise.
/// </summary>
/// <remarks>
/// Blocks of 32 x 32 pixels vary for two reasons, the chance of a sample (3 percent) and what they hold of tissue; the
/// tenth percentile leaves out the blocks with tissue and most of the chance. Cost: two passes of low-passes over the section, in strips.
/// </remarks>
internal static class NoiseMeter
{
    private const int BlockSize = 32;
    private const int StripBlocks = 8;

    /// <summary>The percentile of the blocks' deviations that is taken for noise.</summary>
    private const double Quiet = 10;

    /// <summary>Where no block is whole, those count of which this share is tissue: pixels that are missing all over leave none.</summary>
    private const double LeastTissue = 0.75;

    /// <summary>With fewer blocks, all pixels are taken together.</summary>
    private const int FewestBlocks = 16;

    /// <summary>The noise's standard deviation in grey levels; NaN where no pixel counts.</summary>
    /// <param name="image">The section; NaN only outside <paramref name="tissue"/>. Stays as it is.</param>
    /// <param name="tissue">1 for pixels that count, 0 for others; null for all.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static double Measure(Plane<float> image, Plane<byte>? tissue, EvaluationContext context) => Level(BlockVariances(image, tissue, context));

    /// <summary>The band's variance in every block of an image.</summary>
    /// <inheritdoc cref="Measure" path="/param"/>
    public static IEnumerable<double> BlockVariances(Plane<float> image, Plane<byte>? tissue, EvaluationContext context)
    {
        const int StripRows = BlockSize * StripBlocks;
        int strips = (image.Height + StripRows - 1) / StripRows;
        var blocks = new (List<double> Whole, List<double> Broken)[strips];
        float level = TissueMask.RoughMean(image, tissue);
        var alone = new EvaluationContext { Threads = 1, Cancellation = context.Cancellation };
        RowParallel.For(strips, 1, context, (strip, _) => blocks[strip] = Strip(image, tissue, strip * StripRows, Math.Min(image.Height, (strip + 1) * StripRows), level, alone));
        return Array.Exists(blocks, b => b.Whole.Count > 0) ? blocks.SelectMany(b => b.Whole) : blocks.SelectMany(b => b.Broken);
    }

    /// <summary>The noise's standard deviation from the variances of blocks; NaN without any.</summary>
    public static double Level(IEnumerable<double> blockVariances)
    {
        double[] variances = [.. blockVariances.Order()];
        if (variances.Length == 0)
            return double.NaN;
        double variance = variances.Length < FewestBlocks
            ? variances[variances.Length / 2]
            : variances[(int)(Quiet / 100 * (variances.Length - 1))];
        return Math.Sqrt(variance) / FinestBands.UpperNorm;
    }

    /// <summary>The band's mean square in the blocks of some rows, of those that are all tissue and of those that nearly are; flat ones are left out.</summary>
    private static (List<double> Whole, List<double> Broken) Strip(Plane<float> image, Plane<byte>? tissue, int first, int end, float level, EvaluationContext alone)
    {
        int top = Math.Max(0, first - FinestBands.Reach), bottom = Math.Min(image.Height, end + FinestBands.Reach);
        using Plane<float> rows = Plane.Rent<float>(bottom - top, image.Width);
        for (int y = top; y < bottom; y++)
        {
            Span<float> to = rows.Row(y - top);
            ReadOnlySpan<float> from = image.Row(y);
            for (int x = 0; x < to.Length; x++)
                to[x] = float.IsFinite(from[x]) ? from[x] - level : 0;
        }

        using FinestBands bands = FinestBands.Of(rows, alone);
        (var whole, var broken) = (new List<double>(), new List<double>());
        (int height, int width) = (Math.Min(BlockSize, end - first), Math.Min(BlockSize, image.Width));
        for (int y = first; y + height <= end; y += height)
        {
            for (int x = 0; x + width <= image.Width; x += width)
            {
                int pixels = Pixels(tissue, y, x, height, width);
                if (pixels >= LeastTissue * height * width && Squares(bands.Upper, top, tissue, y, x, height, width) is > 0 and var squares)
                    (pixels == height * width ? whole : broken).Add(squares / pixels);
            }
        }

        return (whole, broken);
    }

    private static int Pixels(Plane<byte>? tissue, int y, int x, int height, int width)
    {
        int pixels = tissue is null ? height * width : 0;
        for (int row = y; tissue is not null && row < y + height; row++)
            pixels += width - tissue.Row(row).Slice(x, width).Count((byte)0);
        return pixels;
    }

    /// <summary>The sum of the squares of a block's tissue.</summary>
    private static double Squares(Plane<float> band, int top, Plane<byte>? tissue, int y, int x, int height, int width)
    {
        double squares = 0;
        for (int row = y; row < y + height; row++)
        {
            Span<float> values = band.Row(row - top).Slice(x, width);
            for (int i = 0; tissue is not null && i < width; i++)
                values[i] = tissue.Row(row)[x + i] != 0 ? values[i] : 0; // the band is not needed again
            squares += LaneSums.SumOfSquares(values);
        }

        return squares;
    }
}
