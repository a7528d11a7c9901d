using System.Collections.Immutable;
using System.Numerics.Tensors;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Metrics;

/// <summary>Measures how much of a section is stripes, scale by scale, with the bands and averages of <c>Destripe</c>.</summary>
/// <remarks>Cost: as destriping twice without telling stripes from tissue; two planes beside the image.</remarks>
internal static class StripeMeter
{
    private const int TileWidth = 256;

    /// <summary>Rows that are asked for before they are needed.</summary>
    private const int Ahead = 8;

    /// <summary>Scales looked at, at most.</summary>
    public const int MostScales = 8;

    /// <summary>Pixels across a stripe that vary together, in stripe widths: the band-pass of a scale.</summary>
    private const double Correlation = 3;

    /// <summary>The energies of all scales whose low-pass fits into the image, finest first.</summary>
    /// <param name="image">The section; NaN only outside <paramref name="tissue"/>. Stays as it is.</param>
    /// <param name="tissue">1 for pixels that count, 0 for others; null for all.</param>
    /// <param name="direction">The way the stripes run.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static ImmutableArray<StripeEnergy> Measure(Plane<float> image, Plane<byte>? tissue, StripeDirection direction, EvaluationContext context)
    {
        Energy[] vertical, horizontal;
        using (Plane<float> low = Plane.Rent<float>(image.Height, image.Width))
            vertical = Vertical(image, low, TissueMask.RoughMean(image, tissue), tissue, context);
        using (Plane<float> turned = Transpose.Of(image, context))
        using (Plane<byte>? turnedTissue = tissue is null ? null : Transpose.Of(tissue, context))
        {
            // The copy is not needed again: its low-pass takes its place, and the section one plane less of memory.
            float level = TissueMask.RoughMean(turned, turnedTissue);
            Subtract(level, turned, context);
            horizontal = Vertical(turned, turned, level, turnedTissue, context);
        }

        if (direction == StripeDirection.Horizontal)
            (vertical, horizontal) = (horizontal, vertical);
        return [.. vertical.Zip(horizontal).Select((pair, scale) => new StripeEnergy(scale, pair.First.Mean, pair.Second.Mean, Math.Sqrt(pair.First.Variance + pair.Second.Variance)))];
    }

    private static void Subtract(float level, Plane<float> from, EvaluationContext context)
        => RowParallel.For(from.Height, RowParallel.Grain(from.Height, from.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
                TensorPrimitives.Subtract(from.Row(y), level, from.Row(y));
        });

    /// <summary>The energies of vertical stripes.</summary>
    /// <param name="image">The section; where it is <paramref name="low"/>, less the level.</param>
    /// <param name="low">Is overwritten; may be <paramref name="image"/>.</param>
    /// <param name="level">A grey level amid those of the section.</param>
    /// <param name="tissue">1 for pixels that count, 0 for others; null for all.</param>
    /// <param name="context">Threads and cancellation.</param>
    private static Energy[] Vertical(Plane<float> image, Plane<float> low, float level, Plane<byte>? tissue, EvaluationContext context)
    {
        double pixels = TissueMask.RowCounts(image, tissue, context).Sum();
        int scales = 0;
        while (scales < MostScales && LowPassTaps.Radius * 2 << scales < Math.Min(image.Height, image.Width))
            scales++;
        var energies = new Energy[pixels > 0 ? scales : 0];
        if (energies.Length == 0)
            return energies;

        using Plane<float> band = Plane.Rent<float>(image.Height, image.Width);
        for (int scale = 0; scale < scales; scale++)
        {
            BandSplit.Run(scale == 0 ? image : low, low, band, null, scale, level, tissue, context);
            int length = Length(scale, image.Height);
            (double squares, double fourths) = AveragedPowers(band, tissue, length, context);
            double mean = squares / pixels, independent = Math.Max(1, pixels / (length * Correlation * (1 << scale)));
            energies[scale] = new Energy(mean, (fourths / pixels - mean * mean) / independent);
        }

        return energies;
    }

    /// <summary>The published length of the average along the stripe, or what a short section has room for.</summary>
    private static int Length(int scale, int height) => Math.Min(StripeScales.Lengths[Math.Min(scale, StripeScales.Lengths.Length - 1)], (height / 4) | 1);

    /// <summary>Sums of the squares and of the fourth powers, over the tissue, of the band averaged down the columns with tri(n).</summary>
    private static (double Squares, double Fourths) AveragedPowers(Plane<float> band, Plane<byte>? tissue, int length, EvaluationContext context)
    {
        var sums = new (double Squares, double Fourths)[(band.Width + TileWidth - 1) / TileWidth];
        RowParallel.For(band.Width, TileWidth, context, (left, right, scratch) => sums[left / TileWidth] = Tile(band, tissue, length, left, right, scratch, context.Cancellation));
        return (sums.Sum(s => s.Squares), sums.Sum(s => s.Fourths));
    }

    private static unsafe (double Squares, double Fourths) Tile(Plane<float> band, Plane<byte>? tissue, int length, int left, int right, Scratch scratch, CancellationToken cancellation)
    {
        (int height, int width) = (band.Height, right - left);
        scratch.Reset((tissue is null ? 1 : 2) * (TriangleColumns.ScratchBytes(length, height, width) + Scratch.Padded<float>(TileWidth)));
        var values = new TriangleColumns(length, height, width, scratch);
        var average = new Span<float>(scratch.Take<float>(TileWidth), width);
        TriangleColumns? shares = tissue is null ? null : new TriangleColumns(length, height, width, scratch);
        Span<float> share = tissue is null ? [] : new Span<float>(scratch.Take<float>(TileWidth), width);
        double squares = 0, fourths = 0;
        int loaded = 0;
        for (int y = 0; y < height; y++)
        {
            if ((y & 1023) == 0)
                cancellation.ThrowIfCancellationRequested();
            for (; loaded <= Math.Min(height - 1, y + values.Lead); loaded++)
            {
                if (loaded + Ahead < height)
                    Prefetch.Row(band.RowPointer(loaded + Ahead) + left, width);
                band.Row(loaded).Slice(left, width).CopyTo(new Span<float>(values.Input(loaded), width));
                if (shares is not null)
                    Widen(tissue!.Row(loaded).Slice(left, width), new Span<float>(shares.Input(loaded), width));
            }

            fixed (float* to = average)
                values.Next(to);
            if (shares is not null)
            {
                fixed (float* to = share)
                    shares.Next(to);
                Normalise(average, share, tissue!.Row(y).Slice(left, width));
            }

            squares += LaneSums.SumOfSquares(average);
            TensorPrimitives.Multiply(average, average, average);
            fourths += LaneSums.SumOfSquares(average);
        }

        return (squares, fourths);
    }

    private static void Widen(ReadOnlySpan<byte> from, Span<float> to)
    {
        for (int x = 0; x < to.Length; x++)
            to[x] = from[x];
    }

    /// <summary>The band is 0 outside the tissue; the average over the tissue alone is what remains to be made of it.</summary>
    private static void Normalise(Span<float> average, ReadOnlySpan<float> share, ReadOnlySpan<byte> inside)
    {
        for (int x = 0; x < average.Length; x++)
            average[x] = inside[x] != 0 ? average[x] / (share[x] + 1.1920929e-07f) : 0;
    }

    /// <summary>A mean square, and how uncertain it is: the variance of the squares over the number of independent ones.</summary>
    private readonly record struct Energy(double Mean, double Variance);
}
