using System.Numerics.Tensors;

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
        {
            Plane<float> result = Plane.Rent<float>(plane.Height, plane.Width);
            float maximum = plane.PixelType.Maximum()!.Value;
            RowParallel.For(plane.Height, RowParallel.Grain(plane.Height, plane.Width, context), context, (first, end) =>
            {
                for (int y = first; y < end; y++)
                {
                    Span<float> row = result.Row(y);
                    if (plane is Plane<byte> bytes)
                        TensorPrimitives.ConvertTruncating<byte, float>(bytes.Row(y), row);
                    else
                        TensorPrimitives.ConvertTruncating<ushort, float>(((Plane<ushort>)plane).Row(y), row);
                    if (invert)
                        TensorPrimitives.Subtract(maximum, row, row);
                }
            });
            return result;
        }
    }

    /// <summary>The maximum of the type less the pixels, in the same type and the same plane.</summary>
    public static Plane Inverted(Plane plane, EvaluationContext context)
    {
        RowParallel.For(plane.Height, RowParallel.Grain(plane.Height, plane.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                // For unsigned types the maximum less v is v with every bit turned.
                Span<byte> row = plane.RowBytes(y);
                TensorPrimitives.OnesComplement<byte>(row, row);
            }
        });
        return plane;
    }
}
