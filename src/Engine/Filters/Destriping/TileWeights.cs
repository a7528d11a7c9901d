using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Destriping;

/// <summary>
/// The weights of a tile's rows, one after the other, averaged over a square of N x N pixels (mirrored at the edges).
/// </summary>
internal sealed unsafe class TileWeights
{
    private readonly StripeModel _model;
    private readonly int _height;
    private readonly int _imageWidth;
    private readonly int _left;
    private readonly int _width;
    private readonly int _first;
    private readonly int _end;
    private readonly int _radius;
    private readonly int _unit;
    private readonly float _scale;
    private readonly int* _columnSums;
    private readonly int* _line;
    private int _row = -1;

    public TileWeights(StripeModel model, int height, int imageWidth, int left, int right, Scratch scratch)
    {
        (_model, _height, _imageWidth, _left, _width) = (model, height, imageWidth, left, right - left);
        _radius = model.Window / 2;
        (_first, _end) = Columns(_radius, imageWidth, left, right);

        // The largest power of two for which a whole window of weights 0 still fits into 32 bits.
        double pixels = (double)model.Window * model.Window;
        _unit = 1 << Math.Clamp((int)Math.Floor(Math.Log2(int.MaxValue / pixels)), 1, 24);
        _scale = (float)(1 / (pixels * _unit));
        _columnSums = scratch.TakeCleared<int>(_end - _first);
        _line = scratch.TakeCleared<int>(_width + 2 * _radius + Vector<int>.Count);
    }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(StripeModel model, int imageWidth, int left, int right)
    {
        int radius = model.Window / 2;
        (int first, int end) = Columns(radius, imageWidth, left, right);
        return Scratch.Padded<int>(end - first) + Scratch.Padded<int>(right - left + 2 * radius + Vector<int>.Count);
    }

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

        for (int i = 0; i < _width + 2 * _radius; i++)
            _line[i] = _columnSums[Mirror.Index(_left - _radius + i, _imageWidth) - _first];
        SumAlong();
        ToWeights(to);
    }

    private static (int First, int End) Columns(int radius, int imageWidth, int left, int right)
        => (Math.Max(0, left - radius), Math.Min(imageWidth, right + radius));

    private void Add(int y, int unit) => _model.AddDeficits(Mirror.Index(y, _height), _first, _end, unit, _columnSums);

    /// <summary>Replaces line[x] by the sum of line[x] to line[x + 2 radius].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumAlong()
    {
        int* line = _line;
        int reach = 2 * _radius;
        int sum = 0;
        for (int i = 0; i < reach; i++)
            sum += line[i];
        for (int x = 0; x < _width; x++)
        {
            sum += line[x + reach];
            int leaving = line[x];
            line[x] = sum;
            sum -= leaving;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ToWeights(float* to)
    {
        var scale = new Vector<float>(-_scale);
        for (int x = 0; x < _width; x += Vector<float>.Count)
            Vector.Store(Vector.FusedMultiplyAdd(Vector.ConvertToSingle(Vector.Load(_line + x)), scale, Vector<float>.One), to + x);
    }
}
