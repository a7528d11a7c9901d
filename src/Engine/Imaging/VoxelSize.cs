using System.Globalization;

namespace EmTools.Engine.Imaging;

/// <summary>The size of a voxel in nanometres: the distance of sections (z), and a pixel's height and width (y, x).</summary>
/// <param name="Z">The distance from section to section in nm; null where only the pixel's size is known, as in a file of one section.</param>
/// <param name="Y">A pixel's height in nm.</param>
/// <param name="X">A pixel's width in nm.</param>
public sealed record VoxelSize(double? Z, double Y, double X)
{
    /// <summary>The size where its lengths make sense, or null: what files say of it is often 0, negative or infinite where it was never set.</summary>
    internal static VoxelSize? Sensible(double? z, double y, double x)
        => IsLength(y) && IsLength(x) ? new VoxelSize(z is { } depth && IsLength(depth) ? depth : null, y, x) : null;

    /// <summary>As <c>z, y, x</c> in nm, <c>?</c> for an unknown distance.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{Z?.ToString("G6", CultureInfo.InvariantCulture) ?? "?"} x {Y:G6} x {X:G6} nm");

    private static bool IsLength(double length) => length > 0 && double.IsFinite(length);
}
