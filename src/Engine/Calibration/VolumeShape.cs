namespace EmTools.Engine.Calibration;

/// <summary>The shape of a whole volume, (z, y, x).</summary>
/// <param name="Depth">Sections (axis z).</param>
/// <param name="Height">Rows of a section (axis y).</param>
/// <param name="Width">Columns of a section (axis x).</param>
public readonly record struct VolumeShape(int Depth, int Height, int Width)
{
    /// <summary>The shape as <c>z x y x x</c>, for example <c>11260 x 9000 x 13750</c>.</summary>
    public override string ToString() => $"{Depth} x {Height} x {Width}";

    /// <summary>A place on an axis as the background model counts it: 0 at the first pixel, 1 at the last; 0 on an axis of one pixel.</summary>
    /// <param name="index">The pixel, from 0.</param>
    /// <param name="length">The axis' length.</param>
    internal static double Scaled(int index, int length) => length > 1 ? (double)index / (length - 1) : 0;
}
