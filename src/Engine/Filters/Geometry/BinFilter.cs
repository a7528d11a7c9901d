using System.Numerics.Tensors;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Geometry;

/// <summary>Makes sections smaller: a pixel is the mean of a square of pixels.</summary>
internal sealed class BinFilter() : GeometryFilter("Bin", revision: 1, "Makes the section smaller: each pixel is the mean of factor x factor pixels, as a float. Rows and columns at the lower and right edge that fill no square are left out. The voxel size follows.", typeof(BinOptions))
{
    public override (int Height, int Width) OutputSize(int height, int width, IFilterOptions options)
    {
        int factor = ((BinOptions)options).Factor;
        return (height / factor, width / factor);
    }

    public override SectionFrame FrameAfter(SectionFrame before, IFilterOptions options) => before with { Factor = before.Factor * ((BinOptions)options).Factor };

    public override void Require(int height, int width, IFilterOptions options, string section)
    {
        int factor = ((BinOptions)options).Factor;
        if (factor > height || factor > width)
            throw new EmException(EmErrorKind.InvalidArgument, "BinTooLarge", $"Bin -Factor {factor} leaves nothing of {section}, which is {height} x {width} pixels (y, x); give a smaller one.", nameof(BinOptions.Factor));
    }

    public override Plane Compute(Plane<float> input, IFilterOptions options, Plane<byte>? mask, EvaluationContext context)
    {
        int factor = ((BinOptions)options).Factor;
        if (factor == 1)
            return input;
        (int height, int width) = OutputSize(input.Height, input.Width, options);
        return Plane.Make<float>(height, width, result => RowParallel.For(height, RowParallel.Grain(height, input.Width, context), context, (first, end) =>
        {
            float[] sums = new float[width * factor];
            double share = 1.0 / ((double)factor * factor);
            for (int y = first; y < end; y++)
            {
                input.Row(y * factor)[..sums.Length].CopyTo(sums);
                for (int i = 1; i < factor; i++)
                    TensorPrimitives.Add(sums, input.Row(y * factor + i)[..sums.Length], sums);
                Span<float> to = result.Row(y);
                for (int x = 0; x < to.Length; x++)
                {
                    double sum = 0;
                    for (int i = x * factor; i < (x + 1) * factor; i++)
                        sum += sums[i];
                    to[x] = (float)(sum * share);
                }
            }
        }));
    }
}
