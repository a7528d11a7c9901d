using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Metrics;

/// <summary>The mean structural similarity of two images; see <see cref="ImageQuality.Ssim"/> for the definition.</summary>
internal static class StructuralSimilarity
{
    /// <summary>The side of the window in pixels.</summary>
    public const int Window = 11;

    private const double Sigma = 1.5;
    private const double K1 = 0.01;
    private const double K2 = 0.03;

    private static readonly float[] Weights = GaussianWeights();

    /// <summary>The mean over the windows that lie wholly in the images and hold only pixels that count; NaN where there is none.</summary>
    public static double Mean(ImagePair pair, double range)
    {
        ImageQuality.RequireRange(range);
        int height = pair.Reference.Height, width = pair.Reference.Width;
        if (height < Window || width < Window)
            return double.NaN;

        float shift = MiddleOf(pair.Reference.Row(height / 2));
        int outputs = height - Window + 1;
        var sums = new double[outputs];
        var counts = new int[outputs];
        RowParallel.For(outputs, RowParallel.Grain(outputs, width, pair.Context), pair.Context, (first, end) =>
        {
            var scratch = new Scratch(width);
            for (int y = first; y < end; y++)
            {
                FilterColumns(pair, scratch, y, shift);
                (sums[y], counts[y]) = SumRow(scratch, width - Window + 1, shift, range);
            }
        });
        double total = counts.Sum(c => (double)c);
        return total > 0 ? sums.Sum() / total : double.NaN;
    }

    /// <summary>
    /// Weighted sums down the columns of a, b, a^2, b^2 and ab, of grey levels counted from <paramref name="shift"/>:
    /// the variances would otherwise drown in the rounding of squares of large numbers.
    /// </summary>
    private static void FilterColumns(ImagePair pair, Scratch scratch, int y, float shift)
    {
        foreach (float[] sum in scratch.Columns)
            sum.AsSpan().Clear();
        Span<float> a = scratch.A, b = scratch.B;
        for (int k = 0; k < Window; k++)
        {
            TensorPrimitives.Subtract(pair.Image.Row(y + k), shift, a);
            TensorPrimitives.Subtract(pair.Reference.Row(y + k), shift, b);
            Vector256<float> weight = Vector256.Create(Weights[k]);
            int x = 0;
            for (; x <= a.Length - Vector256<float>.Count; x += Vector256<float>.Count)
            {
                Vector256<float> va = Vector256.Create<float>(a[x..]), vb = Vector256.Create<float>(b[x..]);
                Vector256<float> wa = weight * va, wb = weight * vb;
                (Vector256.Create(scratch.Columns[0], x) + wa).CopyTo(scratch.Columns[0], x);
                (Vector256.Create(scratch.Columns[1], x) + wb).CopyTo(scratch.Columns[1], x);
                (Vector256.Create(scratch.Columns[2], x) + wa * va).CopyTo(scratch.Columns[2], x);
                (Vector256.Create(scratch.Columns[3], x) + wb * vb).CopyTo(scratch.Columns[3], x);
                (Vector256.Create(scratch.Columns[4], x) + wa * vb).CopyTo(scratch.Columns[4], x);
            }

            for (; x < a.Length; x++)
            {
                float wa = Weights[k] * a[x], wb = Weights[k] * b[x];
                scratch.Columns[0][x] += wa;
                scratch.Columns[1][x] += wb;
                scratch.Columns[2][x] += wa * a[x];
                scratch.Columns[3][x] += wb * b[x];
                scratch.Columns[4][x] += wa * b[x];
            }
        }
    }

    private static (double Sum, int Count) SumRow(Scratch scratch, int outputs, float shift, double range)
    {
        for (int i = 0; i < scratch.Columns.Length; i++)
        {
            Span<float> mean = scratch.Means[i].AsSpan(0, outputs);
            TensorPrimitives.Multiply(scratch.Columns[i].AsSpan(0, outputs), Weights[0], mean);
            for (int k = 1; k < Window; k++)
                TensorPrimitives.MultiplyAdd(scratch.Columns[i].AsSpan(k, outputs), Weights[k], mean, mean);
        }

        double c1 = K1 * range * K1 * range, c2 = K2 * range * K2 * range;
        double sum = 0;
        int count = 0;
        for (int x = 0; x < outputs; x++)
        {
            double a = scratch.Means[0][x], b = scratch.Means[1][x];
            double varianceA = scratch.Means[2][x] - a * a, varianceB = scratch.Means[3][x] - b * b, covariance = scratch.Means[4][x] - a * b;
            double levelA = a + shift, levelB = b + shift;
            double similarity = (2 * levelA * levelB + c1) * (2 * covariance + c2)
                / ((levelA * levelA + levelB * levelB + c1) * (varianceA + varianceB + c2));
            if (double.IsNaN(similarity))
                continue;
            sum += similarity;
            count++;
        }

        return (sum, count);
    }

    /// <summary>A grey level amid those of a row, 0 where none is a number.</summary>
    private static float MiddleOf(ReadOnlySpan<float> row)
    {
        double sum = 0;
        int count = 0;
        foreach (float v in row)
        {
            if (!float.IsFinite(v))
                continue;
            sum += v;
            count++;
        }

        return count > 0 ? (float)(sum / count) : 0;
    }

    private static float[] GaussianWeights()
    {
        var weights = new double[Window];
        for (int i = 0; i < Window; i++)
            weights[i] = PlainMath.Exp(-PlainMath.Power((i - Window / 2) / Sigma, 2) / 2);
        double sum = weights.Sum();
        return Array.ConvertAll(weights, w => (float)(w / sum));
    }

    /// <summary>One thread's rows.</summary>
    private sealed class Scratch(int width)
    {
        public float[] A { get; } = new float[width];

        public float[] B { get; } = new float[width];

        public float[][] Columns { get; } = Rows(width);

        public float[][] Means { get; } = Rows(width);

        private static float[][] Rows(int width) => [.. Enumerable.Range(0, 5).Select(_ => new float[width])];
    }
}
