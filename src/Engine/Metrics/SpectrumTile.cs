using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Metrics;

/// <summary>One thread's tile of a power spectrum.</summary>
internal sealed class SpectrumTile
{
    private readonly int _side;
    private readonly TileFourier _fourier;
    private readonly float[] _window;
    private readonly float[] _real;
    private readonly float[] _imaginary;

    public SpectrumTile(int side)
    {
        (_side, _fourier) = (side, new TileFourier(side));
        (_real, _imaginary) = (new float[side * side], new float[side * side]);
        _window = [.. Enumerable.Range(0, side).Select(i => (float)(0.5 - 0.5 * PlainMath.OfTurns((double)i / side).Cosine))];
    }

    /// <summary>
    /// Adds the squares of the transform of one or two tiles, at (u, v) for the frequency v along y and u along x. What stands
    /// for (u, v) and for (-u, -v) is together twice the power of both tiles: mixed terms cancel out.
    /// </summary>
    /// <returns>How many of the tiles have pixels.</returns>
    public int AddPower(Plane plane, (int Y, int X) first, (int Y, int X)? second, double[] sums)
    {
        int count = Load(plane, first, _real);
        Array.Clear(_imaginary);
        if (second is { } other)
            count += Load(plane, other, _imaginary);
        if (count == 0)
            return 0;
        _fourier.Forward(_real, _imaginary);
        for (int i = 0; i < sums.Length; i++)
            sums[i] += (double)_real[i] * _real[i] + (double)_imaginary[i] * _imaginary[i];
        return count;
    }

    /// <summary>The tile less its mean, faded out to its edges.</summary>
    private int Load(Plane plane, (int Y, int X) at, float[] tile)
    {
        double sum = 0;
        int count = 0;
        int bytes = plane.RowBytes(0).Length / plane.Width;
        for (int y = 0; y < _side; y++)
        {
            Span<float> row = tile.AsSpan(y * _side, _side);
            PlaneConversion.ToSingle(plane.RowBytes(at.Y + y).Slice(at.X * bytes, _side * bytes), plane.PixelType, invert: false, row);
            foreach (float value in row)
            {
                if (!float.IsFinite(value))
                    continue;
                sum += value;
                count++;
            }
        }

        float mean = count > 0 ? (float)(sum / count) : 0;
        for (int i = 0; i < tile.Length; i++)
            tile[i] = float.IsFinite(tile[i]) ? (tile[i] - mean) * _window[i / _side] * _window[i % _side] : 0;
        return count > 0 ? 1 : 0;
    }
}
