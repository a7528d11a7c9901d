using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>
/// The average tri(n) = box(n) * box(n) down the columns of a tile, for a stream of rows: two running sums, one feeding
/// the other, so the cost a pixel does not depend on n.
/// </summary>
/// <remarks>
/// Rows come in order; the average of row y is ready when row y + n - 1 (or the last) has come. The last n + 1 rows of
/// the input and of its first sum are kept in rings: rows beyond an end are mirror images of rows that are still there,
/// because a symmetric filter leaves a mirrored signal mirrored. Sums are kept in double precision, so that they do not
/// drift; what leaves a sum is the very value that entered it.
/// Cost: 2 subtractions, 4 conversions and 4 additions a pixel; the rings should fit into the second-level cache.
/// </remarks>
internal sealed unsafe class TriangleColumns
{
    private readonly int _height;
    private readonly int _width;
    private readonly int _radius;
    private readonly int _slots;
    private readonly int _stride;
    private readonly double _scale;
    private readonly float* _input;
    private readonly float* _once;
    private readonly double* _firstSum;
    private readonly double* _secondSum;
    private int _summed = -1;
    private int _averaged = -1;

    /// <summary>Prepares for a tile of <paramref name="width"/> columns of an image of <paramref name="height"/> rows.</summary>
    public TriangleColumns(int length, int height, int width, Scratch scratch)
    {
        (_height, _width, _radius) = (height, width, length / 2);
        _slots = Slots(length, height);
        _stride = Stride(width);
        _scale = 1.0 / ((double)length * length);
        _input = scratch.Take<float>((long)_slots * _stride);
        _once = scratch.Take<float>((long)_slots * _stride);
        _firstSum = scratch.Take<double>(_stride);
        _secondSum = scratch.Take<double>(_stride);
    }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(int length, int height, int width)
        => 2 * Scratch.Padded<float>((long)Slots(length, height) * Stride(width)) + 2 * Scratch.Padded<double>(Stride(width));

    /// <summary>Rows that must have come before the average of a row is ready, counted from that row.</summary>
    public int Lead => 2 * _radius;

    /// <summary>Where the values of row <paramref name="y"/> are to be put; rows must come in order.</summary>
    public float* Input(int y) => _input + (long)(y % _slots) * _stride;

    /// <summary>Gives the average of the next row.</summary>
    public void Next(float* to)
    {
        int y = ++_averaged;
        int needed = Math.Min(y + _radius, _height - 1);
        while (_summed < needed)
            SumOnce(++_summed);

        if (y == 0)
            Restart(_secondSum, _once);
        else
            Move(_secondSum, Once(y + _radius), Once(y - _radius - 1));
        Scale(_secondSum, _scale, to, _width);
    }

    private static int Slots(int length, int height) => Math.Min(length + 1, height);

    private static int Stride(int width) => (width + 15) / 16 * 16;

    private float* Once(int y) => _once + (long)(Mirror.Index(y, _height) % _slots) * _stride;

    private void SumOnce(int y)
    {
        if (y == 0)
            Restart(_firstSum, _input);
        else
            Move(_firstSum, Input(Mirror.Index(y + _radius, _height)), Input(Mirror.Index(y - _radius - 1, _height)));
        Scale(_firstSum, 1, Once(y), _width);
    }

    /// <summary>The sum of the window around row 0.</summary>
    private void Restart(double* sum, float* ring)
    {
        new Span<double>(sum, _width).Clear();
        for (int y = -_radius; y <= _radius; y++)
        {
            float* row = ring + (long)(Mirror.Index(y, _height) % _slots) * _stride;
            for (int x = 0; x < _width; x++)
                sum[x] += row[x];
        }
    }

    /// <summary>sum += entering - leaving.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Move(double* sum, float* entering, float* leaving)
    {
        int width = _width;
        for (int x = 0; x < width; x += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(entering + x), out Vector<double> inLow, out Vector<double> inHigh);
            Vector.Widen(Vector.Load(leaving + x), out Vector<double> outLow, out Vector<double> outHigh);
            Vector.Store(Vector.Load(sum + x) + (inLow - outLow), sum + x);
            double* upper = sum + x + Vector<double>.Count;
            Vector.Store(Vector.Load(upper) + (inHigh - outHigh), upper);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(double* sum, double scale, float* to, int width)
    {
        var factor = new Vector<double>(scale);
        for (int x = 0; x < width; x += Vector<float>.Count)
            Vector.Store(Vector.Narrow(Vector.Load(sum + x) * factor, Vector.Load(sum + x + Vector<double>.Count) * factor), to + x);
    }
}
