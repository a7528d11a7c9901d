using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Contrasting;

/// <summary>
/// The mean around every pixel: tri(n) along both axes, or with a mask tri(image M)/(tri(M) + eps). Down the columns it is
/// made once for the whole section, along the rows row by row when they are asked for.
/// </summary>
internal sealed unsafe class LocalMean : IDisposable
{
    private const float Epsilon = 1.1920929e-07f;
    private const int CacheBytes = 1 << 20;

    /// <summary>Rows between asking for memory and using it.</summary>
    private const int Ahead = 4;

    private readonly int _length;
    private readonly Plane<float> _columns;
    private readonly Plane<float>? _shares;

    public LocalMean(Plane<float> image, Plane<byte>? mask, int length, EvaluationContext context)
    {
        _length = length;
        _columns = Plane.Rent<float>(image.Height, image.Width);
        int rows = Math.Min(length + 1, image.Height);
        int tile = Math.Clamp(CacheBytes / (2 * sizeof(float) * rows) / 64 * 64, 64, 512);
        try
        {
            _shares = mask is null ? null : Plane.Rent<float>(image.Height, image.Width);
            RowParallel.For(image.Width, tile, context, (left, right, scratch) =>
            {
                Down(left, right, scratch, _columns, (y, to) =>
                {
                    float* row = image.RowPointer(y) + left;
                    if (y + Ahead < image.Height)
                        Prefetch.Row(row + Ahead * image.Stride, right - left);
                    if (mask is null)
                        new ReadOnlySpan<float>(row, right - left).CopyTo(new Span<float>((float*)to, right - left));
                    else
                        Inside(row, mask.RowPointer(y) + left, (float*)to, right - left);
                }, context.Cancellation);
                if (mask is not null)
                {
                    Down(left, right, scratch, _shares!, (y, to) =>
                    {
                        byte* inside = mask.RowPointer(y) + left;
                        for (int x = 0; x < right - left; x++)
                            ((float*)to)[x] = inside[x];
                    }, context.Cancellation);
                }
            });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Bytes of scratch memory that <see cref="Rows"/> takes.</summary>
    public long ScratchBytes => TriangleRow.ScratchBytes(_length, _columns.Width) + (_shares is null ? 0 : Scratch.Padded<float>(_columns.Width + 16));

    public void Dispose()
    {
        _columns.Dispose();
        _shares?.Dispose();
    }

    /// <summary>A reader of rows, for one thread.</summary>
    public sealed class Rows(LocalMean mean, Scratch scratch)
    {
        private readonly TriangleRow _along = new(mean._length, mean._columns.Width, scratch);
        private readonly float* _share = mean._shares is null ? null : scratch.Take<float>(mean._columns.Width + 16);

        /// <summary>The local means of row <paramref name="y"/>; outside the mask they mean nothing.</summary>
        public void Read(int y, float* to)
        {
            _along.Average(mean._columns.RowPointer(y), to);
            if (mean._shares is null)
                return;
            _along.Average(mean._shares.RowPointer(y), _share);
            for (int x = 0; x < mean._columns.Width; x++)
                to[x] /= _share[x] + Epsilon;
        }
    }

    private void Down(int left, int right, Scratch scratch, Plane<float> to, Action<int, nint> read, CancellationToken cancellation)
    {
        int height = to.Height;
        scratch.Reset(TriangleColumns.ScratchBytes(_length, height, right - left));
        var average = new TriangleColumns(_length, height, right - left, scratch);
        int loaded = 0;
        for (int y = 0; y < height; y++)
        {
            if ((y & 1023) == 0)
                cancellation.ThrowIfCancellationRequested();
            for (; loaded <= Math.Min(height - 1, y + average.Lead); loaded++)
                read(loaded, (nint)average.Input(loaded));
            if (y + Ahead < height)
                Prefetch.Row(to.RowPointer(y + Ahead) + left, right - left);
            average.Next(to.RowPointer(y) + left);
        }
    }

    private static void Inside(float* row, byte* inside, float* to, int width)
    {
        for (int x = 0; x < width; x++)
            to[x] = inside[x] != 0 ? row[x] : 0;
    }
}
