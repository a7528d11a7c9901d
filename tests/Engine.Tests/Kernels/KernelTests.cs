using System.Numerics;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Tests.Kernels;

/// <summary>The kernels against their definitions.</summary>
public sealed unsafe class KernelTests
{
    private static readonly EvaluationContext Context = new() { Threads = 3 };

    [Theory]
    [InlineData(0, "out/dilate0")]
    [InlineData(1, "out/dilate1")]
    [InlineData(2, "out/dilate2")]
    [InlineData(3, "out/dilate3")]
    public void The_dilated_low_pass_has_the_published_taps(int scale, string dataset)
    {
        float[] expected = GoldenCase.Load("kernels").Values<float>(dataset);
        var response = ImpulseResponse(expected.Length, image => BandSplit.Run(image, image, null, null, scale, 0, null, Context));
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i] * 20 / 64, response[i], 1e-7f); // the other axis passes its centre tap
    }

    [Theory]
    [InlineData(1, "out/lowpass1")]
    [InlineData(2, "out/lowpass2")]
    [InlineData(3, "out/lowpass3")]
    [InlineData(6, "out/lowpass6")]
    public void The_compound_low_pass_has_the_published_taps(int scales, string dataset)
    {
        float[] expected = GoldenCase.Load("kernels").Values<float>(dataset);
        int size = 2 * expected.Length + 1;
        using Plane<float> image = Plane.FromArray(new float[size, 1]);
        image.Row(size / 2)[0] = 1; // one column wide: along x nothing changes
        for (int scale = 0; scale < scales; scale++)
            BandSplit.Run(image, image, null, null, scale, 0, null, Context);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], image.Row(size / 2 - expected.Length / 2 + i)[0], 1e-7f);
    }

    [Theory]
    [InlineData(50, 40, 0)]
    [InlineData(50, 40, 3)]
    [InlineData(700, 33, 1)]
    [InlineData(301, 50, 2)]
    [InlineData(5, 7, 4)]
    [InlineData(1, 9, 2)]
    public void The_split_in_place_is_the_split_into_another_plane(int height, int width, int scale)
    {
        using Plane<float> image = Noise(height, width, 3);
        using Plane<float> low = Plane.Rent<float>(height, width);
        using Plane<float> band = Plane.Rent<float>(height, width);
        var energy = new double[height];
        BandSplit.Run(image, low, band, energy, scale, 0, null, Context);
        for (int y = 0; y < height; y++)
        {
            double squares = 0;
            for (int x = 0; x < width; x++)
            {
                double smooth = Tap(k => image.Row(Mirror.Index(y + k * (1 << scale), height))[x]);
                double both = Tap(j => Tap(k => image.Row(Mirror.Index(y + k * (1 << scale), height))[Mirror.Index(x + j * (1 << scale), width)]));
                Assert.Equal(both, low.Row(y)[x], 1e-4);
                Assert.Equal(smooth - both, band.Row(y)[x], 1e-4);
                squares += (smooth - both) * (smooth - both);
            }

            Assert.Equal(squares, energy[y], 1e-4 * squares + 1e-6);
        }

        BandSplit.Run(image, image, band, null, scale, 0, null, Context);
        Assert.Equal(0, Difference.Between(image, low.ToArray()).Largest);
    }

    [Theory]
    [InlineData(1, 9, 30)]
    [InlineData(7, 9, 40)]
    [InlineData(31, 200, 17)]
    [InlineData(161, 17, 23)]
    [InlineData(5, 1, 3)]
    [InlineData(5, 2, 3)]
    public void The_triangle_average_down_columns_is_its_definition(int length, int height, int width)
    {
        using Plane<float> image = Noise(height, width, 4);
        using var scratch = new Scratch();
        scratch.Reset(TriangleColumns.ScratchBytes(length, height, width));
        var average = new TriangleColumns(length, height, width, scratch);
        float[] line = new float[(width + 15) / 16 * 16];
        int loaded = 0;
        for (int y = 0; y < height; y++)
        {
            for (; loaded <= Math.Min(height - 1, y + average.Lead); loaded++)
                image.Row(loaded).CopyTo(new Span<float>(average.Input(loaded), width));
            fixed (float* to = line)
                average.Next(to);
            for (int x = 0; x < width; x++)
                Assert.Equal(Triangle(length, k => image.Row(Mirror.Index(y + k, height))[x]), line[x], 2e-3);
        }
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(9, 40)]
    [InlineData(101, 33)]
    [InlineData(501, 1)]
    public void The_triangle_average_along_a_row_is_its_definition(int length, int width)
    {
        using Plane<float> image = Noise(1, width, 5);
        using var scratch = new Scratch();
        scratch.Reset(TriangleRow.ScratchBytes(length, width));
        float[] line = new float[width];
        fixed (float* to = line)
            new TriangleRow(length, width, scratch).Average(image.RowPointer(0), to);
        for (int x = 0; x < width; x++)
            Assert.Equal(Triangle(length, k => image.Row(0)[Mirror.Index(x + k, width)]), line[x], 2e-3);
    }

    [Theory]
    [InlineData(1, 20, 20)]
    [InlineData(3, 20, 21)]
    [InlineData(5, 9, 100)]
    [InlineData(9, 30, 65)]
    [InlineData(13, 4, 5)]
    public void Extremes_are_those_of_the_square(int size, int height, int width)
    {
        using Plane<float> image = Noise(height, width, 6);
        using var scratch = new Scratch();
        scratch.Reset(LocalExtrema.ScratchBytes(size, width));
        var extrema = new LocalExtrema(size, width, scratch);
        float** rows = stackalloc float*[size];
        for (int y = 0; y < height; y++)
        {
            for (int k = 0; k < size; k++)
                rows[k] = image.RowPointer(Mirror.Index(y + k - size / 2, height));
            extrema.Find(rows);
            for (int x = 0; x < width; x++)
            {
                float low = float.MaxValue;
                float high = float.MinValue;
                for (int v = -size / 2; v <= size / 2; v++)
                {
                    for (int u = -size / 2; u <= size / 2; u++)
                    {
                        float value = image.Row(Mirror.Index(y + v, height))[Mirror.Index(x + u, width)];
                        low = Math.Min(low, value);
                        high = Math.Max(high, value);
                    }
                }

                Assert.Equal(low, extrema.Smallest[x]);
                Assert.Equal(high, extrema.Largest[x]);
            }
        }
    }

    [Fact]
    public void The_normal_distribution_is_right_to_2e_7()
    {
        double largest = 0;
        for (float u = -8; u <= 8; u += 0.0013f)
            largest = Math.Max(largest, Math.Abs(NormalCdf.Phi(new Vector<float>(u))[0] - NormalCdf.Phi((double)u)));
        Assert.InRange(largest, 0, 2e-7);
        Assert.Equal(1, NormalCdf.Phi(new Vector<float>(float.PositiveInfinity))[0], 1e-6f);
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(float.PositiveInfinity, 0)]
    [InlineData(float.NegativeInfinity, 1)]
    [InlineData(0, 0.5f)]
    public void The_sigmoid_has_its_limits(float z, float expected)
        => Assert.Equal(expected, Sigmoid.Falling(new Vector<float>(z))[0], 1e-7f);

    [Fact]
    public void The_sigmoid_is_right_to_3e_7()
    {
        double largest = 0;
        for (float z = -30; z <= 30; z += 0.0017f)
            largest = Math.Max(largest, Math.Abs(Sigmoid.Falling(new Vector<float>(z))[0] - 1 / (1 + Math.Exp(z))));
        Assert.InRange(largest, 0, 3e-7);
    }

    /// <summary>Components against a flood fill, over sizes with strips that cut them.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(40, 64)]
    [InlineData(300, 129)]
    [InlineData(513, 70)]
    public void Components_are_those_of_a_flood_fill(int height, int width)
    {
        using Plane<float> image = Noise(height, width, 7);
        for (int y = 0; y < height; y++)
        {
            if (width > 20)
                image.Row(y)[20] = 5; // one long component through all strips
        }

        float[] thresholds = [.. Enumerable.Range(0, height).Select(y => 0.1f + 0.2f * (y % 3))];
        (Components above, Components below) = Components.Find(image, thresholds, m => (float)(m.Spread * 1000), -1, Context);
        using (above)
        using (below)
        {
            Compare(above, (y, x) => image.Row(y)[x] > thresholds[y]);
            Compare(below, (y, x) => image.Row(y)[x] < -thresholds[y]);
        }

        void Compare(Components found, Func<int, int, bool> inside)
        {
            double[,] expected = FloodFill(height, width, inside);
            for (int y = 0; y < height; y++)
            {
                var line = new double[width];
                Array.Fill(line, double.NaN);
                foreach (LabelledRun run in found.Row(y))
                    line.AsSpan(run.Start, run.End - run.Start).Fill(run.Value);
                for (int x = 0; x < width; x++)
                {
                    Assert.Equal(double.IsNaN(expected[y, x]), double.IsNaN(line[x]));
                    if (!double.IsNaN(expected[y, x]))
                        Assert.Equal(expected[y, x] * 1000, line[x], 1e-4 * expected[y, x] * 1000 + 1e-3);
                }
            }
        }
    }

    /// <summary>The sum of both variances of every pixel's component; NaN outside.</summary>
    private static double[,] FloodFill(int height, int width, Func<int, int, bool> inside)
    {
        var result = new double[height, width];
        var seen = new bool[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                if (!inside(y, x))
                {
                    result[y, x] = double.NaN;
                    continue;
                }

                if (seen[y, x])
                    continue;
                var component = new List<(int Y, int X)> { (y, x) };
                seen[y, x] = true;
                for (int i = 0; i < component.Count; i++)
                {
                    for (int v = Math.Max(0, component[i].Y - 1); v <= Math.Min(height - 1, component[i].Y + 1); v++)
                    {
                        for (int u = Math.Max(0, component[i].X - 1); u <= Math.Min(width - 1, component[i].X + 1); u++)
                        {
                            if (!seen[v, u] && inside(v, u))
                            {
                                seen[v, u] = true;
                                component.Add((v, u));
                            }
                        }
                    }
                }

                double meanY = component.Average(p => p.Y);
                double meanX = component.Average(p => p.X);
                double spread = component.Average(p => (p.Y - meanY) * (p.Y - meanY) + (p.X - meanX) * (p.X - meanX));
                foreach ((int v, int u) in component)
                    result[v, u] = spread;
            }
        }

        return result;
    }

    private static double Tap(Func<int, double> value)
    {
        ReadOnlySpan<double> taps = [1, 6, 15, 20, 15, 6, 1];
        double sum = 0;
        for (int k = -3; k <= 3; k++)
            sum += taps[k + 3] / 64 * value(k);
        return sum;
    }

    private static double Triangle(int length, Func<int, double> value)
    {
        double sum = 0;
        for (int k = -(length - 1); k <= length - 1; k++)
            sum += (length - Math.Abs(k)) / ((double)length * length) * value(k);
        return sum;
    }

    private static float[] ImpulseResponse(int length, Action<Plane<float>> filter)
    {
        int size = 2 * length + 1;
        using Plane<float> image = Plane.FromArray(new float[size, size]);
        image.Row(size / 2)[size / 2] = 1;
        filter(image);
        return image.Row(size / 2).Slice(size / 2 - length / 2, length).ToArray();
    }

    private static Plane<float> Noise(int height, int width, int seed)
    {
        var random = new Random(seed);
        Plane<float> image = Plane.Rent<float>(height, width);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                image.Row(y)[x] = random.NextSingle() * 2 - 1;
        }

        return image;
    }
}
