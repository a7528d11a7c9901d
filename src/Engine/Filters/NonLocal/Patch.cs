using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.NonLocal;

/// <summary>
/// A rectangle of an image with a margin, less its own mean, mirrored beyond the image's edges; pixels that are NaN
/// count as the mean. Averages of small windows keep more bits when numbers are centred where they stand.
/// </summary>
internal readonly unsafe struct Patch
{
    private const int Slack = 32; // whole vectors may be read and written beyond a row's end

    private readonly float* _origin;
    private readonly nint _stride;
    private readonly int _top;
    private readonly int _left;

    private Patch(float* origin, int stride, int top, int left, int height, int width, float level = 0)
    {
        _origin = origin;
        (_stride, _top, _left, Height, Width, Level) = (stride, top, left, height, width, level);
    }

    /// <summary>What was subtracted from the image.</summary>
    public float Level { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Bytes of scratch memory that a patch takes.</summary>
    public static long ScratchBytes(int height, int width) => Scratch.Padded<float>((long)height * Stride(width));

    /// <summary>Rows [top, top + height), columns [left, left + width), whose pixels are to be written.</summary>
    public static Patch Empty(int top, int left, int height, int width, Scratch scratch)
        => new(scratch.Take<float>((long)height * Stride(width)), Stride(width), top, left, height, width);

    /// <summary>Copies a rectangle, which may reach beyond the image.</summary>
    public static Patch Of(Plane<float> image, int top, int left, int height, int width, bool centred, Scratch scratch)
    {
        Patch patch = Empty(top, left, height, width, scratch);
        double sum = 0;
        long count = 0;
        for (int y = 0; y < height; y++)
        {
            float* from = image.RowPointer(Mirror.Index(top + y, image.Height));
            float* to = patch._origin + y * patch._stride;
            int inside = Math.Clamp(-left, 0, width);
            int end = Math.Clamp(image.Width - left, inside, width);
            for (int x = 0; x < inside; x++)
                to[x] = from[Mirror.Index(left + x, image.Width)];
            new ReadOnlySpan<float>(from + left + inside, end - inside).CopyTo(new Span<float>(to + inside, end - inside));
            for (int x = end; x < width; x++)
                to[x] = from[Mirror.Index(left + x, image.Width)];
            if (centred)
                count += Sum(to, width, ref sum);
        }

        if (!centred)
            return patch;
        var level = (float)(sum / Math.Max(1, count));
        patch.Lower(level);
        return new Patch(patch._origin, Stride(width), top, left, height, width, level);
    }

    /// <summary>Copies a rectangle, which may reach beyond the image, less a given level; pixels that are NaN count as the level.</summary>
    public static Patch Of(Plane<float> image, int top, int left, int height, int width, float level, Scratch scratch)
    {
        Patch patch = Of(image, top, left, height, width, centred: false, scratch);
        patch.Lower(level);
        return patch;
    }

    /// <summary>The pixel (y, x) of the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* At(int y, int x) => _origin + (y - _top) * _stride + (x - _left);

    /// <summary>
    /// The averages and standard deviations over blocks of 2 radius + 1 around the pixels of the patch that lie
    /// <paramref name="radius"/> or more from its border.
    /// </summary>
    public void Statistics(int radius, Patch mean, Patch deviation, float* sums, float* squares)
    {
        int length = 2 * radius + 1;
        int width = mean.Width;
        float** rows = stackalloc float*[length];
        float** squareRows = stackalloc float*[length];
        float* line = squares + (nint)Height * Stride(width);
        for (int y = 0; y < Height; y++)
        {
            float* row = _origin + y * _stride;
            ShortSums.Along(row, length, sums + y * (nint)Stride(width), width);
            System.Numerics.Tensors.TensorPrimitives.Multiply(new ReadOnlySpan<float>(row, Width), new ReadOnlySpan<float>(row, Width), new Span<float>(line, Width));
            ShortSums.Along(line, length, squares + y * (nint)Stride(width), width);
        }

        var share = new Vector<float>(1f / (length * length));
        for (int y = 0; y < mean.Height; y++)
        {
            for (int k = 0; k < length; k++)
            {
                rows[k] = sums + (y + k) * (nint)Stride(width);
                squareRows[k] = squares + (y + k) * (nint)Stride(width);
            }

            float* means = mean._origin + y * mean._stride;
            float* deviations = deviation._origin + y * deviation._stride;
            for (int x = 0; x < width; x += Vector<float>.Count)
            {
                Vector<float> average = ShortSums.Across(rows, length, x) * share;
                Vector<float> variance = ShortSums.Across(squareRows, length, x) * share - average * average;
                Vector.Store(average, means + x);
                Vector.Store(Vector.SquareRoot(Vector.Max(variance, Vector<float>.Zero)), deviations + x);
            }
        }
    }

    /// <summary>Floats that <see cref="Statistics"/> needs for its sums, and as many and a row for its squares.</summary>
    public static long SumsLength(int height, int width) => (long)(height + 1) * Stride(width);

    private static int Stride(int width) => (width + Slack + 15) / 16 * 16;

    /// <summary>Adds up the pixels of a row that are not missing, and counts them.</summary>
    private static int Sum(float* row, int width, ref double sum)
    {
        const int Half = LaneSums.Singles / 2;
        (Vector256<float> low, Vector256<float> high) = (Vector256<float>.Zero, Vector256<float>.Zero);
        Vector256<int> missing = Vector256<int>.Zero; // less the number of them
        int x = 0;
        for (; x <= width - LaneSums.Singles; x += LaneSums.Singles)
        {
            Vector256<float> first = Vector256.Load(row + x), second = Vector256.Load(row + x + Half);
            Vector256<float> firstThere = Vector256.Equals(first, first), secondThere = Vector256.Equals(second, second);
            low += first & firstThere;
            high += second & secondThere;
            missing += Vector256.OnesComplement(firstThere.AsInt32()) + Vector256.OnesComplement(secondThere.AsInt32());
        }

        int count = x + Vector256.Sum(missing);
        float* lanes = stackalloc float[LaneSums.Singles];
        Vector256.Store(low, lanes);
        Vector256.Store(high, lanes + Half);
        for (int i = 0; x < width; i++, x++)
        {
            if (!float.IsNaN(row[x]))
            {
                lanes[i] += row[x];
                count++;
            }
        }

        sum += LaneSums.Total(lanes);
        return count;
    }

    private void Lower(float level)
    {
        var by = new Vector<float>(level);
        for (int y = 0; y < Height; y++)
        {
            float* row = _origin + y * _stride;
            for (int x = 0; x < Width; x += Vector<float>.Count) // up to a vector more, which is slack
            {
                Vector<float> value = Vector.Load(row + x);
                Vector.Store(Vector.ConditionalSelect(Vector.Equals(value, value), value - by, Vector<float>.Zero), row + x);
            }
        }
    }
}
