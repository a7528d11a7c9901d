using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Contrasting;

/// <summary>
/// The pointwise part of the contrast filter, and the small squares of its extremes: from the image and its local means
/// to the output's pixels, row by row.
/// </summary>
/// <remarks>Cost: two normal distributions and some 40 operations a pixel; the image and the means are read once, the output written once.</remarks>
internal sealed unsafe class ContrastRows
{
    private readonly Plane<float> _image;
    private readonly LocalMean? _mean;
    private readonly Plane<byte>? _tissue;
    private readonly ContrastOptions _options;
    private readonly GaussianEqualiser _equaliser;
    private readonly Plane _result;
    private readonly int _width;
    private readonly int _stride;

    private ContrastRows(Plane<float> image, LocalMean? mean, Plane<byte>? tissue, ContrastOptions options, Plane result)
    {
        (_image, _mean, _tissue, _options, _result) = (image, mean, tissue, options, result);
        _equaliser = new GaussianEqualiser(options);
        _width = image.Width;
        _stride = (_width + 63) / 64 * 64;
    }

    /// <summary>Fills <paramref name="result"/>; <paramref name="mean"/> is null where local contrast stays as it is.</summary>
    public static void Run(Plane<float> image, LocalMean? mean, Plane<byte>? tissue, ContrastOptions options, Plane result, EvaluationContext context)
    {
        var rows = new ContrastRows(image, mean, tissue, options, result);
        RowParallel.For(image.Height, Math.Max(8, options.MinMaxSize), context, (first, end, scratch) =>
        {
            if (mean is null)
                rows.Equalise(first, end, scratch);
            else
                rows.Enhance(first, end, scratch);
        });
    }

    private void Equalise(int first, int end, Scratch scratch)
    {
        scratch.Reset(Scratch.Padded<float>(_stride));
        float* line = scratch.TakeCleared<float>(_stride);
        for (int y = first; y < end; y++)
        {
            Equalise(_image.RowPointer(y), line);
            Quantise.Row(line, _result, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Equalise(float* row, float* to)
    {
        for (int x = 0; x < _width; x += Vector<float>.Count)
            Vector.Store(_equaliser.Apply(Vector.Load(row + x)), to + x);
    }

    private void Enhance(int first, int end, Scratch scratch)
    {
        int size = _options.MinMaxSize;
        int radius = size / 2;
        bool compresses = _options.CompressRange is not null;
        scratch.Reset(
            _mean!.ScratchBytes + 2 * LocalExtrema.ScratchBytes(size, _width)
            + 3 * Scratch.Padded<float>(_stride) + (compresses ? Scratch.Padded<float>((long)size * _stride) : 0)
            + Scratch.Padded<nint>(2 * size));
        var means = new LocalMean.Rows(_mean, scratch);
        var around = new LocalExtrema(size, _width, scratch);
        LocalExtrema? before = compresses && _options.Method != ContrastMethod.Image ? new LocalExtrema(size, _width, scratch) : null;
        float* mean = scratch.TakeCleared<float>(_stride);
        float* multiplier = scratch.TakeCleared<float>(_stride);
        float* line = scratch.TakeCleared<float>(_stride);
        float* ring = compresses ? scratch.TakeCleared<float>((long)size * _stride) : null;
        float** rows = (float**)scratch.Take<nint>(size);
        int compressed = first - radius;
        for (int y = first; y < end; y++)
        {
            for (int k = 0; k < size; k++)
                rows[k] = Row(y + k - radius);
            float* image = Row(y);
            if (!compresses)
            {
                means.Read(y, mean);
                around.Find(rows);
                Raise(mean, Guide(around, image, line), multiplier);
            }
            else
            {
                // The multiplier looks at the image as it was, the middle at the compressed one.
                before?.Find(rows);
                for (; compressed <= y + radius; compressed++)
                    Compress(compressed, means, mean, Ring(compressed));
                means.Read(y, mean);
                Bound(mean);
                Raise(mean, before is null ? image : Guide(before, image, line), multiplier);
                for (int k = 0; k < size; k++)
                    rows[k] = Ring(y + k - radius);
                around.Find(rows);
                image = Ring(y);
            }

            if (_tissue is not null)
                Mask(multiplier, _tissue.RowPointer(y));
            Finish(image, multiplier, around.Smallest, around.Largest, line);
            Quantise.Row(line, _result, y);
        }

        float* Row(int y) => _image.RowPointer(Mirror.Index(y, _image.Height));

        float* Ring(int y) => ring + (long)(((y % size) + size) % size) * _stride;
    }

    /// <summary>The values that decide how far contrast is raised; the middle is made in <paramref name="line"/>.</summary>
    private float* Guide(LocalExtrema extrema, float* image, float* line)
    {
        switch (_options.Method)
        {
            case ContrastMethod.Maximum:
                return extrema.Largest;
            case ContrastMethod.Minimum:
                return extrema.Smallest;
            case ContrastMethod.Middle:
                for (int x = 0; x < _width; x++)
                    line[x] = (extrema.Smallest[x] + extrema.Largest[x]) / 2;
                return line;
            default:
                return image;
        }
    }

    /// <summary>Row <paramref name="y"/> of the (mirrored) image with its local means compressed.</summary>
    private void Compress(int y, LocalMean.Rows means, float* mean, float* to)
    {
        int source = Mirror.Index(y, _image.Height);
        means.Read(source, mean);
        (float c0, float c1) = ((float)_options.CompressRange![0], (float)_options.CompressRange[1]);
        var ratio = (float)_options.CompressRatio;
        float shift = (1 - ratio) * (c1 - c0) / 2;
        float* image = _image.RowPointer(source);
        byte* inside = _tissue is null ? null : _tissue.RowPointer(source);
        for (int x = 0; x < _width; x++)
        {
            float low = inside == null || inside[x] != 0 ? mean[x] : image[x];
            float squeezed = shift + Math.Min(low, c0) + Math.Max(0, low - c1) + ratio * Math.Clamp(low - c0, 0, c1 - c0);
            to[x] = squeezed + (image[x] - low);
        }
    }

    private void Bound(float* mean)
    {
        (float c0, float c1) = ((float)_options.CompressRange![0], (float)_options.CompressRange[1]);
        for (int x = 0; x < _width; x++)
            mean[x] = Math.Clamp(mean[x], c0, c1);
    }

    /// <summary>multiplier = ratio (1 - Phi((guide - (mean + offset))/sigma)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Raise(float* mean, float* guide, float* multiplier)
    {
        var perSigma = new Vector<float>((float)(-1 / _options.Sigma));
        var offset = new Vector<float>((float)_options.Offset);
        var ratio = new Vector<float>((float)_options.Ratio);
        for (int x = 0; x < _width; x += Vector<float>.Count)
        {
            // 1 - Phi(u) is Phi(-u).
            Vector<float> u = (Vector.Load(guide + x) - (Vector.Load(mean + x) + offset)) * perSigma;
            Vector.Store(ratio * NormalCdf.Phi(u), multiplier + x);
        }
    }

    private void Mask(float* multiplier, byte* inside)
    {
        for (int x = 0; x < _width; x++)
            multiplier[x] = inside[x] != 0 ? multiplier[x] : 0;
    }

    /// <summary>Raises the contrast against the middle of the extremes, and equalises.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(float* image, float* multiplier, float* smallest, float* largest, float* to)
    {
        var half = new Vector<float>(0.5f);
        for (int x = 0; x < _width; x += Vector<float>.Count)
        {
            Vector<float> value = Vector.Load(image + x);
            Vector<float> middle = (Vector.Load(smallest + x) + Vector.Load(largest + x)) * half;
            Vector<float> raised = Vector.FusedMultiplyAdd(Vector.Load(multiplier + x), value - middle, value);
            Vector.Store(_equaliser.Apply(raised), to + x);
        }
    }
}
