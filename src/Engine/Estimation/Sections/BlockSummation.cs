using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Estimation.Sections;

/// <summary>
/// The one pass over a section's pixels: sums over blocks of 8 x 8, saturated and flat pixels told apart.
/// </summary>
/// <remarks>
/// A strip of eight rows and two more on either side (the spread of 3 x 3 pixels, widened by one pixel) is turned into
/// floats in the cache. Nearly all strips are tissue throughout; whether one is, vector comparisons tell, and only the
/// others are looked at pixel by pixel.
/// </remarks>
internal sealed unsafe class BlockSummation
{
    private const int Side = BlockGrid.FineSide;

    /// <summary>Rows above and below a strip that its pixels' flatness depends on.</summary>
    private const int Reach = 2;

    private const int StripRows = Side + 2 * Reach;

    private readonly Plane _plane;
    private readonly bool _invert;
    private readonly float _threshold;
    private readonly float _lowest;
    private readonly float _highest;
    private readonly BlockSums _sums;
    private readonly int _stride;
    private long _saturated;
    private int _anyFlat;

    private BlockSummation(Plane plane, bool invert, double threshold, BlockSums sums)
    {
        (_plane, _invert, _threshold, _sums) = (plane, invert, (float)threshold, sums);
        int? maximum = plane.PixelType.Maximum();
        (_lowest, _highest) = maximum is { } top ? (0, top) : (float.NegativeInfinity, float.PositiveInfinity);

        // A pixel on either side for the edge, and room for the last vector.
        _stride = (plane.Width + 2 + 2 * Vector<float>.Count + 15) / 16 * 16;
    }

    /// <summary>Sums up a section; the caller owns the result.</summary>
    /// <param name="plane">Its pixels as they are stored.</param>
    /// <param name="invert">Turn intensities back.</param>
    /// <param name="threshold">Largest spread of 3 x 3 pixels that is flat, in grey levels.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static BlockSums Run(Plane plane, bool invert, double threshold, EvaluationContext context)
    {
        var sums = new BlockSums(plane.Height, plane.Width);
        try
        {
            var pass = new BlockSummation(plane, invert, threshold, sums);
            RowParallel.For(sums.Grid.Rows, 1, context, (first, _, scratch) => pass.Strip(first, scratch));
            sums.Saturated = pass._saturated;
            sums.AnyFlat = pass._anyFlat != 0;
            return sums;
        }
        catch
        {
            sums.Dispose();
            throw;
        }
    }

    private void Strip(int blockRow, Scratch scratch)
    {
        int y0 = blockRow * Side, width = _plane.Width;
        int rows = Math.Min(Side, _plane.Height - y0);
        scratch.Reset((StripRows + 3) * Scratch.Padded<float>(_stride) + 2 * (Side + 2) * Scratch.Padded<byte>(_stride));
        float* strip = scratch.Take<float>((long)StripRows * _stride) + 1;
        for (int k = 0; k < rows + 2 * Reach; k++)
            Load(Math.Clamp(y0 + k - Reach, 0, _plane.Height - 1), strip + (long)k * _stride);

        _sums.FlatSum.Row(blockRow).Clear();
        _sums.FlatCount.Row(blockRow).Clear();
        float* high = scratch.Take<float>(_stride) + 1, low = scratch.Take<float>(_stride) + 1, total = scratch.Take<float>(_stride);
        if (AllTissue(strip, rows, high, low))
        {
            strip += (long)Reach * _stride;
            Unsafe.CopyBlock(total, strip, (uint)(width * sizeof(float)));
            for (int k = 1; k < rows; k++)
                Add(strip + (long)k * _stride, total, width);
            Blocks(total, rows, blockRow);
            return;
        }

        byte* flat = scratch.TakeCleared<byte>((long)(Side + 2) * _stride);
        byte* wide = scratch.Take<byte>(_stride);
        PixelByPixel(blockRow, strip, rows, flat, wide);
    }

    private void Load(int y, float* to)
    {
        int width = _plane.Width;
        PlaneConversion.ToSingle(_plane.RowBytes(y), _plane.PixelType, _invert, new Span<float>(to, width));
        to[-1] = to[0];
        for (int x = width; x < width + Vector<float>.Count; x++)
            to[x] = to[width - 1];
    }

    /// <summary>True when no pixel of the strip is saturated, NaN, flat, or next to a flat one.</summary>
    private bool AllTissue(float* strip, int rows, float* high, float* low)
    {
        int width = _plane.Width;
        for (int k = Reach; k < Reach + rows; k++)
        {
            var row = new ReadOnlySpan<float>(strip + (long)k * _stride, width);

            // Both give NaN for a row with one, and a comparison with NaN is false.
            if (!(TensorPrimitives.Min(row) > _lowest && TensorPrimitives.Max(row) < _highest))
                return false;
        }

        for (int k = 1; k < Reach + rows + 1; k++)
        {
            float* row = strip + (long)k * _stride;
            if (LeastSpread(row - _stride, row, row + _stride, high, low, width) <= _threshold)
                return false;
        }

        return true;
    }

    /// <summary>The smallest spread of 3 x 3 pixels around the pixels of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float LeastSpread(float* above, float* here, float* below, float* high, float* low, int width)
    {
        int lanes = Vector<float>.Count;
        for (int x = -1; x < width + 1; x += lanes)
        {
            Vector<float> a = Vector.Load(above + x), h = Vector.Load(here + x), b = Vector.Load(below + x);
            Vector.Store(Vector.Max(Vector.Max(a, h), b), high + x);
            Vector.Store(Vector.Min(Vector.Min(a, h), b), low + x);
        }

        float result = float.MaxValue;
        if (width < lanes)
        {
            // Beyond the edge pixels repeat and look flat, and how many of them a vector holds is the processor's.
            for (int x = 0; x < width; x++)
                result = Math.Min(result, Math.Max(Math.Max(high[x - 1], high[x]), high[x + 1]) - Math.Min(Math.Min(low[x - 1], low[x]), low[x + 1]));
            return result;
        }

        var least = new Vector<float>(float.MaxValue);
        for (int x = 0; x < width; x += lanes)
        {
            int at = Math.Min(x, width - lanes);
            Vector<float> top = Vector.Max(Vector.Max(Vector.Load(high + at - 1), Vector.Load(high + at)), Vector.Load(high + at + 1));
            Vector<float> bottom = Vector.Min(Vector.Min(Vector.Load(low + at - 1), Vector.Load(low + at)), Vector.Load(low + at + 1));
            least = Vector.Min(least, top - bottom);
        }

        for (int i = 0; i < lanes; i++)
            result = Math.Min(result, least[i]);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* row, float* total, int width)
    {
        for (int x = 0; x < width; x += Vector<float>.Count)
            Vector.Store(Vector.Load(total + x) + Vector.Load(row + x), total + x);
    }

    private void Blocks(float* total, int rows, int blockRow)
    {
        Span<float> sum = _sums.Sum.Row(blockRow);
        Span<byte> count = _sums.Count.Row(blockRow);
        for (int b = 0; b < sum.Length; b++)
        {
            int columns = Math.Min(Side, _plane.Width - b * Side);
            float s = 0;
            for (int x = 0; x < columns; x++)
                s += total[b * Side + x];
            (sum[b], count[b]) = (s, (byte)(rows * columns));
        }
    }

    private void PixelByPixel(int blockRow, float* strip, int rows, byte* flat, byte* wide)
    {
        MarkFlat(strip, rows, flat, wide);
        Span<float> sum = _sums.Sum.Row(blockRow), flatSum = _sums.FlatSum.Row(blockRow);
        Span<byte> count = _sums.Count.Row(blockRow), flatCount = _sums.FlatCount.Row(blockRow);
        sum.Clear();
        count.Clear();
        long saturated = 0;
        bool anyFlat = false;
        for (int k = 0; k < rows; k++)
        {
            float* row = strip + (long)(k + Reach) * _stride;
            byte* near = flat + (long)(k + 1) * _stride + 1;
            for (int x = 0; x < _plane.Width; x++)
            {
                float value = row[x];
                if (float.IsNaN(value))
                    continue;
                if (value <= _lowest || value >= _highest)
                {
                    saturated++;
                    continue;
                }

                int b = x / Side;
                sum[b] += value;
                count[b]++;
                if ((near[x - _stride] | near[x] | near[x + _stride]) != 0)
                {
                    flatSum[b] += value;
                    flatCount[b]++;
                    anyFlat = true;
                }
            }
        }

        Interlocked.Add(ref _saturated, saturated);
        if (anyFlat)
            Volatile.Write(ref _anyFlat, 1);
    }

    /// <summary>
    /// Marks, in the strip's rows and one more on either side, the pixels whose 3 x 3 neighbours are flat, and those
    /// beside them in the row; their neighbours above and below are for the caller to look up.
    /// </summary>
    private void MarkFlat(float* strip, int rows, byte* flat, byte* wide)
    {
        int width = _plane.Width;
        for (int k = 0; k < rows + 2; k++)
        {
            float* row = strip + (long)(k + 1) * _stride;
            new Span<byte>(wide, width + 2).Clear();
            for (int x = 0; x < width; x++)
            {
                float high = float.NegativeInfinity, low = float.PositiveInfinity;
                for (int dx = -1; dx <= 1; dx++)
                {
                    float a = row[x + dx - _stride], h = row[x + dx], b = row[x + dx + _stride];
                    high = Math.Max(high, Math.Max(a, Math.Max(h, b)));
                    low = Math.Min(low, Math.Min(a, Math.Min(h, b)));
                }

                wide[x + 1] = high - low <= _threshold ? (byte)1 : (byte)0;
            }

            byte* to = flat + (long)k * _stride;
            for (int x = 1; x <= width; x++)
                to[x] = (byte)(wide[x - 1] | wide[x] | wide[x + 1]);
        }
    }
}
