using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>
/// Splits the blocks' means into octaves across the stripes, finest first. From the octave on whose stripes are as wide as a
/// block is high, it is smoothed as much along them.
/// </summary>
/// <remarks>
/// A coarse octave is smooth: from the fifth on it is worked on at every second column of the one before (<see cref="Step"/>),
/// which leaves eight columns for the width of its stripes, as long as that leaves columns enough.
/// </remarks>
internal sealed unsafe class OctaveBands : IDisposable
{
    /// <summary>Columns of an octave's grid for the width of its stripes.</summary>
    private const int ColumnsPerWidth = 8;

    private readonly int _blockRows;
    private readonly int _fewestColumns;
    private readonly Plane<float>? _callers;
    private Plane<float> _low;

    /// <summary>Begins with the blocks' means.</summary>
    /// <param name="mean">The means.</param>
    /// <param name="takeOver">True where the plane is no longer the caller's.</param>
    /// <param name="blockRows">Rows of a block.</param>
    /// <param name="fewestColumns">A grid of fewer columns than this is not made.</param>
    public OctaveBands(Plane<float> mean, bool takeOver, int blockRows, int fewestColumns)
        => (_callers, _low, _blockRows, _fewestColumns) = (takeOver ? null : mean, mean, blockRows, fewestColumns);

    /// <summary>The octave that comes next, from 0.</summary>
    public int Scale { get; private set; }

    /// <summary>The distance of the columns on which the next octave is given: a power of two.</summary>
    public int Step { get; private set; } = 1;

    /// <summary>The next octave, on every <see cref="Step"/>th column; what it leaves is split further.</summary>
    public Plane<float> Next(EvaluationContext context)
    {
        int width = 1 << Scale;
        Plane<float> band = Plane.Rent<float>(_low.Height, _low.Width);
        Plane<float>? next = null;
        try
        {
            int spacing = width / Step;
            bool halve = spacing >= ColumnsPerWidth && _low.Width / 2 >= _fewestColumns;
            next = Plane.Rent<float>(_low.Height, halve ? (_low.Width + 1) / 2 : _low.Width);
            Split(_low, band, next, width / _blockRows, spacing, halve, context);
            Dispose();
            (_low, next) = (next, null);
            Step *= halve ? 2 : 1;
            Scale++;
            return band;
        }
        catch
        {
            band.Dispose();
            next?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_low != _callers)
            _low.Dispose();
    }

    /// <summary>band = low - next, with low smoothed along y before where <paramref name="rowSpacing"/> is above 0.</summary>
    private static void Split(Plane<float> low, Plane<float> band, Plane<float> next, int rowSpacing, int spacing, bool halve, EvaluationContext context)
    {
        (int height, int width) = (low.Height, low.Width);
        int margin = (LowPassTaps.Radius * spacing + 15) / 16 * 16;
        long line = Scratch.Padded<float>(width + 2 * margin + 16) / sizeof(float);
        RowParallel.For(height, RowParallel.Grain(height, width, context), context, (first, end, scratch) =>
        {
            scratch.Reset(line * sizeof(float) + Scratch.Padded<float>(width));
            float* padded = scratch.TakeCleared<float>(line) + margin;
            float* smooth = scratch.Take<float>(width);
            float** taps = stackalloc float*[LowPassTaps.Count];
            for (int y = first; y < end; y++)
            {
                if (rowSpacing > 0 && height > 1)
                {
                    for (int k = 0; k < LowPassTaps.Count; k++)
                        taps[k] = low.RowPointer(Mirror.Index(y + (k - LowPassTaps.Radius) * rowSpacing, height));
                    LowPassTaps.AcrossRows(taps, padded, width);
                }
                else
                {
                    low.Row(y).CopyTo(new Span<float>(padded, width));
                }

                if (width > 1)
                    Mirror.Pad(padded, width, LowPassTaps.Radius * spacing);
                Along(padded, width > 1 ? spacing : 0, width, band.RowPointer(y), smooth);
                Keep(smooth, width, halve ? 2 : 1, next.RowPointer(y));
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Along(float* line, int spacing, int width, float* band, float* smooth)
    {
        int x = 0;
        for (; x <= width - Vector<float>.Count; x += Vector<float>.Count)
        {
            Vector<float> low = LowPassTaps.Along(line + x, spacing);
            Vector.Store(low, smooth + x);
            Vector.Store(Vector.Load(line + x) - low, band + x);
        }

        if (x == width)
            return;
        float* last = stackalloc float[Vector<float>.Count];
        Vector.Store(LowPassTaps.Along(line + x, spacing), last);
        for (int i = 0; x < width; i++, x++)
        {
            smooth[x] = last[i];
            band[x] = line[x] - last[i];
        }
    }

    private static void Keep(float* row, int width, int step, float* to)
    {
        if (step == 1)
        {
            new ReadOnlySpan<float>(row, width).CopyTo(new Span<float>(to, width));
            return;
        }

        for (int x = 0; x < width; x += 2)
            *to++ = row[x];
    }
}
