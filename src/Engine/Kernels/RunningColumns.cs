using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>
/// The moving sum of n rows (n odd) down the columns of a tile, for a stream of rows: a running sum, so the cost a pixel
/// does not depend on n.
/// </summary>
/// <remarks>
/// Rows come in order; the sum around row y is ready when row y + n/2 (or the last) has come. The last n + 1 rows are kept
/// in a ring: rows beyond an end are mirror images of rows that are still there. Sums are kept in double precision and
/// what leaves a sum is the very value that entered it, so they do not drift.
/// Cost: 2 additions and 4 conversions a pixel; the ring should fit into the second-level cache.
/// </remarks>
internal sealed unsafe class RunningColumns
{
    private readonly int _height;
    private readonly int _width;
    private readonly int _slots;
    private readonly int _stride;
    private readonly double _scale;
    private readonly float* _ring;
    private readonly double* _sums;
    private int _row = -1;

    /// <summary>Prepares for a tile of <paramref name="width"/> columns of an image of <paramref name="height"/> rows.</summary>
    /// <param name="length">n.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the tile.</param>
    /// <param name="scale">Factor on the sums: 1/n for an average.</param>
    /// <param name="scratch">Where the ring is taken from.</param>
    public RunningColumns(int length, int height, int width, double scale, Scratch scratch)
    {
        (_height, _width, Radius, _scale) = (height, width, length / 2, scale);
        _slots = Slots(length, height);
        _stride = Stride(width);
        _ring = scratch.Take<float>((long)_slots * _stride);
        _sums = scratch.Take<double>(_stride);
    }

    /// <summary>Rows that must have come before the sum around a row is ready, counted from that row.</summary>
    public int Radius { get; }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(int length, int height, int width)
        => Scratch.Padded<float>((long)Slots(length, height) * Stride(width)) + Scratch.Padded<double>(Stride(width));

    /// <summary>Where the values of row <paramref name="y"/> are to be put; rows must come in order.</summary>
    public float* Input(int y) => _ring + (long)(y % _slots) * _stride;

    /// <summary>Gives the scaled sum around the next row.</summary>
    public void Next(float* to)
    {
        int y = ++_row;
        if (y == 0)
            Restart(to);
        else
            Move(_sums, Mirrored(y + Radius), Mirrored(y - Radius - 1), _scale, to, _width);
    }

    private static int Slots(int length, int height) => Math.Min(length + 1, height);

    private static int Stride(int width) => (width + 15) / 16 * 16;

    private float* Mirrored(int y) => Input(Mirror.Index(y, _height));

    /// <summary>The sum of the window around row 0.</summary>
    private void Restart(float* to)
    {
        new Span<double>(_sums, _stride).Clear();
        if (Radius > 2 * _height)
        {
            EnterAll();
        }
        else
        {
            for (int y = -Radius; y <= Radius; y++)
                Enter(_sums, Mirrored(y), _width);
        }

        for (int x = 0; x < _width; x++)
            to[x] = (float)(_sums[x] * _scale);
    }

    /// <summary>A window that holds the image several times over: every row at once, as often as it is there.</summary>
    private void EnterAll()
    {
        int[] times = Mirror.Times(-Radius, 2 * Radius + 1, _height);
        for (int y = 0; y < _height; y++)
        {
            float* row = Input(y);
            for (int x = 0; x < _width; x++)
                _sums[x] += (double)row[x] * times[y];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Enter(double* sums, float* row, int width)
    {
        for (int x = 0; x < width; x += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(row + x), out Vector<double> low, out Vector<double> high);
            double* upper = sums + x + Vector<double>.Count;
            Vector.Store(Vector.Load(sums + x) + low, sums + x);
            Vector.Store(Vector.Load(upper) + high, upper);
        }
    }

    /// <summary>sums += entering - leaving; to = sums scaled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(double* sums, float* entering, float* leaving, double scale, float* to, int width)
    {
        var factor = new Vector<double>(scale);
        for (int x = 0; x < width; x += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(entering + x), out Vector<double> inLow, out Vector<double> inHigh);
            Vector.Widen(Vector.Load(leaving + x), out Vector<double> outLow, out Vector<double> outHigh);
            double* upper = sums + x + Vector<double>.Count;
            Vector<double> low = Vector.Load(sums + x) + (inLow - outLow);
            Vector<double> high = Vector.Load(upper) + (inHigh - outHigh);
            Vector.Store(low, sums + x);
            Vector.Store(high, upper);
            Vector.Store(Vector.Narrow(low * factor, high * factor), to + x);
        }
    }
}
