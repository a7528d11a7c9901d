using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.TransformDenoising;

/// <summary>
/// The blocks of a row of a tile: their coefficients, from the pixels and back. Columns are transformed first, once for all blocks
/// that share them.
/// </summary>
internal sealed unsafe class BlockRow
{
    private readonly TileLayout _layout;
    private readonly CosineTransform _cosine;
    private readonly float* _back;
    private readonly float* _weights;
    private readonly float* _sums;

    public BlockRow(TileLayout layout, Scratch scratch)
    {
        (_layout, _cosine) = (layout, new CosineTransform(layout.Block));
        int lines = layout.Block * layout.Block;
        _back = scratch.TakeCleared<float>((long)lines * layout.Stride + TileLayout.Lanes) + TileLayout.Lanes;
        _weights = scratch.TakeCleared<float>(layout.Stride + 2 * TileLayout.Lanes) + TileLayout.Lanes;
        _sums = scratch.TakeCleared<float>((long)layout.Block * layout.Step * layout.Stride);
    }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(TileLayout layout)
        => Scratch.Padded<float>((long)layout.Block * layout.Block * layout.Stride + TileLayout.Lanes) + Scratch.Padded<float>(layout.Stride + 2 * TileLayout.Lanes) + Scratch.Padded<float>((long)layout.Block * layout.Step * layout.Stride);

    /// <summary>Values that <see cref="TransformColumns"/> gives.</summary>
    public static int ColumnValues(TileLayout layout) => layout.Block * layout.Step * layout.Stride;

    /// <summary>Transforms the columns of a row of blocks whose first pixels are at <paramref name="from"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void TransformColumns(float* from, float* to)
    {
        int line = _layout.Step * _layout.Stride, block = _layout.Block;
        Vector512<float>* values = stackalloc Vector512<float>[block], coefficients = stackalloc Vector512<float>[block];
        for (int x = 0; x < line; x += TileLayout.Lanes)
        {
            for (int i = 0; i < block; i++)
                values[i] = Vector512.Load(from + i * line + x);
            _cosine.Forward(values, coefficients);
            for (int u = 0; u < block; u++)
                Vector512.Store(coefficients[u], to + u * line + x);
        }
    }

    /// <summary>The coefficients of the sixteen blocks from number <paramref name="first"/> on: coefficient (u, v) of all is at [u block + v].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Coefficients(float* columns, int first, Vector512<float>* to)
    {
        int step = _layout.Step, stride = _layout.Stride, block = _layout.Block;
        Vector512<float>* values = stackalloc Vector512<float>[block];
        for (int u = 0; u < block; u++, to += block)
        {
            float* line = columns + u * step * stride + first;
            for (int i = 0, phase = 0, shift = 0; i < block; i++)
            {
                values[i] = Vector512.Load(line + phase * stride + shift);
                if (++phase == step)
                    (phase, shift) = (0, shift + 1);
            }

            _cosine.Forward(values, to);
        }
    }

    /// <summary>Keeps the blocks of sixteen sets of coefficients, and what they count for, until <see cref="AddTo"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Keep(Vector512<float>* coefficients, int first, Vector512<float> weight)
    {
        int stride = _layout.Stride, block = _layout.Block;
        Vector512<float>* values = stackalloc Vector512<float>[block];
        for (int u = 0; u < block; u++, coefficients += block)
        {
            _cosine.Inverse(coefficients, values);
            for (int i = 0; i < block; i++)
                Vector512.Store(values[i] * weight, _back + (u * block + i) * stride + first);
        }

        Vector512.Store(weight, _weights + first);
    }

    /// <summary>Adds all blocks of the row, times their weights, and their weights.</summary>
    /// <param name="blocks">How many blocks were kept: whole lanes.</param>
    /// <param name="values">Where their first pixels are.</param>
    /// <param name="weights">The same place in the sums of weights.</param>
    public void AddTo(int blocks, float* values, float* weights)
    {
        int step = _layout.Step, stride = _layout.Stride, block = _layout.Block, line = step * stride;
        ClearBeyond(blocks);
        int width = Math.Min(stride, blocks + TileLayout.Lanes);
        for (int phase = 0; phase < step; phase++)
        {
            for (int u = 0; u < block; u++)
                Sum(_back + u * block * stride, stride, phase, step, block, width, _sums + u * line + phase * stride);
            AddRows(phase * stride, width, line, values);
            AddWeights(phase, step, block, width, line, weights + phase * stride);
        }
    }

    /// <summary>Nothing is kept beyond the last block: what an earlier, longer row left there goes.</summary>
    private void ClearBeyond(int blocks)
    {
        int lines = _layout.Block * _layout.Block, rest = Math.Min(TileLayout.Lanes, _layout.Stride - blocks);
        for (int i = 0; i < lines; i++)
            new Span<float>(_back + i * _layout.Stride + blocks, rest).Clear();
        new Span<float>(_weights + blocks, TileLayout.Lanes).Clear();
    }

    /// <summary>Column k of a phase is in the blocks k, k - 1, ... at the places phase, phase + step, ...</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(float* back, int stride, int phase, int step, int block, int width, float* to)
    {
        for (int k = 0; k < width; k += TileLayout.Lanes)
        {
            Vector512<float> sum = Vector512<float>.Zero;
            for (int i = phase, shift = 0; i < block; i += step, shift++)
                sum += Vector512.Load(back + i * stride + k - shift);
            Vector512.Store(sum, to + k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRows(int at, int width, int line, float* values)
    {
        int block = _layout.Block;
        Vector512<float>* coefficients = stackalloc Vector512<float>[block], pixels = stackalloc Vector512<float>[block];
        for (int k = at; k < at + width; k += TileLayout.Lanes)
        {
            for (int u = 0; u < block; u++)
                coefficients[u] = Vector512.Load(_sums + u * line + k);
            _cosine.Inverse(coefficients, pixels);
            for (int i = 0; i < block; i++)
                Vector512.Store(Vector512.Load(values + i * line + k) + pixels[i], values + i * line + k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddWeights(int phase, int step, int block, int width, int line, float* weights)
    {
        for (int k = 0; k < width; k += TileLayout.Lanes)
        {
            Vector512<float> sum = Vector512<float>.Zero;
            for (int i = phase, shift = 0; i < block; i += step, shift++)
                sum += Vector512.Load(_weights + k - shift);
            for (int i = 0; i < block; i++)
                Vector512.Store(Vector512.Load(weights + i * line + k) + sum, weights + i * line + k);
        }
    }
}
