using System.Numerics;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;
using EmTools.Engine.Metrics;
using MathNet.Numerics.IntegralTransforms;

namespace EmTools.Engine.Tests.Metrics;

public sealed class PowerSpectrumTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(256)]
    public void Tiles_are_transformed_as_by_MathNet(int side)
    {
        var random = new Random(side);
        var columns = new Complex[side][];
        float[] real = new float[side * side], imaginary = new float[side * side];
        for (int i = 0; i < real.Length; i++)
            (real[i], imaginary[i]) = (random.NextSingle() - 0.5f, random.NextSingle() - 0.5f);
        var rows = new Complex[side][];
        for (int y = 0; y < side; y++)
        {
            rows[y] = [.. Enumerable.Range(y * side, side).Select(i => new Complex(real[i], imaginary[i]))];
            Fourier.Forward(rows[y], FourierOptions.AsymmetricScaling);
        }

        for (int x = 0; x < side; x++)
        {
            columns[x] = [.. rows.Select(row => row[x])];
            Fourier.Forward(columns[x], FourierOptions.AsymmetricScaling);
        }

        new TileFourier(side).Forward(real, imaginary);

        for (int v = 0; v < side; v++)
        {
            for (int u = 0; u < side; u++)
            {
                Assert.Equal(columns[v][u].Real, real[v * side + u], 1e-4 * side);
                Assert.Equal(columns[v][u].Imaginary, imaginary[v * side + u], 1e-4 * side);
            }
        }
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(5, 0)]
    [InlineData(3, 7)]
    [InlineData(-2, 9)]
    public void A_wave_is_a_peak_at_its_frequency_and_nowhere_else(int alongY, int alongX)
    {
        // 64 is the side of the tiles of a section of 100 x 150.
        using Plane<float> wave = Made(100, 150, (y, x) => 1000 + 10 * (float)Math.Cos(2 * Math.PI * (alongY * y + alongX * x) / 64));
        using Plane<float> spectrum = PowerSpectrum.Of(wave);

        Assert.Equal((64, 64), (spectrum.Height, spectrum.Width));
        float peak = spectrum.Row(32 + alongY)[32 + alongX];
        Assert.Equal(peak, spectrum.Row(32 - alongY)[32 - alongX], 1e-3 * peak);

        // A Hann window in two dimensions: amplitude^2/4 (sum w)^4 / (sum w^2)^2.
        Assert.Equal(25 * Math.Pow(64 * 0.5, 4) / Math.Pow(64 * 0.375, 2), peak, 0.01 * peak);
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x < 64; x++)
            {
                bool near = Near(y - 32, x - 32, alongY, alongX) || Near(y - 32, x - 32, -alongY, -alongX);
                Assert.True(near || spectrum.Row(y)[x] < 1e-5 * peak, $"{spectrum.Row(y)[x]} at {y}, {x}");
            }
        }
    }

    [Fact]
    public void Stripes_from_top_to_bottom_are_a_line_through_the_middle_row()
    {
        var random = new Random(3);
        float[] stripes = [.. Enumerable.Range(0, 1300).Select(_ => random.NextSingle() * 50)];
        using Plane<ushort> section = Made(700, 1300, (y, x) => (ushort)(1000 + stripes[x] + random.NextSingle() * 20));
        using Plane<float> spectrum = PowerSpectrum.Of(section);

        Assert.Equal(512, spectrum.Width);
        double onLine = Mean(spectrum, 256), above = Mean(spectrum, 200), below = Mean(spectrum, 300);
        Assert.True(onLine > 100 * above && onLine > 100 * below, $"{onLine}, {above}, {below}");
    }

    [Fact]
    public void White_noise_has_its_variance_everywhere()
    {
        var random = new Random(5);
        using Plane<float> noise = Made(600, 600, (_, _) => (random.NextSingle() - 0.5f) * MathF.Sqrt(12) * 7);
        using Plane<float> spectrum = PowerSpectrum.Of(noise);

        double mean = Enumerable.Range(0, spectrum.Height).Average(y => Mean(spectrum, y));
        Assert.Equal(49, mean, 1.0);
    }

    [Fact]
    public void Pixels_without_data_count_as_the_mean()
    {
        using Plane<float> even = Made(64, 64, (y, x) => y is > 20 and < 30 && x > 40 ? float.NaN : 500);
        using Plane<float> spectrum = PowerSpectrum.Of(even);
        for (int y = 0; y < 64; y++)
            Assert.All(spectrum.Row(y).ToArray(), power => Assert.Equal(0, power, 1e-6));

        using Plane<float> none = Made(64, 64, (_, _) => float.NaN);
        Assert.Equal("SpectrumOfNothing", Assert.Throws<EmException>(() => PowerSpectrum.Of(none)).Id);
        using Plane<float> small = Made(7, 64, (_, _) => 1f);
        Assert.Equal("A spectrum needs at least 8 x 8 pixels, but these are 7 x 64 (y, x); take a larger region.", Assert.Throws<EmException>(() => PowerSpectrum.Of(small)).Message);
    }

    [Fact]
    public void Threads_do_not_change_the_result()
    {
        var random = new Random(7);
        using Plane<byte> section = Made(300, 900, (_, _) => (byte)random.Next(256));
        using Plane<float> one = PowerSpectrum.Of(section, new EvaluationContext { Threads = 1 }), four = PowerSpectrum.Of(section, new EvaluationContext { Threads = 4 });
        Assert.Equal(one.ToArray(), four.ToArray());
    }

    [Theory]
    [InlineData(512, 512, new[] { 0 })]
    [InlineData(513, 512, new[] { 0, 1 })]
    [InlineData(1100, 512, new[] { 0, 196, 392, 588 })]
    public void Tiles_reach_from_end_to_end(int length, int side, int[] starts)
        => Assert.Equal(starts, PowerSpectrum.Starts(length, side));

    private static bool Near(int y, int x, int otherY, int otherX) => Math.Abs(y - otherY) <= 2 && Math.Abs(x - otherX) <= 2;

    private static double Mean(Plane<float> plane, int y) => plane.Row(y).ToArray().Average(p => (double)p);

    private static Plane<T> Made<T>(int height, int width, Func<int, int, T> value)
        where T : unmanaged
    {
        Plane<T> plane = Plane.Rent<T>(height, width);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                plane.Row(y)[x] = value(y, x);
        return plane;
    }
}
