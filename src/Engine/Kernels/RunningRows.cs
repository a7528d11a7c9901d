using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>The moving average of n pixels (n odd) along rows: a running sum, so the cost a pixel does not depend on n.</summary>
/// <remarks>
/// A running sum waits for the addition before. Four rows are summed at a time, so that the processor has other sums to add to
/// meanwhile. Sums are kept in double precision and what leaves a sum is the very value that entered it, so they do not drift.
/// </remarks>
internal sealed unsafe class RunningRows
{
    /// <summary>Rows that are averaged at a time.</summary>
    public const int Count = 4;

    private readonly int _radius;
    private readonly int _width;
    private readonly nint _stride;
    private readonly float* _lines;
    private readonly int[]? _times; // where a window holds the row several times over: how often each pixel is in the first

    /// <summary>Prepares for rows of <paramref name="width"/> pixels.</summary>
    public RunningRows(int length, int width, Scratch scratch)
    {
        (_radius, _width, _stride) = (length / 2, width, Stride(length, width));
        if (IsFolded(length, width))
            _times = Mirror.Times(-_radius, 2 * _radius, width);
        _lines = scratch.TakeCleared<float>(Count * _stride) + (_times is null ? _radius + 1 : 0);
    }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(int length, int width) => Scratch.Padded<float>(Count * (long)Stride(length, width));

    /// <summary>Averages the rows from <paramref name="first"/> on, in place, as many as are left of <see cref="Count"/>.</summary>
    public void Average(Plane<float> plane, int first)
    {
        int rows = Math.Min(Count, plane.Height - first);
        float** to = stackalloc float*[Count];
        for (int i = 0; i < Count; i++)
        {
            // Where there are fewer rows, the last is averaged again, to the same result.
            to[i] = plane.RowPointer(first + Math.Min(i, rows - 1));
            float* line = _lines + i * _stride;
            new ReadOnlySpan<float>(to[i], _width).CopyTo(new Span<float>(line, _width));
            if (_times is null)
                Mirror.Pad(line, _width, _radius);
            else if (i < rows)
                SlideFolded(line, _times, _radius, _width, to[i]);
        }

        if (_times is null)
            Slide(_lines, _stride, _radius, _width, to);
    }

    private static bool IsFolded(int length, int width) => length / 2 > 2 * width;

    /// <summary>As <see cref="Slide"/> for one row that is shorter than the window: nothing is as long as the window.</summary>
    private static void SlideFolded(float* line, int[] times, int radius, int width, float* to)
    {
        double sum = 0;
        for (int x = 0; x < width; x++)
            sum += (double)line[x] * times[x];
        double share = 1.0 / (2 * radius + 1);
        for (int x = 0; x < width; x++)
        {
            double leaves = x == 0 ? 0 : line[Mirror.Index(x - radius - 1, width)];
            sum += line[Mirror.Index(x + radius, width)] - leaves;
            to[x] = (float)(sum * share);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Slide(float* lines, nint stride, int radius, int width, float** to)
    {
        float* a = lines, b = a + stride, c = b + stride, d = c + stride;
        float* toA = to[0], toB = to[1], toC = to[2], toD = to[3];
        double sumA = 0, sumB = 0, sumC = 0, sumD = 0;
        for (int x = -radius; x < radius; x++)
        {
            sumA += a[x];
            sumB += b[x];
            sumC += c[x];
            sumD += d[x];
        }

        // Nothing leaves before the first: the pixel that would is 0.
        a[-radius - 1] = b[-radius - 1] = c[-radius - 1] = d[-radius - 1] = 0;
        double share = 1.0 / (2 * radius + 1);
        for (int x = 0; x < width; x++)
        {
            int enters = x + radius, leaves = x - radius - 1;
            sumA += (double)a[enters] - a[leaves];
            sumB += (double)b[enters] - b[leaves];
            sumC += (double)c[enters] - c[leaves];
            sumD += (double)d[enters] - d[leaves];
            toA[x] = (float)(sumA * share);
            toB[x] = (float)(sumB * share);
            toC[x] = (float)(sumC * share);
            toD[x] = (float)(sumD * share);
        }
    }

    private static int Stride(int length, int width) => (width + (IsFolded(length, width) ? 0 : length + 1) + 15) / 16 * 16;
}
