using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Destriping;

/// <summary>
/// The weights of a tile's rows, one after the other, averaged over a square of N x N pixels (mirrored at the edges).
/// </summary>
/// <remarks>
/// Down the columns the sum runs: rows enter and leave, of each only the pixels that lack anything. Along the row, sums of
/// 1, 2, 4, ... neighbours are doubled in vectors, and those that N is made of are added up: about 2 log2 N additions.
/// </remarks>
internal sealed unsafe class TileWeights
{
    private readonly StripeModel _model;
    private readonly int _height;
    private readonly int _imageWidth;
    private readonly int _width;
    private readonly int _from;
    private readonly int _radius;
    private readonly int _unit;
    private readonly float _scale;
    private readonly int _first;
    private readonly int _end;
    private readonly int* _columnSums;
    private readonly int* _doubled;
    private readonly int* _total;
    private int _row = -1;

    public TileWeights(StripeModel model, int height, int imageWidth, int left, int right, Scratch scratch)
    {
        (_model, _height, _imageWidth, _width) = (model, height, imageWidth, right - left);
        _radius = model.Window / 2;
        _from = left - _radius;
        _first = Math.Max(0, _from);
        _end = Math.Min(imageWidth, right + _radius);

        // The largest power of two for which a whole window of weights 0 still fits into 32 bits.
        double pixels = (double)model.Window * model.Window;
        _unit = 1 << Math.Clamp((int)Math.Floor(Math.Log2(int.MaxValue / pixels)), 1, 24);
        _scale = (float)(1 / (pixels * _unit));
        _columnSums = scratch.TakeCleared<int>(Length(_width, _radius));
        _doubled = scratch.TakeCleared<int>(Length(_width, _radius));
        _total = scratch.TakeCleared<int>(Length(_width, 0));
    }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(StripeModel model, int left, int right)
        => 2 * Scratch.Padded<int>(Length(right - left, model.Window / 2)) + Scratch.Padded<int>(Length(right - left, 0));

    /// <summary>Gives the next row's weights.</summary>
    public void Next(float* to)
    {
        int y = ++_row;
        if (y == 0)
        {
            for (int k = -_radius; k <= _radius; k++)
                Add(k, _unit);
        }
        else
        {
            Add(y + _radius, _unit);
            Add(y - _radius - 1, -_unit);
        }

        for (int x = _from; x < _first; x++)
            _columnSums[x - _from] = _columnSums[Mirror.Index(x, _imageWidth) - _from];
        for (int x = _end; x < _from + _width + 2 * _radius; x++)
            _columnSums[x - _from] = _columnSums[Mirror.Index(x, _imageWidth) - _from];
        SumAlong();
        ToWeights(to);
    }

    private static int Length(int width, int radius) => width + 2 * radius + 4 * 16;

    private void Add(int y, int unit) => _model.AddDeficits(Mirror.Index(y, _height), _first, _end, unit, _columnSums + (_first - _from));

    /// <summary>total[x] = the sum of the N column sums from x on.</summary>
    private void SumAlong()
    {
        int length = 2 * _radius + 1;
        Buffer.MemoryCopy(_columnSums, _total, (long)_width * sizeof(int), (long)_width * sizeof(int));
        int done = 1;
        int* sums = _columnSums;
        for (int span = 1; 2 * span <= length; span *= 2)
        {
            // After this, doubled[x] is the sum of 2 span values from x on; those further on are still needed for later sums.
            Double(sums, _doubled, span, _width + length - 2 * span);
            sums = _doubled;
            if ((length & (2 * span)) != 0)
            {
                AddTo(_total, sums + done, _width);
                done += 2 * span;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Double(int* from, int* to, int span, int count)
    {
        for (int x = 0; x < count; x += Vector<int>.Count)
            Vector.Store(Vector.Load(from + x) + Vector.Load(from + x + span), to + x);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTo(int* total, int* sums, int count)
    {
        for (int x = 0; x < count; x += Vector<int>.Count)
            Vector.Store(Vector.Load(total + x) + Vector.Load(sums + x), total + x);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ToWeights(float* to)
    {
        var scale = new Vector<float>(-_scale);
        for (int x = 0; x < _width; x += Vector<float>.Count)
            Vector.Store(Vector.FusedMultiplyAdd(Vector.ConvertToSingle(Vector.Load(_total + x)), scale, Vector<float>.One), to + x);
    }
}
