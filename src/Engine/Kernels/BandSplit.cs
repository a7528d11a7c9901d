using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>
/// Splits an image with the dilated low-pass h_s along y, then along x:
/// <c>low = h_s(x) h_s(y) image</c> and, where asked for, <c>band = h_s(y) image - low</c>, smooth along y and detail
/// across it, with the sum of its squares in every row.
/// </summary>
/// <remarks>
/// The taps are 2^s rows apart, so the rows y, y + 2^s, y + 2 * 2^s, ... form a chain that needs no other rows (but for
/// the mirror images at the ends). A job walks down a part of one chain with the last seven rows in a ring that stays in
/// the second-level cache: every row is read once and written once, whatever the scale, and <c>low</c> may be the image's
/// own plane. Rows that a job needs from beyond its part are copied before any job begins.
/// With a mask every filter F is M F(image M)/(F(M) + eps).
/// A level near the image's mean is subtracted while reading, and stays subtracted from the low-pass: a band is a small
/// difference of large numbers, and single precision keeps four more bits of it when the numbers are centred.
/// Cost: 2 x 10 additions and multiplications a pixel; one read and one or two writes of memory.
/// </remarks>
internal static unsafe class BandSplit
{
    /// <summary>Runs the split.</summary>
    /// <param name="image">What to split.</param>
    /// <param name="low">Receives the low-pass; may be <paramref name="image"/>.</param>
    /// <param name="band">Receives the band, or null.</param>
    /// <param name="energy">Receives every row's sum of squares of the band, or null.</param>
    /// <param name="scale">s: the taps are 2^s pixels apart.</param>
    /// <param name="level">What is subtracted from <paramref name="image"/>, or, when that is <paramref name="low"/>, was subtracted before.</param>
    /// <param name="mask">1 for tissue, 0 elsewhere; null for all.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static void Run(Plane<float> image, Plane<float> low, Plane<float>? band, double[]? energy, int scale, float level, Plane<byte>? mask, EvaluationContext context)
    {
        int step = 1 << scale;
        var parts = new Parts(image.Height, step, context.Threads);
        using Halo? halo = image == low ? new Halo(image, parts, step) : null;
        int chains = Math.Min(step, image.Height);
        RowParallel.For(parts.Count * chains, 1, context, (job, _, scratch) =>
        {
            var chain = new Chain(image, low, band, energy, step, level, mask, halo, scratch);
            (int first, int end) = parts.Rows(job / chains);
            for (int y = first + Offset(first, job % chains, step); y < end; y += step)
                chain.Filter(y, first, end);
        });
    }

    /// <summary>From row <paramref name="first"/> to the next row of chain <paramref name="chain"/>.</summary>
    private static int Offset(int first, int chain, int step) => (chain - (first % step) + step) % step;

    /// <summary>The image's rows, cut so that every thread has jobs.</summary>
    private readonly record struct Parts(int Height, int Step, int Threads)
    {
        private const int JobsPerThread = 4;

        /// <summary>Parts are never shorter than the halo that they cost.</summary>
        public int Count { get; } = Math.Clamp(Threads == 1 ? 1 : Threads * JobsPerThread / Step, 1, Math.Max(1, Height / (4 * LowPassTaps.Count * Step)));

        public (int First, int End) Rows(int part) => ((int)((long)Height * part / Count), (int)((long)Height * (part + 1) / Count));
    }

    /// <summary>Copies of the rows around the borders between parts, and at the image's ends, as they were at the start.</summary>
    private sealed class Halo : IDisposable
    {
        private readonly Plane<float> _rows;
        private readonly int[] _place;

        public Halo(Plane<float> image, Parts parts, int step)
        {
            int reach = LowPassTaps.Radius * step + 1; // the mirror image of row -r is row r itself
            _place = new int[image.Height];
            Array.Fill(_place, -1);
            int count = 0;
            for (int part = 0; part < parts.Count; part++)
            {
                (int first, int end) = parts.Rows(part);
                foreach (int border in (ReadOnlySpan<int>)[first, end])
                {
                    for (int y = Math.Max(0, border - reach); y < Math.Min(image.Height, border + reach); y++)
                    {
                        if (_place[y] < 0)
                            _place[y] = count++;
                    }
                }
            }

            _rows = Plane.Rent<float>(count, image.Width);
            for (int y = 0; y < _place.Length; y++)
            {
                if (_place[y] >= 0)
                    image.Row(y).CopyTo(_rows.Row(_place[y]));
            }
        }

        public float* Row(int y) => _rows.RowPointer(_place[y]);

        public void Dispose() => _rows.Dispose();
    }

    /// <summary>The work on one part of one chain.</summary>
    private sealed class Chain
    {
        private readonly Plane<float> _image;
        private readonly Plane<float> _low;
        private readonly Plane<float>? _band;
        private readonly double[]? _energy;
        private readonly int _step;
        private readonly Plane<byte>? _mask;
        private readonly Halo? _halo;
        private readonly float _level;
        private readonly float _deficit;
        private readonly int _width;
        private readonly int _margin;
        private readonly float* _ring;
        private readonly long _ringStride;
        private readonly float* _line;
        private readonly float* _maskLine;
        private readonly float* _maskRows;
        private int _loaded = int.MinValue;

        public Chain(Plane<float> image, Plane<float> low, Plane<float>? band, double[]? energy, int step, float level, Plane<byte>? mask, Halo? halo, Scratch scratch)
        {
            (_image, _low, _band, _energy, _step, _mask, _halo) = (image, low, band, energy, step, mask, halo);
            _level = image == low ? 0 : level;
            _deficit = level * MathF.ScaleB(1, -23);
            _width = image.Width;
            _margin = (LowPassTaps.Radius * step + 15) / 16 * 16;
            long row = Scratch.Padded<float>(_width + 16) / sizeof(float);
            long line = Scratch.Padded<float>(_width + 2 * _margin + 16) / sizeof(float);
            int masks = mask is null ? 0 : 1;
            scratch.Reset(((1 + masks) * (LowPassTaps.Count * row + line)) * sizeof(float));
            _ringStride = row;
            _ring = scratch.TakeCleared<float>(LowPassTaps.Count * row);
            _line = scratch.TakeCleared<float>(line) + _margin;
            if (mask is not null)
            {
                _maskRows = scratch.TakeCleared<float>(LowPassTaps.Count * row);
                _maskLine = scratch.TakeCleared<float>(line) + _margin;
            }
        }

        /// <summary>Filters row <paramref name="y"/> of the part [first, end).</summary>
        public void Filter(int y, int first, int end)
        {
            // After a neighbour on the chain only one row is new; at the start of a part all seven are.
            int fresh = _loaded == y - _step ? LowPassTaps.Radius : -LowPassTaps.Radius;
            for (int k = fresh; k <= LowPassTaps.Radius; k++)
                Load(y, k, first, end);
            _loaded = y;

            float** rows = stackalloc float*[LowPassTaps.Count];
            for (int k = 0; k < LowPassTaps.Count; k++)
                rows[k] = _ring + Slot(y + (k - LowPassTaps.Radius) * _step) * _ringStride;
            LowPassTaps.AcrossRows(rows, _line, _width);

            if (_mask is not null)
            {
                for (int k = 0; k < LowPassTaps.Count; k++)
                    rows[k] = _maskRows + Slot(y + (k - LowPassTaps.Radius) * _step) * _ringStride;
                LowPassTaps.AcrossRows(rows, _maskLine, _width);
                float* inside = rows[LowPassTaps.Radius];
                Normalise(_line, _maskLine, inside, _deficit, _width);
                Buffer.MemoryCopy(inside, _maskLine, (long)_width * sizeof(float), (long)_width * sizeof(float));
                Mirror.Pad(_maskLine, _width, _margin);
            }

            Mirror.Pad(_line, _width, _margin);
            float* low = _low.RowPointer(y);
            if (_mask is null)
                AlongRow(_line, low, _step, _width);
            else
                AlongMaskedRow(_line, _maskLine, low, _step, _deficit, _width);

            if (_band is not null)
            {
                double squares = Subtract(_line, low, _band.RowPointer(y), _width);
                if (_energy is not null)
                    _energy[y] = squares;
            }
        }

        /// <summary>The ring's slot of a row, which may lie up to three steps beyond the image.</summary>
        private int Slot(int row) => (row + LowPassTaps.Count * _step) / _step % LowPassTaps.Count;

        private void Load(int y, int k, int first, int end)
        {
            int position = y + k * _step;
            int source = Mirror.Index(position, _image.Height);

            // A row of this part is still as it was unless this very chain has passed it, and then it is in the ring;
            // a mirror image, or a row of another part, may have been overwritten by another job.
            bool own = position >= first && position < end && source == position;
            float* from = _halo is null || own ? _image.RowPointer(source) : _halo.Row(source);
            int slot = Slot(position);
            float* to = _ring + slot * _ringStride;
            if (_mask is null)
            {
                Lower(from, to, _level, _width);
                return;
            }

            byte* inside = _mask.RowPointer(source);
            float* weights = _maskRows + slot * _ringStride;
            for (int x = 0; x < _width; x++)
            {
                weights[x] = inside[x];
                to[x] = inside[x] != 0 ? from[x] - _level : 0; // chosen, not multiplied: outside the mask there may be NaN
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lower(float* from, float* to, float level, int width)
    {
        var less = new Vector<float>(level);
        for (int x = 0; x < width; x += Vector<float>.Count)
            Vector.Store(Vector.Load(from + x) - less, to + x);
    }

    /// <summary>M (sums - deficit)/(weights + eps): the deficit is what eps takes from the level that was subtracted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalise(float* sums, float* weights, float* inside, float deficit, int width)
    {
        var eps = new Vector<float>(MathF.ScaleB(1, -23));
        var less = new Vector<float>(deficit);
        for (int x = 0; x < width; x += Vector<float>.Count)
            Vector.Store(Vector.Load(inside + x) * (Vector.Load(sums + x) - less) / (Vector.Load(weights + x) + eps), sums + x);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AlongRow(float* line, float* to, int step, int width)
    {
        for (int x = 0; x < width; x += Vector<float>.Count)
            Vector.Store(LowPassTaps.Along(line + x, step), to + x);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AlongMaskedRow(float* line, float* inside, float* to, int step, float deficit, int width)
    {
        var eps = new Vector<float>(MathF.ScaleB(1, -23));
        var less = new Vector<float>(deficit);
        for (int x = 0; x < width; x += Vector<float>.Count)
            Vector.Store(Vector.Load(inside + x) * (LowPassTaps.Along(line + x, step) - less) / (LowPassTaps.Along(inside + x, step) + eps), to + x);
    }

    /// <summary>band = smooth - low; returns the sum of its squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Subtract(float* smooth, float* low, float* band, int width)
    {
        const int Block = 512; // single-precision sums stay short
        const int Half = LaneSums.Singles / 2;
        float* lanes = stackalloc float[LaneSums.Singles];
        double total = 0;
        for (int start = 0; start < width; start += Block)
        {
            int end = Math.Min(width, start + Block);
            int x = start;
            (Vector256<float> first, Vector256<float> second) = (Vector256<float>.Zero, Vector256<float>.Zero);
            for (; x <= end - LaneSums.Singles; x += LaneSums.Singles)
            {
                Vector256<float> value = Vector256.Load(smooth + x) - Vector256.Load(low + x), next = Vector256.Load(smooth + x + Half) - Vector256.Load(low + x + Half);
                Vector256.Store(value, band + x);
                Vector256.Store(next, band + x + Half);
                first = Vector256.FusedMultiplyAdd(value, value, first);
                second = Vector256.FusedMultiplyAdd(next, next, second);
            }

            Vector256.Store(first, lanes);
            Vector256.Store(second, lanes + Half);
            for (int i = 0; x < end; i++, x++)
            {
                band[x] = smooth[x] - low[x];
                lanes[i] = MathF.FusedMultiplyAdd(band[x], band[x], lanes[i]);
            }

            total += LaneSums.Total(lanes);
        }

        return total;
    }
}
