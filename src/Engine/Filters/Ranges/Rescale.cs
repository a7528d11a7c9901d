using System.Numerics.Tensors;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Ranges;

/// <summary>Stretches a section's grey levels linearly to a range: lo + (hi - lo)(I - min)/(max - min).</summary>
internal static class Rescale
{
    /// <summary>Rescales a section. A flat one becomes the lower end of the range.</summary>
    public static Plane Compute(Plane<float> input, RescaleOptions options, Plane<byte>? mask, EvaluationContext context)
    {
        OutputRange range = OutputRange.Of("Rescale", options.Range, options.PixelType);
        (double minimum, double maximum) = (options.Minimum, options.Maximum);
        if (double.IsNaN(minimum) || double.IsNaN(maximum))
        {
            Quantiles found = Quantiles.Of(input, context);
            minimum = double.IsNaN(minimum) ? found.Minimum : minimum;
            maximum = double.IsNaN(maximum) ? found.Maximum : maximum;
        }

        double gain = maximum > minimum ? (range.High - range.Low) / (maximum - minimum) : 0;
        return range.Map(input, options.PixelType, context, row =>
        {
            TensorPrimitives.Subtract(row, (float)minimum, row);
            TensorPrimitives.Multiply(row, (float)gain, row);
            TensorPrimitives.Add(row, (float)range.Low, row);
            TensorPrimitives.Clamp(row, (float)range.Low, (float)range.High, row);
        });
    }
}
