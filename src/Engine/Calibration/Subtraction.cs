using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Calibration;

/// <summary>Subtracts offsets and backgrounds from planes, in place. NaN stays NaN.</summary>
internal static class Subtraction
{
    /// <summary>Subtracts one value from all pixels.</summary>
    public static void Offset(Plane<float> plane, double offset, EvaluationContext context)
    {
        float value = (float)offset;
        RowParallel.For(plane.Height, RowParallel.Grain(plane.Height, plane.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
                TensorPrimitives.Subtract(plane.Row(y), value, plane.Row(y));
        });
    }

    /// <summary>Subtracts a background model (and an offset, if any) from a section or a crop of one.</summary>
    /// <param name="plane">The pixels.</param>
    /// <param name="model">The model of the whole volume.</param>
    /// <param name="volume">The volume's shape.</param>
    /// <param name="index">The section's index.</param>
    /// <param name="originY">Row of the volume in which the plane begins.</param>
    /// <param name="originX">Column of the volume in which the plane begins.</param>
    /// <param name="offset">Subtracted from all pixels as well.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static void Background(Plane<float> plane, BackgroundModel model, VolumeShape volume, int index, int originY, int originX, double offset, EvaluationContext context)
    {
        SectionBackground section = model.AtSection(VolumeShape.Scaled(index, volume.Depth));
        double step = volume.Width > 1 ? 1.0 / (volume.Width - 1) : 0;
        RowParallel.For(plane.Height, RowParallel.Grain(plane.Height, plane.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                RowPolynomial row = section.AtRow(VolumeShape.Scaled(originY + y, volume.Height));
                row.Coefficients[0] += offset;
                SubtractRow(plane.Row(y), row, originX, step);
            }
        });
    }

    /// <summary>
    /// Subtracts a polynomial in x = (origin + i) * step, by Horner's rule. In doubles: memory sets the pace, not
    /// arithmetic, and the result is the exact difference rounded once, for any degree.
    /// </summary>
    private static void SubtractRow(Span<float> pixels, RowPolynomial polynomial, int origin, double step)
    {
        ReadOnlySpan<double> coefficients = polynomial.Coefficients;
        int lanes = Vector<double>.Count, x = 0;
        var lane = Vector<double>.Zero + Vector.CreateSequence(0.0, 1.0);
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(pixels);
        var steps = new Vector<double>(step);
        for (int i = 0; i < vectors.Length; i++, x += 2 * lanes)
        {
            Vector.Widen(vectors[i], out Vector<double> low, out Vector<double> high);
            Vector<double> atLow = (new Vector<double>(origin + x) + lane) * steps;
            Vector<double> atHigh = (new Vector<double>(origin + x + lanes) + lane) * steps;
            var sumLow = new Vector<double>(coefficients[^1]);
            Vector<double> sumHigh = sumLow;
            for (int power = coefficients.Length - 2; power >= 0; power--)
            {
                var coefficient = new Vector<double>(coefficients[power]);
                sumLow = Vector.FusedMultiplyAdd(sumLow, atLow, coefficient);
                sumHigh = Vector.FusedMultiplyAdd(sumHigh, atHigh, coefficient);
            }

            vectors[i] = Vector.Narrow(low - sumLow, high - sumHigh);
        }

        for (; x < pixels.Length; x++)
            pixels[x] = (float)(pixels[x] - polynomial.Evaluate((origin + x) * step));
    }
}
