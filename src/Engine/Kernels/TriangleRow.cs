using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>
/// The average tri(n) = box(n) * box(n) along a row: two running sums in double precision, so the cost a pixel does not
/// depend on n (about two dependent additions).
/// </summary>
internal sealed unsafe class TriangleRow
{
    private readonly int _width;
    private readonly int _radius;
    private readonly double _scale;
    private readonly float* _line;
    private readonly float* _once;

    /// <summary>Prepares for rows of <paramref name="width"/> pixels.</summary>
    public TriangleRow(int length, int width, Scratch scratch)
    {
        (_width, _radius) = (width, length / 2);
        _scale = 1 / ((double)length * length);
        _line = scratch.Take<float>(width + 2 * _radius + 1) + _radius + 1;
        _once = scratch.Take<float>(width + 2 * _radius + 1) + _radius + 1;
    }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(int length, int width) => 2 * Scratch.Padded<float>(width + length / 2 * 2 + 1);

    /// <summary>Averages <paramref name="row"/>; the result may take its place.</summary>
    public void Average(float* row, float* to)
    {
        Buffer.MemoryCopy(row, _line, (long)_width * sizeof(float), (long)_width * sizeof(float));
        Sum(_line, _once, 1);
        Sum(_once, to, _scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum(float* line, float* to, double scale)
    {
        (int width, int radius) = (_width, _radius);
        Mirror.Pad(line, width, radius);
        double sum = 0;
        for (int x = -radius; x < radius; x++)
            sum += line[x];
        line[-radius - 1] = 0; // the first window has nothing to lose
        for (int x = 0; x < width; x++)
        {
            // One dependent addition a pixel: the difference does not wait for the sum.
            sum += (double)line[x + radius] - line[x - radius - 1];
            to[x] = (float)(sum * scale);
        }
    }
}
