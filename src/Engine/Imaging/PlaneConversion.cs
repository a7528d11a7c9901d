using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace EmTools.Engine.Imaging;

/// <summary>Turns stored pixels into the floats that filters work on, and inverted intensities into true ones.</summary>
internal static class PlaneConversion
{
    /// <summary>
    /// The pixels as floats, or the maximum of their type less the pixels where <paramref name="invert"/> asks for it.
    /// Takes <paramref name="plane"/> over; a float plane is returned as it is.
    /// </summary>
    public static Plane<float> ToSingle(Plane plane, bool invert, EvaluationContext context)
    {
        if (plane is Plane<float> already)
            return already;

        using (plane)
            return Floats(plane, copy: false, context, invert);
    }

    /// <summary>
    /// The pixels as floats; <paramref name="plane"/> stays the caller's. A float plane is returned itself unless
    /// <paramref name="copy"/> asks for one that may be changed.
    /// </summary>
    public static Plane<float> Floats(Plane plane, bool copy, EvaluationContext context, bool invert = false)
    {
        if (plane is Plane<float> already)
            return copy ? already.Clone() : already;

        return Plane.Make<float>(plane.Height, plane.Width, result => RowParallel.For(plane.Height, RowParallel.Grain(plane.Height, plane.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
                ToSingle(plane.RowBytes(y), plane.PixelType, invert, result.Row(y));
        }));
    }

    /// <summary>Turns the bytes of stored pixels into as many floats.</summary>
    public static void ToSingle(ReadOnlySpan<byte> pixels, PixelType type, bool invert, Span<float> to)
    {
        switch (type)
        {
            case PixelType.UInt8:
                RowMath.ToSingle(pixels, invert, to);
                break;
            case PixelType.UInt16:
                RowMath.ToSingle(MemoryMarshal.Cast<byte, ushort>(pixels), invert, to);
                break;
            default:
                MemoryMarshal.Cast<byte, float>(pixels).CopyTo(to);
                break;
        }
    }

    /// <summary>Turns a plane of unsigned pixels into the maximum of the type less the pixels.</summary>
    public static void Invert(Plane plane, EvaluationContext context)
        => RowParallel.For(plane.Height, RowParallel.Grain(plane.Height, plane.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                // For unsigned types the maximum less v is v with every bit turned.
                Span<byte> row = plane.RowBytes(y);
                TensorPrimitives.OnesComplement<byte>(row, row);
            }
        });
}
