using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Calibration;

public class SubtractionTests
{
    private static readonly EvaluationContext TwoThreads = new() { Threads = 2 };

    public static TheoryData<string> Cases() => GoldenCase.Names("background-");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Agrees_with_the_published_package(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        JsonArray shape = golden.Parameters["volume_shape"]!.AsArray();
        var volume = new VolumeShape((int)shape[0]!, (int)shape[1]!, (int)shape[2]!);
        double offset = (double)golden.Parameters["offset"]!;
        using Plane<float> plane = golden.Plane<float>("in/image");

        if (offset != 0)
            Subtraction.Offset(plane, offset, TwoThreads);
        if (golden.Has("in/polynomial_coefficients"))
            Subtraction.Background(plane, Model(golden), volume, (int)golden.Parameters["section"]!, 0, 0, 0, TwoThreads);

        float[,] expected = golden.Image<float>("out/background");
        double worst = 0;
        for (int y = 0; y < plane.Height; y++)
        {
            for (int x = 0; x < plane.Width; x++)
            {
                Assert.Equal(float.IsNaN(expected[y, x]), float.IsNaN(plane.Row(y)[x]));
                if (!float.IsNaN(expected[y, x]))
                    worst = Math.Max(worst, Math.Abs(expected[y, x] - plane.Row(y)[x]));
            }
        }

        // The bound of the cases is 0.5; what is left here is the package's own rounding in 32 bits.
        Assert.True(worst <= 0.05, $"off by up to {worst}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(64)]
    public void Every_width_and_origin_agrees_with_the_plain_sum(int width)
    {
        var model = new BackgroundModel([new(0, 0, 0, 1e6), new(1, 0, 0, 50), new(0, 1, 2, -300), new(2, 0, 1, 77), new(0, 0, 7, 12), new(0, 0, 7, 1)]);
        var volume = new VolumeShape(11, 21, 80);
        using Plane<float> plane = Plane.Rent<float>(3, width);
        for (int y = 0; y < 3; y++)
            plane.Row(y).Fill(1000);

        Subtraction.Background(plane, model, volume, 4, originY: 5, originX: 9, offset: 100, TwoThreads);

        for (int y = 0; y < 3; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double v = (y + 5) / 20.0, u = (x + 9) / 79.0, w = 0.4;
                double expected = 1000 - 100 - 50 * w + 300 * v * u * u - 77 * w * w * u - 13 * Math.Pow(u, 7);
                Assert.Equal(expected, plane.Row(y)[x], 1e-4);
            }
        }
    }

    [Fact]
    public void An_axis_of_one_pixel_counts_as_0()
    {
        var model = new BackgroundModel([new(1, 0, 0, 50), new(0, 1, 0, 60), new(0, 0, 1, 70)]);
        using Plane<float> plane = Plane.Rent<float>(1, 1);
        plane.Row(0)[0] = 5;
        Subtraction.Background(plane, model, new VolumeShape(1, 1, 1), 0, 0, 0, 0, TwoThreads);
        Assert.Equal(5, plane.Row(0)[0]);
    }

    private static BackgroundModel Model(GoldenCase golden)
    {
        double[] exponents = golden.Values<double>("in/polynomial_exponents_zyx");
        float[] coefficients = golden.Values<float>("in/polynomial_coefficients");
        int n = coefficients.Length;
        return new BackgroundModel(Enumerable.Range(0, n).Select(i => new BackgroundTerm((int)exponents[i], (int)exponents[n + i], (int)exponents[2 * n + i], coefficients[i])));
    }
}
