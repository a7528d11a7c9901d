namespace EmTools.Engine.Phantoms;

/// <summary>Bends space smoothly, so that membranes between cells are curved as in tissue.</summary>
internal sealed class Warp
{
    private readonly SplineNoise[] _wide;
    private readonly SplineNoise[] _narrow;
    private readonly float _wideShift;
    private readonly float _narrowShift;

    /// <param name="seed">Which bending.</param>
    /// <param name="pitch">Distance of the cells' seeds in pixels.</param>
    public Warp(uint seed, float pitch)
    {
        int wide = PowerOfTwo(pitch);
        int narrow = Math.Max(8, wide / 4);
        _wide = [new(seed + 1, wide), new(seed + 2, wide), new(seed + 3, wide)];
        _narrow = [new(seed + 4, narrow), new(seed + 5, narrow)];
        _wideShift = 0.36f * wide;
        _narrowShift = 0.2f * narrow;
    }

    /// <summary>Writes the bent coordinates of a tile's pixels.</summary>
    public void Fill(Span<float> z, Span<float> y, Span<float> x, float depth, int y0, int x0)
    {
        z.Fill(depth);
        for (int r = 0; r < TissueTile.Height; r++)
        {
            y.Slice(r * TissueTile.Width, TissueTile.Width).Fill(y0 + r);
            for (int c = 0; c < TissueTile.Width; c++)
                x[r * TissueTile.Width + c] = x0 + c;
        }

        _wide[0].Add(z, depth, y0, x0, _wideShift);
        _wide[1].Add(y, depth, y0, x0, _wideShift);
        _wide[2].Add(x, depth, y0, x0, _wideShift);
        _narrow[0].Add(y, depth, y0, x0, _narrowShift);
        _narrow[1].Add(x, depth, y0, x0, _narrowShift);
    }

    /// <summary>The bent coordinates of one point.</summary>
    public (float Z, float Y, float X) At(float z, float y, float x) => (
        z + _wideShift * _wide[0].At(z, y, x),
        y + _wideShift * _wide[1].At(z, y, x) + _narrowShift * _narrow[0].At(z, y, x),
        x + _wideShift * _wide[2].At(z, y, x) + _narrowShift * _narrow[1].At(z, y, x));

    private static int PowerOfTwo(float pitch)
    {
        int p = 8;
        while (p * 2 <= pitch)
            p *= 2;
        return p;
    }
}
