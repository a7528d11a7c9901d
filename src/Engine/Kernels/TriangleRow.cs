using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>
/// The average tri(n) = box(n) * box(n) along a row: sums by doubling, twice, in pieces that stay in the first-level cache.
/// About 4 log2 n additions a pixel.
/// </summary>
internal sealed unsafe class TriangleRow
{
    private const int Piece = 2048;

    private readonly int _width;
    private readonly int _length;
    private readonly float* _line;
    private readonly float* _once;
    private readonly float* _doubled;
    private readonly float* _total;

    /// <summary>Prepares for rows of <paramref name="width"/> pixels.</summary>
    public TriangleRow(int length, int width, Scratch scratch)
    {
        (_width, _length) = (width, length);
        _line = scratch.TakeCleared<float>(Padded(length, width)) + Margin(length);
        _once = scratch.TakeCleared<float>(Padded(length, width)) + Margin(length);
        _doubled = scratch.TakeCleared<float>(Piece + length + WindowSums.Slack);
        _total = scratch.TakeCleared<float>(Piece + WindowSums.Slack);
    }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(int length, int width)
        => 2 * Scratch.Padded<float>(Padded(length, width)) + Scratch.Padded<float>(Piece + length + WindowSums.Slack) + Scratch.Padded<float>(Piece + WindowSums.Slack);

    /// <summary>Averages <paramref name="row"/>; the result may take its place.</summary>
    public void Average(float* row, float* to)
    {
        Buffer.MemoryCopy(row, _line, (long)_width * sizeof(float), (long)_width * sizeof(float));
        Sum(_line, _once);
        Sum(_once, to);
    }

    private static int Margin(int length) => (length / 2 + 15) / 16 * 16;

    private static int Padded(int length, int width) => 2 * Margin(length) + width + WindowSums.Slack;

    private void Sum(float* line, float* to)
    {
        int radius = _length / 2;
        Mirror.Pad(line, _width, radius);
        for (int x = 0; x < _width; x += Piece)
        {
            int count = Math.Min(Piece, _width - x);
            WindowSums.Along(line + x - radius, _doubled, _total, _length, count);
            Scale(_total, 1f / _length, to + x, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(float* from, float factor, float* to, int count)
    {
        int x = 0;
        for (; x <= count - Vector<float>.Count; x += Vector<float>.Count)
            Vector.Store(Vector.Load(from + x) * factor, to + x);
        for (; x < count; x++)
            to[x] = from[x] * factor;
    }
}
