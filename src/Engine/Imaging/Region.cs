namespace EmTools.Engine.Imaging;

/// <summary>A rectangle of a section, in pixels counted from 0.</summary>
/// <param name="Y">The first row.</param>
/// <param name="X">The first column.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct Region(int Y, int X, int Height, int Width)
{
    /// <summary>True when it holds at least a pixel, and all its pixels are of a section of this size.</summary>
    public bool LiesIn(int height, int width)
        => Y >= 0 && X >= 0 && Height >= 1 && Width >= 1 && (long)Y + Height <= height && (long)X + Width <= width;

    /// <summary>The region's pixels. Takes <paramref name="plane"/> over: what is whole already is returned as it is. The caller owns the result.</summary>
    public Plane CutFrom(Plane plane)
    {
        ArgumentNullException.ThrowIfNull(plane);
        if (Height == plane.Height && Width == plane.Width)
            return plane;
        using (plane)
        {
            (int top, int left) = (Y, X);
            return Plane.Make(plane.PixelType, Height, Width, part =>
            {
                int size = plane.RowBytes(0).Length / plane.Width;
                for (int y = 0; y < part.Height; y++)
                    plane.RowBytes(top + y).Slice(left * size, part.Width * size).CopyTo(part.RowBytes(y));
            });
        }
    }

    /// <summary>The region as users give it: y, x, height, width.</summary>
    public override string ToString() => $"{Y}, {X}, {Height}, {Width}";
}
