using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>Swaps the axes of a plane, in blocks that stay in the first-level cache.</summary>
internal static unsafe class Transpose
{
    private const int Block = 32;

    /// <summary>A new plane with (x, y) of <paramref name="plane"/> at (y, x); the caller owns it.</summary>
    public static Plane<T> Of<T>(Plane<T> plane, EvaluationContext context)
        where T : unmanaged
        => Plane.Make<T>(plane.Width, plane.Height, result => RowParallel.For(plane.Height, Block, context, (top, bottom) =>
        {
            for (int left = 0; left < plane.Width; left += Block)
            {
                int right = Math.Min(plane.Width, left + Block);
                for (int x = left; x < right; x++)
                {
                    T* to = result.RowPointer(x) + top;
                    T* from = plane.RowPointer(top) + x;
                    for (int y = top; y < bottom; y++, from += plane.Stride)
                        *to++ = *from;
                }
            }
        }));
}
