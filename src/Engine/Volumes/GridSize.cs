using System.Globalization;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Volumes;

/// <summary>Lengths along the axes (z, y, x), in voxels or in chunks.</summary>
/// <param name="Z">Along z.</param>
/// <param name="Y">Along y.</param>
/// <param name="X">Along x.</param>
public readonly record struct GridSize(int Z, int Y, int X)
{
    /// <summary>How many a box of these lengths holds.</summary>
    public long Count => (long)Z * Y * X;

    /// <summary>As <c>z x y x x</c>, for example <c>64 x 64 x 64</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Z} x {Y} x {X}");

    /// <summary>How many parts of a size it takes to cover these lengths.</summary>
    internal GridSize In(GridSize parts) => new(Parts(Z, parts.Z), Parts(Y, parts.Y), Parts(X, parts.X));

    /// <summary>Length by length, the product.</summary>
    internal GridSize Times(GridSize other) => new(checked(Z * other.Z), checked(Y * other.Y), checked(X * other.X));

    /// <summary>True where each length is a multiple of the other's.</summary>
    internal bool IsMultipleOf(GridSize other) => Z % other.Z == 0 && Y % other.Y == 0 && X % other.X == 0;

    private static int Parts(int length, int part) => (length - 1) / part + 1;
}

/// <summary>Boxes of levels.</summary>
internal static class VoxelBoxes
{
    /// <summary>The part of a box that lies in a volume.</summary>
    public static VoxelBox Within(this VoxelBox box, GridSize shape)
        => box with { Depth = Math.Min(box.Depth, shape.Z - box.Z), Height = Math.Min(box.Height, shape.Y - box.Y), Width = Math.Min(box.Width, shape.X - box.X) };

    /// <summary>The box of the level below that a box is the means of.</summary>
    public static VoxelBox Below(this VoxelBox box, GridSize step, GridSize shape)
        => new VoxelBox(box.Z * step.Z, box.Y * step.Y, box.X * step.X, box.Depth * step.Z, box.Height * step.Y, box.Width * step.X).Within(shape);
}
