using System.Runtime.Intrinsics;

namespace EmTools.Engine.Phantoms;

/// <summary>
/// Smooth random field in space: random values on a cubic lattice, joined by cubic B-splines (no visible lattice, two
/// continuous derivatives), with mean 0 and standard deviation 1.
/// </summary>
internal sealed class SplineNoise
{
    /// <summary>
    /// Uniform values in [-1, 1) have the variance 1/3; the cubic B-spline keeps 151/315 of it along every axis.
    /// </summary>
    private const float Normalize = 5.2186f; // 1 / sqrt(1/3 * (151/315)^3)

    private readonly uint _seed;
    private readonly int _spacing;
    private readonly float[] _weights;

    /// <param name="seed">Which field.</param>
    /// <param name="spacing">Distance of the lattice points in pixels, a power of two and at least 8.</param>
    public SplineNoise(uint seed, int spacing)
    {
        _seed = CounterHash.Mix(seed);
        _spacing = spacing;
        _weights = new float[4 * spacing];
        for (int r = 0; r < spacing; r++)
        {
            Spline((float)r / spacing, out float a, out float b, out float c, out float d);
            _weights[r] = a;
            _weights[spacing + r] = b;
            _weights[2 * spacing + r] = c;
            _weights[3 * spacing + r] = d;
        }
    }

    /// <summary>Adds the field, times <paramref name="deviation"/>, to a tile whose first pixel is (z, y0, x0).</summary>
    public void Add(Span<float> tile, float z, int y0, int x0, float deviation)
    {
        int firstColumn = x0 / _spacing;
        int firstRow = y0 / _spacing;
        int columns = (x0 + TissueTile.Width - 1) / _spacing - firstColumn + 4;
        int rows = (y0 + TissueTile.Height - 1) / _spacing - firstRow + 4;
        Span<float> lattice = stackalloc float[rows * columns];
        Lattice(lattice, columns, firstRow, firstColumn, z, deviation * Normalize);

        Span<float> line = stackalloc float[columns];
        for (int y = 0; y < TissueTile.Height; y++)
        {
            int cell = (y0 + y) / _spacing - firstRow;
            int r = (y0 + y) % _spacing;
            float w0 = _weights[r], w1 = _weights[_spacing + r], w2 = _weights[2 * _spacing + r], w3 = _weights[3 * _spacing + r];
            ReadOnlySpan<float> from = lattice[(cell * columns)..];
            for (int i = 0; i < columns; i++)
                line[i] = w0 * from[i] + w1 * from[columns + i] + w2 * from[2 * columns + i] + w3 * from[3 * columns + i];
            AddLine(tile.Slice(y * TissueTile.Width, TissueTile.Width), line, x0, firstColumn);
        }
    }

    /// <summary>The field at one point.</summary>
    public float At(float z, float y, float x)
    {
        int iz = Cell(z, out float fz), iy = Cell(y, out float fy), ix = Cell(x, out float fx);
        Span<float> wz = stackalloc float[4], wy = stackalloc float[4], wx = stackalloc float[4];
        Spline(fz, out wz[0], out wz[1], out wz[2], out wz[3]);
        Spline(fy, out wy[0], out wy[1], out wy[2], out wy[3]);
        Spline(fx, out wx[0], out wx[1], out wx[2], out wx[3]);
        float sum = 0;
        for (int k = 0; k < 4; k++)
            for (int j = 0; j < 4; j++)
                for (int i = 0; i < 4; i++)
                    sum += wz[k] * wy[j] * wx[i] * Value(iz + k, iy + j, ix + i);
        return sum * Normalize;
    }

    private void Lattice(Span<float> lattice, int columns, int firstRow, int firstColumn, float z, float scale)
    {
        int layer = Cell(z, out float fraction);
        Spline(fraction, out float a, out float b, out float c, out float d);
        for (int i = 0; i < lattice.Length; i++)
        {
            int row = firstRow + i / columns, column = firstColumn + i % columns;
            lattice[i] = scale * (a * Value(layer, row, column) + b * Value(layer + 1, row, column)
                + c * Value(layer + 2, row, column) + d * Value(layer + 3, row, column));
        }
    }

    private void AddLine(Span<float> row, ReadOnlySpan<float> line, int x0, int firstColumn)
    {
        ReadOnlySpan<float> weights = _weights;
        for (int x = 0; x < TissueTile.Width; x += Vector256<float>.Count)
        {
            // The spacing is a multiple of the vector's length, so a vector lies within one cell of the lattice.
            int r = (x0 + x) % _spacing;
            int cell = (x0 + x) / _spacing - firstColumn;
            Vector256<float> sum = Vector256.Create(weights[r..]) * line[cell]
                + Vector256.Create(weights[(_spacing + r)..]) * line[cell + 1]
                + Vector256.Create(weights[(2 * _spacing + r)..]) * line[cell + 2]
                + Vector256.Create(weights[(3 * _spacing + r)..]) * line[cell + 3];
            (Vector256.Create<float>(row[x..]) + sum).CopyTo(row[x..]);
        }
    }

    private int Cell(float position, out float fraction)
    {
        float p = position / _spacing;
        float floor = MathF.Floor(p);
        fraction = p - floor;
        return (int)floor;
    }

    private float Value(int z, int y, int x) => CounterHash.Unit(CounterHash.At(_seed, z, y, x)) * 2 - 1;

    private static void Spline(float t, out float a, out float b, out float c, out float d)
    {
        float s = 1 - t;
        a = s * s * s / 6;
        b = (3 * t * t * t - 6 * t * t + 4) / 6;
        c = (3 * s * s * s - 6 * s * s + 4) / 6;
        d = t * t * t / 6;
    }
}
