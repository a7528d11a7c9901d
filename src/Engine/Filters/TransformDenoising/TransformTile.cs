using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.TransformDenoising;

/// <summary>
/// Denoises a tile in two rounds. The first one keeps the strong coefficients of every block; of what these give, the second one
/// takes the share of each coefficient that is no noise.
/// </summary>
/// <remarks>
/// With neighbouring sections each block is compared with those of the same place. The mean with those that fit has less noise,
/// and what the section differs from it by is kept where it is strong.
/// </remarks>
internal sealed unsafe class TransformTile
{
    /// <summary>What blocks count for: 1 over this and the sum of squared gains.</summary>
    private const float LeastGains = 0.5f;

    /// <summary>A neighbour's block fits where it differs by less than this many times what noise makes equal blocks differ by.</summary>
    private const float MostDifference = 1.25f;

    /// <summary>What a section differs from such a mean by is noise but for few coefficients, so that more is asked of these.</summary>
    private const float StrongRest = 1.5f;

    private readonly TileLayout _layout;
    private readonly BlockRow _blocks;
    private readonly float[] _noise;
    private readonly float _threshold;
    private readonly int _sections;
    private readonly float* _noisy;
    private readonly float* _once;
    private readonly float* _onceWeights;
    private readonly float* _twice;
    private readonly float* _twiceWeights;
    private readonly float* _columns;
    private readonly float* _pilotColumns;

    /// <summary>Prepares for tiles.</summary>
    /// <param name="layout">Their layout.</param>
    /// <param name="noise">The noise's standard deviation, for each coefficient (u, v).</param>
    /// <param name="threshold">How many of these a strong coefficient has.</param>
    /// <param name="sections">Sections of the window.</param>
    /// <param name="scratch">Where memory is taken from.</param>
    public TransformTile(TileLayout layout, float[] noise, float threshold, int sections, Scratch scratch)
    {
        (_layout, _noise, _threshold, _sections) = (layout, noise, threshold, sections);
        scratch.Reset(ScratchBytes(layout, sections));
        _blocks = new BlockRow(layout, scratch);
        _noisy = scratch.TakeCleared<float>((long)sections * layout.Area);
        _once = scratch.Take<float>(layout.Area);
        _onceWeights = scratch.Take<float>(layout.Area);
        _twice = scratch.Take<float>(layout.Area);
        _twiceWeights = scratch.Take<float>(layout.Area);
        _columns = scratch.Take<float>((long)sections * BlockRow.ColumnValues(layout));
        _pilotColumns = scratch.Take<float>(BlockRow.ColumnValues(layout));
    }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(TileLayout layout, int sections)
        => BlockRow.ScratchBytes(layout) + Scratch.Padded<float>((long)sections * layout.Area) + 4 * Scratch.Padded<float>(layout.Area)
            + Scratch.Padded<float>((long)sections * BlockRow.ColumnValues(layout)) + Scratch.Padded<float>(BlockRow.ColumnValues(layout));

    /// <summary>Denoises the tile whose first pixel is (<paramref name="top"/>, <paramref name="left"/>).</summary>
    /// <param name="window">The section, and then its neighbours.</param>
    /// <param name="level">A level near each section's mean: small numbers are exacter.</param>
    /// <param name="top">The first row.</param>
    /// <param name="left">The first column.</param>
    /// <param name="to">Receives the tile.</param>
    public void Run(IReadOnlyList<Plane<float>> window, float[] level, int top, int left, Plane<float> to)
    {
        int height = Math.Min(_layout.Height, to.Height - top), width = Math.Min(_layout.Width, to.Width - left);
        for (int z = 0; z < _sections; z++)
            Load(window[z], level[z], top - 2 * _layout.Halo, left - 2 * _layout.Halo, height, _noisy + (long)z * _layout.Area);
        new Span<float>(_once, _layout.Area).Clear();
        new Span<float>(_onceWeights, _layout.Area).Clear();
        new Span<float>(_twice, _layout.Area).Clear();
        new Span<float>(_twiceWeights, _layout.Area).Clear();
        int block = _layout.Block, halo = _layout.Halo;

        // The second round's blocks reach one block beyond the result, the first round's one block beyond those.
        for (int y = 0; y < height + 2 * halo + block - 1; y += _layout.Step)
            Round(y, width + 2 * halo + block - 1, pilot: false);
        Divide(_once, _onceWeights, _layout.Area);
        for (int y = halo; y < height + 2 * halo; y += _layout.Step)
            Round(y, width + halo, pilot: true);
        Store(height, width, top, left, level[0], to);
    }

    /// <summary>A row of blocks, the first pixel of which is at row <paramref name="y"/>; in the second round one halo further in.</summary>
    private void Round(int y, int columns, bool pilot)
    {
        int at = _layout.At(y, pilot ? _layout.Halo : 0), blocks = ((columns + _layout.Step - 1) / _layout.Step + TileLayout.Lanes - 1) / TileLayout.Lanes * TileLayout.Lanes;
        int values = BlockRow.ColumnValues(_layout);
        for (int z = 0; z < _sections; z++)
            _blocks.TransformColumns(_noisy + (long)z * _layout.Area + at, _columns + (long)z * values);
        if (pilot)
            _blocks.TransformColumns(_once + at, _pilotColumns);
        Shrink(blocks, values, pilot);
        _blocks.AddTo(blocks, (pilot ? _twice : _once) + at, (pilot ? _twiceWeights : _onceWeights) + at);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Shrink(int blocks, int values, bool pilot)
    {
        int count = _layout.Block * _layout.Block;
        Vector512<float>* own = stackalloc Vector512<float>[count], first = stackalloc Vector512<float>[count], mean = stackalloc Vector512<float>[_sections > 1 ? count : 1];
        for (int k = 0; k < blocks; k += TileLayout.Lanes)
        {
            _blocks.Coefficients(_columns, k, own);
            if (pilot)
                _blocks.Coefficients(_pilotColumns, k, first);
            Vector512<float> gains;
            if (_sections == 1)
            {
                gains = pilot ? Wiener(own, first, count) : Threshold(own, count);
            }
            else
            {
                Vector512<float> share = Mean(own, k, values, count, mean);
                gains = WithMean(own, mean, share, pilot ? first : null, count);
            }

            _blocks.Keep(own, k, Vector512<float>.One / (gains + Vector512.Create(LeastGains)));
        }
    }

    /// <summary>Weak coefficients become 0, but not the mean; gives how many are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector512<float> Threshold(Vector512<float>* coefficients, int count)
    {
        Vector512<float> kept = Vector512<float>.One;
        fixed (float* noise = _noise)
        {
            for (int i = 1; i < count; i++)
            {
                Vector512<float> strong = Vector512.GreaterThanOrEqual(Vector512.Abs(coefficients[i]), Vector512.Create(_threshold * noise[i]));
                coefficients[i] &= strong;
                kept += strong & Vector512<float>.One;
            }
        }

        return kept;
    }

    /// <summary>Each coefficient times p^2/(p^2 + noise^2) with the first round's p, but the mean as it is; gives the sum of squared gains.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector512<float> Wiener(Vector512<float>* coefficients, Vector512<float>* first, int count)
    {
        Vector512<float> sum = Vector512<float>.One;
        fixed (float* noise = _noise)
        {
            for (int i = 1; i < count; i++)
            {
                Vector512<float> gain = Gain(first[i], noise[i] * noise[i]);
                coefficients[i] *= gain;
                sum += gain * gain;
            }
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Gain(Vector512<float> first, float noise)
    {
        Vector512<float> power = first * first;
        return power / (power + Vector512.Create(Math.Max(noise, float.Epsilon)));
    }

    /// <summary>The mean of the section's blocks and of those of its neighbours that fit; gives the share of the noise's power that is left in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector512<float> Mean(Vector512<float>* own, int k, int values, int count, Vector512<float>* mean)
    {
        Vector512<float>* other = stackalloc Vector512<float>[count];
        Vector512<float> sections = Vector512<float>.One;
        for (int i = 0; i < count; i++)
            mean[i] = own[i];
        fixed (float* noise = _noise)
        {
            for (int z = 1; z < _sections; z++)
            {
                _blocks.Coefficients(_columns + (long)z * values, k, other);
                Vector512<float> difference = Vector512<float>.Zero;
                for (int i = 1; i < count; i++)
                {
                    Vector512<float> apart = other[i] - own[i];
                    difference += apart * apart * Vector512.Create(noise[i] > 0 ? 0.5f / (noise[i] * noise[i]) : 0);
                }

                Vector512<float> fits = Vector512.LessThan(difference, Vector512.Create(MostDifference * (count - 1)));
                sections += fits & Vector512<float>.One;
                for (int i = 1; i < count; i++)
                    mean[i] += other[i] & fits;
            }
        }

        Vector512<float> share = Vector512<float>.One / sections;
        for (int i = 1; i < count; i++)
            mean[i] *= share;
        return share;
    }

    /// <summary>What is no noise of the mean, and what is strong of what the section differs from it by.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector512<float> WithMean(Vector512<float>* own, Vector512<float>* mean, Vector512<float> share, Vector512<float>* first, int count)
    {
        Vector512<float> gains = Vector512<float>.One, apart = Vector512<float>.One - share;
        Vector512<float> ofMean = Vector512.Sqrt(share) * _threshold, ofRest = Vector512.Sqrt(apart) * (_threshold * StrongRest);
        fixed (float* noise = _noise)
        {
            for (int i = 1; i < count; i++)
            {
                Vector512<float> rest = own[i] - mean[i];
                Vector512<float> strong = Vector512.GreaterThan(Vector512.Abs(rest), ofRest * noise[i]);
                Vector512<float> gain = first == null
                    ? Vector512.GreaterThanOrEqual(Vector512.Abs(mean[i]), ofMean * noise[i]) & Vector512<float>.One
                    : first[i] * first[i] / Vector512.MaxNative(first[i] * first[i] + share * (noise[i] * noise[i]), Vector512.Create(float.Epsilon));
                own[i] = mean[i] * gain + (rest & strong);
                gains += gain * gain * share + (strong & apart);
            }
        }

        return gains;
    }

    /// <summary>Fetches a tile's surroundings, beyond the section's ends its mirror image.</summary>
    private void Load(Plane<float> from, float level, int top, int left, int height, float* to)
    {
        int rows = height + 2 * _layout.Halo + 2 * (_layout.Block - 1), step = _layout.Step;
        bool inside = left >= 0 && left + _layout.Columns <= from.Width;
        float* mirrored = stackalloc float[_layout.Columns];
        for (int y = 0; y < rows; y++)
        {
            float* row = from.RowPointer(Mirror.Index(top + y, from.Height)), line = to + _layout.At(y, 0);
            for (int x = 0; !inside && x < _layout.Columns; x++)
                mirrored[x] = row[Mirror.Index(left + x, from.Width)];
            for (int phase = 0; phase < step; phase++, line += _layout.Stride)
                Fetch((inside ? row + left : mirrored) + phase, step, (_layout.Columns - phase + step - 1) / step, level, line);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fetch(float* row, int step, int count, float level, float* to)
    {
        for (int k = 0; k < count; k++, row += step)
            to[k] = *row - level;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Divide(float* values, float* weights, int count)
    {
        for (int i = 0; i < count; i += TileLayout.Lanes)
            Vector512.Store(Vector512.Load(values + i) / Vector512.MaxNative(Vector512.Load(weights + i), Vector512.Create(float.Epsilon)), values + i);
    }

    private void Store(int height, int width, int top, int left, float level, Plane<float> to)
    {
        int halo = 2 * _layout.Halo, first = _layout.At(halo, 0);
        Divide(_twice + first, _twiceWeights + first, height * _layout.Step * _layout.Stride);
        for (int y = 0; y < height; y++)
        {
            float* row = to.RowPointer(top + y) + left;
            for (int phase = 0; phase < _layout.Step; phase++)
            {
                Put(_twice + _layout.At(halo + y, halo + phase), level, row + phase, _layout.Step, (width - phase + _layout.Step - 1) / _layout.Step);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Put(float* values, float level, float* to, int step, int count)
    {
        for (int k = 0; k < count; k++, to += step)
            *to = values[k] + level;
    }
}
