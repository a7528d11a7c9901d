using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Destriping;

/// <summary>
/// Subtracts a band's stripes from the image: weights averaged over a square, the weighted band averaged along the
/// stripe with tri(n), weighted again, and the gain correction.
/// </summary>
/// <remarks>
/// Works on tiles of columns that are walked from top to bottom, every stage a stream of rows behind the other, so the
/// weights and the averages exist only for as many rows as the longest window and stay in the second-level cache.
/// Weights are kept as what they lack to 1, in fixed point: sums of integers are exact, so running sums do not drift, and
/// the few pixels that lack anything are added as they come.
/// Cost: some 30 operations a pixel; the band is read twice, the image read and written once.
/// </remarks>
internal sealed unsafe class StripeSubtraction
{
    private const int CacheBytes = 1 << 20;
    private const int NarrowestTile = 64;
    private const int WidestTile = 512;

    /// <summary>Rows between asking for memory and using it.</summary>
    private const int Ahead = 4;

    private readonly Plane<float> _image;
    private readonly Plane<float> _band;
    private readonly Plane<byte>? _mask;
    private readonly StripeModel _model;
    private readonly int _length;
    private readonly float _bandShare;
    private readonly float _stripeShare;

    private StripeSubtraction(Plane<float> image, Plane<float> band, StripeModel model, int length, bool correctGain, Plane<byte>? mask)
    {
        (_image, _band, _model, _length, _mask) = (image, band, model, length, mask);
        double beta = correctGain ? Beta(length) : 1;
        (_bandShare, _stripeShare) = beta == 0 ? (0, 1) : ((float)((beta - 1) / beta), (float)(1 / beta));
    }

    /// <summary>Runs it: <paramref name="image"/> loses the stripes of <paramref name="band"/>.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="band">The band.</param>
    /// <param name="model">What of it is stripe.</param>
    /// <param name="length">n of the average tri(n) along the stripe.</param>
    /// <param name="correctGain">Make up for what the average keeps of unstriped detail.</param>
    /// <param name="mask">1 for tissue; null for all.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static void Run(Plane<float> image, Plane<float> band, StripeModel model, int length, bool correctGain, Plane<byte>? mask, EvaluationContext context)
    {
        var subtraction = new StripeSubtraction(image, band, model, length, correctGain, mask);
        int rings = 2 + (model.Window > 0 && model.WeighsResult ? 1 : 0) + (mask is null ? 0 : 2);
        int rows = Math.Min(length + 1, image.Height);
        int tile = Math.Clamp(CacheBytes / (sizeof(float) * rings * rows) / 64 * 64, NarrowestTile, WidestTile);
        RowParallel.For(image.Width, tile, context, (left, right, scratch) => subtraction.Tile(left, right, scratch, context.Cancellation));
    }

    /// <summary>beta: the norm of what tri(n) leaves of a single pixel's detail.</summary>
    private static double Beta(int length)
    {
        double squares = 0;
        for (int k = -(length - 1); k <= length - 1; k++)
        {
            double tap = (length - Math.Abs(k)) / ((double)length * length);
            double rest = (k == 0 ? 1 : 0) - tap;
            squares += rest * rest;
        }

        return Math.Sqrt(squares);
    }

    private void Tile(int left, int right, Scratch scratch, CancellationToken cancellation)
    {
        int height = _image.Height;
        int width = right - left;
        int padded = (width + 15) / 16 * 16;
        int ringRows = Math.Min(_length, height);
        bool weighted = _model.Window > 0;
        scratch.Reset(
            (_mask is null ? 1 : 2) * TriangleColumns.ScratchBytes(_length, height, width)
            + (weighted ? TileWeights.ScratchBytes(_model, left, right) : 0)
            + Scratch.Padded<float>((long)ringRows * padded)
            + 2 * Scratch.Padded<float>(padded));
        var average = new TriangleColumns(_length, height, width, scratch);
        TriangleColumns? share = _mask is null ? null : new TriangleColumns(_length, height, width, scratch);
        TileWeights? weights = weighted ? new TileWeights(_model, height, _image.Width, left, right, scratch) : null;
        float* ring = scratch.Take<float>((long)ringRows * padded);
        float* line = scratch.Take<float>(padded);
        float* shareLine = scratch.Take<float>(padded);

        int loaded = 0;
        for (int y = 0; y < height; y++)
        {
            if ((y & 1023) == 0)
                cancellation.ThrowIfCancellationRequested();
            for (; loaded <= Math.Min(height - 1, y + average.Lead); loaded++)
            {
                if (loaded + Ahead < height)
                    Prefetch.Row(_band.RowPointer(loaded + Ahead) + left, width);
                float* weightRow = weights is null ? null : ring + (long)(loaded % ringRows) * padded;
                weights?.Next(weightRow);
                _model.Values(loaded, left, width, _band.RowPointer(loaded) + left, weightRow, average.Input(loaded));
                if (share is not null)
                    Convert(_mask!.RowPointer(loaded) + left, share.Input(loaded), width);
            }

            if (y + Ahead < height)
            {
                Prefetch.Row(_image.RowPointer(y + Ahead) + left, width);
                Prefetch.Row(_band.RowPointer(y + Ahead) + left, width);
            }

            average.Next(line);
            if (share is not null)
            {
                share.Next(shareLine);
                Normalise(line, shareLine, _mask!.RowPointer(y) + left, width);
            }

            float* again = _model.WeighsResult && weighted ? ring + (long)(y % ringRows) * padded : null;
            Subtract(_image.RowPointer(y) + left, _band.RowPointer(y) + left, line, again, width);
        }
    }

    private static void Convert(byte* from, float* to, int width)
    {
        for (int x = 0; x < width; x++)
            to[x] = from[x];
    }

    private static void Normalise(float* average, float* share, byte* inside, int width)
    {
        for (int x = 0; x < width; x++)
            average[x] = inside[x] != 0 ? average[x] / (share[x] + 1.1920929e-07f) : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Subtract(float* image, float* band, float* average, float* weights, int width)
    {
        var bandShare = new Vector<float>(_bandShare);
        var stripeShare = new Vector<float>(_stripeShare);
        int x = 0;
        for (; x <= width - Vector<float>.Count; x += Vector<float>.Count)
        {
            Vector<float> stripe = Vector.Load(average + x);
            if (weights != null)
                stripe *= Vector.Load(weights + x);
            Vector<float> taken = Vector.FusedMultiplyAdd(stripe, stripeShare, Vector.Load(band + x) * bandShare);
            Vector.Store(Vector.Load(image + x) - taken, image + x);
        }

        for (; x < width; x++)
        {
            float stripe = weights == null ? average[x] : average[x] * weights[x];
            image[x] -= MathF.FusedMultiplyAdd(stripe, _stripeShare, band[x] * _bandShare); // as above, to the last bit
        }
    }
}
