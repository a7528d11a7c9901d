using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Destriping;

/// <summary>
/// The weights of a tile's rows, one after the other, averaged over a square of N x N pixels (mirrored at the edges).
/// </summary>
/// <remarks>
/// Down the columns the sum runs: rows enter and leave, of each only the pixels that lack anything. Along the row, sums are
/// made by doubling.
/// </remarks>
internal sealed unsafe class TileWeights
{
    private readonly StripeModel _model;
    private readonly int _height;
    private readonly int _imageWidth;
    private readonly int _width;
    private readonly int _from;
    private readonly int _radius;
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

        _scale = (float)(1 / ((double)model.Window * model.Window * model.Unit));
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
                Add(k, 1);
        }
        else
        {
            Add(y + _radius, 1);
            Add(y - _radius - 1, -1);
        }

        for (int x = _from; x < _first; x++)
            _columnSums[x - _from] = _columnSums[Mirror.Index(x, _imageWidth) - _from];
        for (int x = _end; x < _from + _width + 2 * _radius; x++)
            _columnSums[x - _from] = _columnSums[Mirror.Index(x, _imageWidth) - _from];
        WindowSums.Along(_columnSums, _doubled, _total, 2 * _radius + 1, _width);
        ToWeights(to);
    }

    private static int Length(int width, int radius) => width + 2 * radius + WindowSums.Slack;

    private void Add(int y, int sign) => _model.AddDeficits(Mirror.Index(y, _height), _first, _end, sign, _columnSums + (_first - _from));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ToWeights(float* to)
    {
        var scale = new Vector<float>(-_scale);
        for (int x = 0; x < _width; x += Vector<float>.Count)
            Vector.Store(Vector.FusedMultiplyAdd(Vector.ConvertToSingle(Vector.Load(_total + x)), scale, Vector<float>.One), to + x);
    }
}
