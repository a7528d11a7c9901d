using System.Numerics.Tensors;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>
/// Separable filters over whole volumes, a volume being a list of planes of one size (a single one for a 2-D image), in
/// place, along z (where there is more than one plane), y and x.
/// </summary>
internal static unsafe class PlaneFilters
{
    private const int TileWidth = 256;

    /// <summary>The dilated low-pass h_s along all axes.</summary>
    public static void LowPass(Plane<float>[] volume, int scale, EvaluationContext context) => LowPass(volume, scale, Range.All, context);

    /// <summary>The same, for those planes that are wanted; the others are left as they are, or half done.</summary>
    public static void LowPass(Plane<float>[] volume, int scale, Range wanted, EvaluationContext context)
    {
        if (volume.Length > 1)
            LowPassAlongZ(volume, 1 << scale, wanted, context);
        foreach (Plane<float> plane in volume[wanted])
            BandSplit.Run(plane, plane, null, null, scale, 0, null, context);
    }

    /// <summary>The average over n pixels along all axes.</summary>
    public static void Average(Plane<float>[] volume, int length, EvaluationContext context) => Average(volume, length, Range.All, context);

    /// <summary>The same, for those planes that are wanted; the others are left half done.</summary>
    public static void Average(Plane<float>[] volume, int length, Range wanted, EvaluationContext context)
    {
        if (length >= volume.Length && volume.Length > 1)
            MixAlongZ(volume, length, wanted, context);
        else if (volume.Length > 1)
            AverageAlongZ(volume, length, context);
        foreach (Plane<float> plane in volume[wanted])
        {
            AverageDown(plane, length, context);
            AverageAlong(plane, length, context);
        }
    }

    private static void LowPassAlongZ(Plane<float>[] volume, int step, Range wanted, EvaluationContext context)
    {
        (int depth, int width) = (volume.Length, volume[0].Width);
        (int first, int count) = wanted.GetOffsetAndLength(depth);
        int stride = (width + 15) / 16 * 16;
        RowParallel.For(volume[0].Height, 1, context, (y, _, scratch) =>
        {
            float* lines = CopyOfRow(volume, y, stride, scratch);
            float** taps = stackalloc float*[LowPassTaps.Count];
            for (int z = first; z < first + count; z++)
            {
                for (int k = 0; k < LowPassTaps.Count; k++)
                    taps[k] = lines + Mirror.Index(z + (k - LowPassTaps.Radius) * step, depth) * (nint)stride;
                LowPassTaps.AcrossRows(taps, volume[z].RowPointer(y), width);
            }
        });
    }

    /// <summary>The average over a window longer than the volume is deep: every plane enters once or more, by the mirror boundary.</summary>
    private static void MixAlongZ(Plane<float>[] volume, int length, Range wanted, EvaluationContext context)
    {
        (int depth, int width) = (volume.Length, volume[0].Width);
        (int first, int count) = wanted.GetOffsetAndLength(depth);
        var times = new int[count, depth];
        for (int i = 0; i < count; i++)
        {
            for (int k = -(length / 2); k <= length / 2; k++)
                times[i, Mirror.Index(first + i + k, depth)]++;
        }

        int stride = (width + 15) / 16 * 16;
        RowParallel.For(volume[0].Height, 1, context, (y, _, scratch) =>
        {
            float* lines = CopyOfRow(volume, y, stride, scratch);
            for (int i = 0; i < count; i++)
            {
                Span<float> row = volume[first + i].Row(y);
                TensorPrimitives.Multiply(new ReadOnlySpan<float>(lines, width), times[i, 0] / (float)length, row);
                for (int z = 1; z < depth; z++)
                    TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(lines + z * (nint)stride, width), times[i, z] / (float)length, row, row);
            }
        });
    }

    /// <summary>A row of all planes, <paramref name="stride"/> pixels apart, padded by zeros.</summary>
    private static float* CopyOfRow(Plane<float>[] volume, int y, int stride, Scratch scratch)
    {
        scratch.Reset(Scratch.Padded<float>((long)volume.Length * stride));
        float* lines = scratch.TakeCleared<float>((long)volume.Length * stride);
        for (int z = 0; z < volume.Length; z++)
            volume[z].Row(y).CopyTo(new Span<float>(lines + z * (nint)stride, stride));
        return lines;
    }

    private static void AverageAlongZ(Plane<float>[] volume, int length, EvaluationContext context)
    {
        (int depth, int width) = (volume.Length, volume[0].Width);
        RowParallel.For(volume[0].Height, 1, context, (y, _, scratch) =>
        {
            scratch.Reset(RunningColumns.ScratchBytes(length, depth, width));
            Stream(new RunningColumns(length, depth, width, 1.0 / length, scratch), depth, width, z => (nint)volume[z].RowPointer(y));
        });
    }

    /// <summary>The average tri(n) = box(n) * box(n) along x and y.</summary>
    public static void Triangle(Plane<float> plane, int alongX, int alongY, EvaluationContext context)
    {
        RowParallel.For(plane.Height, RowParallel.Grain(plane.Height, plane.Width, context), context, (first, end, scratch) =>
        {
            scratch.Reset(TriangleRow.ScratchBytes(alongX, plane.Width));
            var average = new TriangleRow(alongX, plane.Width, scratch);
            for (int y = first; y < end; y++)
                average.Average(plane.RowPointer(y), plane.RowPointer(y));
        });
        TriangleDown(plane, alongY, context);
    }

    /// <summary>The average tri(n) = box(n) * box(n) down the columns.</summary>
    public static void TriangleDown(Plane<float> plane, int length, EvaluationContext context)
    {
        if (length == 1)
            return;
        RowParallel.For(plane.Width, TileWidth, context, (left, right, scratch) =>
        {
            scratch.Reset(TriangleColumns.ScratchBytes(length, plane.Height, right - left));
            var sums = new TriangleColumns(length, plane.Height, right - left, scratch);
            Stream(sums.Lead, sums.Input, sums.Next, plane.Height, right - left, y => (nint)(plane.RowPointer(y) + left));
        });
    }

    private static void AverageDown(Plane<float> plane, int length, EvaluationContext context)
        => RowParallel.For(plane.Width, TileWidth, context, (left, right, scratch) =>
        {
            int width = right - left;
            scratch.Reset(RunningColumns.ScratchBytes(length, plane.Height, width));
            Stream(new RunningColumns(length, plane.Height, width, 1.0 / length, scratch), plane.Height, width, y => (nint)(plane.RowPointer(y) + left));
        });

    private delegate float* Place(int line);

    private delegate void Next(float* to);

    private static void Stream(RunningColumns sums, int count, int width, Func<int, nint> line) => Stream(sums.Radius, sums.Input, sums.Next, count, width, line);

    /// <summary>Reads the lines ahead of the one that is written, so that the filter works in place.</summary>
    private static void Stream(int lead, Place input, Next next, int count, int width, Func<int, nint> line)
    {
        int loaded = 0;
        for (int i = 0; i < count; i++)
        {
            for (; loaded <= Math.Min(count - 1, i + lead); loaded++)
                Buffer.MemoryCopy((float*)line(loaded), input(loaded), (long)width * sizeof(float), (long)width * sizeof(float));
            next((float*)line(i));
        }
    }

    private static void AverageAlong(Plane<float> plane, int length, EvaluationContext context)
    {
        int groups = (plane.Height + RunningRows.Count - 1) / RunningRows.Count;
        RowParallel.For(groups, RowParallel.Grain(groups, plane.Width * RunningRows.Count, context), context, (first, end, scratch) =>
        {
            scratch.Reset(RunningRows.ScratchBytes(length, plane.Width));
            var rows = new RunningRows(length, plane.Width, scratch);
            for (int group = first; group < end; group++)
                rows.Average(plane, group * RunningRows.Count);
        });
    }

    /// <summary>Calls an operation on the same row of several planes, for all rows of all planes.</summary>
    public static void ForRows(Plane<float>[] volume, EvaluationContext context, Action<int, int> row) => ForRows(volume, Range.All, context, row);

    /// <summary>The same, for the rows of those planes that are wanted.</summary>
    public static void ForRows(Plane<float>[] volume, Range wanted, EvaluationContext context, Action<int, int> row)
    {
        (int height, int width) = (volume[0].Height, volume[0].Width);
        int grain = RowParallel.Grain(height, width, context);
        (int lowest, int count) = wanted.GetOffsetAndLength(volume.Length);
        for (int z = lowest; z < lowest + count; z++)
        {
            int plane = z;
            RowParallel.For(height, grain, context, (first, end) =>
            {
                for (int y = first; y < end; y++)
                    row(plane, y);
            });
        }
    }

    /// <summary>to = a - b.</summary>
    public static void Subtract(Plane<float>[] a, Plane<float>[] b, Plane<float>[] to, EvaluationContext context)
        => ForRows(to, context, (z, y) => TensorPrimitives.Subtract<float>(a[z].Row(y), b[z].Row(y), to[z].Row(y)));

    /// <summary>to = a + b.</summary>
    public static void Add(Plane<float>[] a, Plane<float>[] b, Plane<float>[] to, EvaluationContext context)
        => ForRows(to, context, (z, y) => TensorPrimitives.Add<float>(a[z].Row(y), b[z].Row(y), to[z].Row(y)));

    /// <summary>to = a b.</summary>
    public static void Multiply(Plane<float>[] a, Plane<float>[] b, Plane<float>[] to, EvaluationContext context)
        => ForRows(to, context, (z, y) => TensorPrimitives.Multiply<float>(a[z].Row(y), b[z].Row(y), to[z].Row(y)));
}
