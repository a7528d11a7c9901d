using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>
/// The grid on which stripes are estimated: blocks of some rows and one column, in a frame in which the stripes run straight
/// down. Shape (block, column).
/// </summary>
/// <remarks>
/// For slanted stripes each row is moved against their slope, by whole pixels, and the frame is as much wider as the rows move
/// apart, so that every pixel has its own place in it. What lies beside the section there is its mirror image, and counts
/// nowhere.
/// </remarks>
internal sealed unsafe class BlockGrid
{
    private readonly int _height;
    private readonly int _width;
    private readonly double _slope;
    private readonly int _lowest;

    /// <summary>Lays the grid over a section.</summary>
    /// <param name="height">Rows of the section.</param>
    /// <param name="width">Columns of the section.</param>
    /// <param name="blockRows">Rows of a block.</param>
    /// <param name="slope">Columns by which the stripes go to the right from a row to the next.</param>
    public BlockGrid(int height, int width, int blockRows, double slope)
    {
        (_height, _width, BlockRows, _slope) = (height, width, blockRows, slope);
        Rows = (height + blockRows - 1) / blockRows;
        (int atTop, int atFoot) = (0, Rounded(height - 1));
        _lowest = Math.Min(atTop, atFoot);
        Width = width + Math.Abs(atFoot - atTop);
    }

    /// <summary>Rows of blocks.</summary>
    public int Rows { get; }

    /// <summary>Columns, those beside a slanted section among them.</summary>
    public int Width { get; }

    /// <summary>Rows of the section in a block; the last one may have fewer.</summary>
    public int BlockRows { get; }

    /// <summary>True where the section does not fill the frame.</summary>
    public bool IsSlanted => Width > _width;

    /// <summary>The means of the valid pixels of every block, 0 where there are none, and the valid pixels' share of it.</summary>
    /// <param name="image">The section.</param>
    /// <param name="tissue">1 where a pixel is valid; null where all are.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <returns>The means; and the shares, null where every block is whole. The caller owns both.</returns>
    public Blocks Reduce(Plane<float> image, Plane<byte>? tissue, EvaluationContext context)
    {
        Plane<float>? share = tissue is null && !IsSlanted ? null : Plane.Rent<float>(Rows, Width);
        try
        {
            Plane<float> mean = Plane.Make<float>(Rows, Width, mean => RowParallel.For(Rows, 1, context, (first, end) =>
            {
                for (int i = first; i < end; i++)
                    Reduce(image, tissue, i, mean, share);
            }));
            return new Blocks(mean, share);
        }
        catch
        {
            share?.Dispose();
            throw;
        }
    }

    /// <summary>The columns [first, end) of a row of blocks that the section covers.</summary>
    public (int First, int End) Covered(int block)
    {
        (int from, int to) = (Shift(block * BlockRows), Shift(Math.Min(_height, (block + 1) * BlockRows) - 1));
        return (Math.Min(from, to), Math.Max(from, to) + _width);
    }

    /// <summary>
    /// Subtracts stripes from the valid pixels: straight lines between the blocks' middles, constant beyond the outermost. Between the
    /// columns of the frame, where slanted stripes lie in most rows, by the cubic through four of them.
    /// </summary>
    /// <param name="image">The section, in place.</param>
    /// <param name="stripes">The stripes, on this grid.</param>
    /// <param name="tissue">1 where a pixel is valid; null where all are.</param>
    /// <param name="context">Threads and cancellation.</param>
    public void Subtract(Plane<float> image, Plane<float> stripes, Plane<byte>? tissue, EvaluationContext context)
        => RowParallel.For(_height, RowParallel.Grain(_height, _width, context), context, (first, end, scratch) =>
        {
            const int Margin = 16;
            int count = Width + 2 * Margin;
            scratch.Reset(Scratch.Padded<float>(count) + Scratch.Padded<float>(_width));
            float* line = scratch.TakeCleared<float>(count) + Margin, between = scratch.Take<float>(_width);
            for (int y = first; y < end; y++)
            {
                double place = Math.Clamp((y + 0.5) / BlockRows - 0.5, 0, Rows - 1);
                int block = Math.Min((int)place, Math.Max(0, Rows - 2));
                float* above = stripes.RowPointer(block), below = stripes.RowPointer(Math.Min(block + 1, Rows - 1));
                if (IsSlanted)
                {
                    Mix(above, below, (float)(place - block), line, Width);
                    Mirror.Pad(line, Width, 2);
                    double start = -_slope * y - _lowest;
                    int column = (int)Math.Floor(start);
                    Interpolate(line + column, (float)(start - column), between, _width);
                }
                else
                {
                    Mix(above, below, (float)(place - block), between, _width);
                }

                Subtract(image.Row(y), new ReadOnlySpan<float>(between, _width), tissue is null ? [] : tissue.Row(y));
            }
        });

    /// <summary>How far to the right row <paramref name="y"/> stands in the frame.</summary>
    private int Shift(int y) => Rounded(y) - _lowest;

    private int Rounded(int y) => -(int)Math.Floor(_slope * y + 0.5);

    private void Reduce(Plane<float> image, Plane<byte>? tissue, int block, Plane<float> mean, Plane<float>? share)
    {
        (int top, int bottom) = (block * BlockRows, Math.Min(_height, (block + 1) * BlockRows));
        Span<float> sums = mean.Row(block), counts = share is null ? [] : share.Row(block);
        sums.Clear();
        counts.Clear();
        for (int y = top; y < bottom; y++)
        {
            Span<float> row = image.Row(y), sum = sums.Slice(Shift(y), _width), count = share is null ? [] : counts.Slice(Shift(y), _width);
            if (tissue is null)
            {
                TensorPrimitives.Add(sum, row, sum);
                if (share is not null)
                    TensorPrimitives.Add(count, 1, count);
                continue;
            }

            Span<byte> inside = tissue.Row(y);
            for (int x = 0; x < row.Length; x++)
            {
                if (inside[x] == 0)
                    continue;
                sum[x] += row[x];
                count[x]++;
            }
        }

        if (share is null)
        {
            TensorPrimitives.Multiply(sums, 1f / (bottom - top), sums);
            return;
        }

        for (int x = 0; x < Width; x++)
        {
            sums[x] /= Math.Max(counts[x], 1);
            counts[x] /= bottom - top;
        }
    }

    /// <summary>to = above (1 - share) + below share.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix(float* above, float* below, float share, float* to, int width)
    {
        int x = 0;
        for (; x <= width - Vector<float>.Count; x += Vector<float>.Count)
            Vector.Store(Vector.Load(above + x) * (1 - share) + Vector.Load(below + x) * share, to + x);
        for (; x < width; x++)
            to[x] = above[x] * (1 - share) + below[x] * share;
    }

    /// <summary>The values at <paramref name="share"/> of the way to the next, by Catmull and Rom's cubic.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interpolate(float* line, float share, float* to, int width)
    {
        float f = share, before = ((2 - f) * f - 1) * f / 2, left = ((3 * f - 5) * f * f + 2) / 2, right = ((4 - 3 * f) * f + 1) * f / 2, after = (f - 1) * f * f / 2;
        int x = 0;
        for (; x <= width - Vector<float>.Count; x += Vector<float>.Count)
            Vector.Store(Vector.Load(line + x - 1) * before + Vector.Load(line + x) * left + Vector.Load(line + x + 1) * right + Vector.Load(line + x + 2) * after, to + x);
        for (; x < width; x++)
            to[x] = line[x - 1] * before + line[x] * left + line[x + 1] * right + line[x + 2] * after;
    }

    private static void Subtract(Span<float> row, ReadOnlySpan<float> what, ReadOnlySpan<byte> tissue)
    {
        if (tissue.IsEmpty)
        {
            TensorPrimitives.Subtract(row, what, row);
            return;
        }

        for (int x = 0; x < row.Length; x++)
            row[x] -= tissue[x] != 0 ? what[x] : 0;
    }
}
