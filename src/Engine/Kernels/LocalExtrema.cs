using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>
/// The smallest and the largest value in the m x m square around every pixel of a row, mirror boundary.
/// </summary>
/// <remarks>
/// Down the columns directly (m - 1 comparisons a pixel, in vectors), along the row by doubling: the extremes of windows of
/// 1, 2, 4, ... pixels, then two overlapping windows that together make m (log2 m comparisons).
/// </remarks>
internal sealed unsafe class LocalExtrema
{
    private readonly int _width;
    private readonly int _size;
    private readonly int _radius;
    private readonly float* _smallest;
    private readonly float* _largest;

    /// <summary>Prepares for rows of <paramref name="width"/> pixels and squares of <paramref name="size"/>.</summary>
    public LocalExtrema(int size, int width, Scratch scratch)
    {
        (_width, _size, _radius) = (width, size, size / 2);
        _smallest = scratch.TakeCleared<float>(Length(size, width)) + Lead(size);
        _largest = scratch.TakeCleared<float>(Length(size, width)) + Lead(size);
    }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(int size, int width) => 2 * Scratch.Padded<float>(Length(size, width));

    /// <summary>The smallest values of the last row asked for.</summary>
    public float* Smallest => _smallest - _radius;

    /// <summary>The largest values of the last row asked for.</summary>
    public float* Largest => _largest - _radius;

    /// <summary>Finds the extremes around the pixels of the middle one of the m rows that <paramref name="rows"/> points to.</summary>
    public void Find(float** rows)
    {
        Down(rows);
        Mirror.Pad(_smallest, _width, _radius);
        Mirror.Pad(_largest, _width, _radius);
        int span = 1;
        for (; span * 2 <= _size; span *= 2)
            Widen(span);
        if (span < _size)
            Widen(_size - span);
    }

    private static int Lead(int size) => (size / 2 + 15) / 16 * 16;

    private static int Length(int size, int width) => Lead(size) + width + size + 2 * 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Down(float** rows)
    {
        for (int x = 0; x < _width; x += Vector<float>.Count)
        {
            Vector<float> low = Vector.Load(rows[0] + x);
            Vector<float> high = low;
            for (int k = 1; k < _size; k++)
            {
                Vector<float> value = Vector.Load(rows[k] + x);
                low = Vector.MinNative(low, value);
                high = Vector.MaxNative(high, value);
            }

            Vector.Store(low, _smallest + x);
            Vector.Store(high, _largest + x);
        }
    }

    /// <summary>The extremes of [x, x + w) and of [x + by, x + by + w) become those of both together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Widen(int by)
    {
        float* low = _smallest - _radius;
        float* high = _largest - _radius;
        int count = _width + 2 * _radius;
        for (int x = 0; x < count; x += Vector<float>.Count)
        {
            Vector.Store(Vector.MinNative(Vector.Load(low + x), Vector.Load(low + x + by)), low + x);
            Vector.Store(Vector.MaxNative(Vector.Load(high + x), Vector.Load(high + x + by)), high + x);
        }
    }
}
