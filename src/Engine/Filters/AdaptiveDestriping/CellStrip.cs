using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>
/// Weighted averages of growing length down a strip of columns, and their differences: the cells of an octave by length
/// along the stripe. Cell j is what is left of the average over length j without that over length j + 1; the last cell is the
/// longest average.
/// </summary>
/// <remarks>
/// A strip has <see cref="Width"/> columns, whatever the processor, so sums over it are the same on every one. Sums of sums run
/// down the columns in single precision: their error, some 1e-6 of the largest sum, is far below what noise leaves uncertain. The
/// second sums follow the first ones at the distance that they need, so that short averages find them in the first-level cache.
/// </remarks>
internal sealed unsafe class CellStrip
{
    /// <summary>Columns of a strip.</summary>
    public const int Width = LaneSums.Singles;

    /// <summary>Rows between two calls of <see cref="ICellReader.EndRows"/>, at most.</summary>
    private const int RowsAtATime = 64;

    private readonly int _height;
    private readonly int[] _lengths;
    private readonly int _margin;
    private readonly float* _values;
    private readonly float* _weights;
    private readonly float* _once;
    private readonly float* _onceWeights;
    private readonly float* _average;

    /// <summary>Prepares for strips of an octave.</summary>
    /// <param name="height">Rows of blocks.</param>
    /// <param name="lengths">Lengths of the averages, in rows of blocks, odd and ascending.</param>
    /// <param name="scratch">Where memory is taken from.</param>
    public CellStrip(int height, int[] lengths, Scratch scratch)
    {
        (_height, _lengths, _margin) = (height, lengths, Margin(lengths));
        _values = Padded(scratch);
        _weights = Padded(scratch);
        _once = Padded(scratch);
        _onceWeights = Padded(scratch);
        _average = scratch.Take<float>((long)height * Width);
    }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(int height, int[] lengths)
        => 4 * Scratch.Padded<float>((height + 2L * Margin(lengths)) * Width) + Scratch.Padded<float>((long)height * Width);

    /// <summary>Where the weights are to be put, row after row of <see cref="Width"/> columns. They stay for further values.</summary>
    public float* Weights => _weights;

    /// <summary>Where the values are to be put; they become products with the weights.</summary>
    public float* Values => _values;

    /// <summary>Makes the cells of the values, shortest first.</summary>
    /// <param name="smallest">The smallest average of weights: less is taken for this.</param>
    /// <param name="reader">Takes the cells.</param>
    public void Run<TReader>(float smallest, ref TReader reader)
        where TReader : struct, ICellReader
    {
        Multiply(_values, _weights, _height);
        MirrorEnds(_values, _margin);
        MirrorEnds(_weights, _margin);
        for (int j = 0; j < _lengths.Length; j++)
            Cells(j, Vector512.Create(smallest * _lengths[j] * _lengths[j]), ref reader);
        LastCell(ref reader);
    }

    /// <summary>The average tri(n) down the columns, of values that stand where <see cref="Values"/> says.</summary>
    public void Average(int length, float* to)
    {
        int radius = length / 2;
        MirrorEnds(_values, radius);
        Slide(_values, radius, 1, _height, _once);
        MirrorEnds(_once, radius);
        Slide(_once, radius, 1f / ((float)length * length), _height, to);
    }

    /// <summary>Rows on either side: the longest window's, and the one that leaves it.</summary>
    private static int Margin(int[] lengths) => lengths[^1] / 2 + 1;

    private float* Padded(Scratch scratch) => scratch.Take<float>((_height + 2L * _margin) * Width) + (nint)_margin * Width;

    private void MirrorEnds(float* rows, int margin)
    {
        MirrorTop(rows, margin);
        MirrorFoot(rows, margin);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MirrorTop(float* rows, int margin)
    {
        for (int i = 1; i <= margin; i++)
            Vector512.Store(Vector512.Load(rows + (nint)(i < _height ? i : Mirror.Index(-i, _height)) * Width), rows - (nint)i * Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MirrorFoot(float* rows, int margin)
    {
        for (int i = 0; i < margin; i++)
            Vector512.Store(Vector512.Load(rows + (nint)(i < _height - 1 ? _height - 2 - i : Mirror.Index(_height + i, _height)) * Width), rows + (nint)(_height + i) * Width);
    }

    /// <summary>Averages over length <paramref name="j"/>, and the cell that they end: the average before, less this one.</summary>
    private void Cells<TReader>(int j, Vector512<float> smallest, ref TReader reader)
        where TReader : struct, ICellReader
    {
        int radius = _lengths[j] / 2, ready = 0;
        float* first = stackalloc float[2 * Width], second = stackalloc float[2 * Width];
        Begin(_values, _weights, radius, first);
        for (int top = 0; top < _height; top += RowsAtATime)
        {
            int end = Math.Min(_height, top + RowsAtATime), needed = Math.Min(_height, end + radius + 1);
            if (needed > ready)
                Sum(first, radius, ready, needed);
            if (needed == _height && ready < _height)
            {
                MirrorFoot(_once, radius);
                MirrorFoot(_onceWeights, radius);
            }

            ready = needed;
            if (top == 0)
            {
                MirrorTop(_once, radius + 1);
                MirrorTop(_onceWeights, radius + 1);
                Begin(_once, _onceWeights, radius, second);
            }

            if (j == 0)
            {
                Read(second, radius, top, end, smallest);
                continue;
            }

            Read(second, radius, top, end, j - 1, smallest, ref reader);
            reader.EndRows(j - 1);
        }
    }

    /// <summary>The longest averages are the last cell.</summary>
    private void LastCell<TReader>(ref TReader reader)
        where TReader : struct, ICellReader
    {
        for (int top = 0; top < _height; top += RowsAtATime)
        {
            ReadLast(top, Math.Min(_height, top + RowsAtATime), ref reader);
            reader.EndRows(_lengths.Length - 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadLast<TReader>(int top, int end, ref TReader reader)
        where TReader : struct, ICellReader
    {
        TReader cells = reader;
        int last = _lengths.Length - 1;
        float* average = _average + (nint)top * Width;
        for (int y = top; y < end; y++, average += Width)
            cells.Take(last, y, Vector512.Load(average));
        reader = cells;
    }

    /// <summary>The sums of values and weights before row 0: the window of row -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Begin(float* values, float* weights, int radius, float* state)
    {
        Vector512<float> value = Vector512<float>.Zero, weight = Vector512<float>.Zero;
        for (int i = -radius - 1; i < radius; i++)
        {
            value += Vector512.Load(values + (nint)i * Width);
            weight += Vector512.Load(weights + (nint)i * Width);
        }

        Vector512.Store(value, state);
        Vector512.Store(weight, state + Width);
    }

    /// <summary>The first sums of rows [top, end).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum(float* state, int radius, int top, int end)
    {
        Vector512<float> value = Vector512.Load(state), weight = Vector512.Load(state + Width);
        nint enters = (nint)(top + radius) * Width, leaves = (nint)(top - radius - 1) * Width, to = (nint)top * Width;
        for (int y = top; y < end; y++, enters += Width, leaves += Width, to += Width)
        {
            value += Vector512.Load(_values + enters) - Vector512.Load(_values + leaves);
            weight += Vector512.Load(_weights + enters) - Vector512.Load(_weights + leaves);
            Vector512.Store(value, _once + to);
            Vector512.Store(weight, _onceWeights + to);
        }

        Vector512.Store(value, state);
        Vector512.Store(weight, state + Width);
    }

    /// <summary>The averages of rows [top, end).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read(float* state, int radius, int top, int end, Vector512<float> smallest)
    {
        Vector512<float> value = Vector512.Load(state), weight = Vector512.Load(state + Width);
        nint enters = (nint)(top + radius) * Width, leaves = (nint)(top - radius - 1) * Width, to = (nint)top * Width;
        for (int y = top; y < end; y++, enters += Width, leaves += Width, to += Width)
        {
            value += Vector512.Load(_once + enters) - Vector512.Load(_once + leaves);
            weight += Vector512.Load(_onceWeights + enters) - Vector512.Load(_onceWeights + leaves);
            Vector512.Store(value / Vector512.MaxNative(weight, smallest), _average + to);
        }

        Vector512.Store(value, state);
        Vector512.Store(weight, state + Width);
    }

    /// <summary>The averages of rows [top, end), and the cell that lies between the last ones and these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read<TReader>(float* state, int radius, int top, int end, int cell, Vector512<float> smallest, ref TReader reader)
        where TReader : struct, ICellReader
    {
        TReader cells = reader;
        Vector512<float> value = Vector512.Load(state), weight = Vector512.Load(state + Width);
        nint enters = (nint)(top + radius) * Width, leaves = (nint)(top - radius - 1) * Width, to = (nint)top * Width;
        for (int y = top; y < end; y++, enters += Width, leaves += Width, to += Width)
        {
            value += Vector512.Load(_once + enters) - Vector512.Load(_once + leaves);
            weight += Vector512.Load(_onceWeights + enters) - Vector512.Load(_onceWeights + leaves);
            Vector512<float> now = value / Vector512.MaxNative(weight, smallest), before = Vector512.Load(_average + to);
            Vector512.Store(now, _average + to);
            cells.Take(cell, y, before - now);
        }

        reader = cells;
        Vector512.Store(value, state);
        Vector512.Store(weight, state + Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Slide(float* rows, int radius, float factor, int height, float* to)
    {
        Vector512<float> sum = Vector512<float>.Zero;
        for (int i = -radius; i < radius; i++)
            sum += Vector512.Load(rows + (nint)i * Width);
        float* enters = rows + (nint)radius * Width, leaves = rows - (nint)radius * Width;
        for (int y = 0; y < height; y++, enters += Width, leaves += Width, to += Width)
        {
            sum += Vector512.Load(enters);
            Vector512.Store(sum * factor, to);
            sum -= Vector512.Load(leaves);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(float* values, float* weights, int height)
    {
        for (nint i = 0; i < (nint)height * Width; i += Width)
            Vector512.Store(Vector512.Load(values + i) * Vector512.Load(weights + i), values + i);
    }
}
