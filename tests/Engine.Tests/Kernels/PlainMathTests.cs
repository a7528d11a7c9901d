using System.Numerics;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Tests.Kernels;

/// <summary>Functions and sums of our own against the library's, which differ by a last bit at most.</summary>
public sealed class PlainMathTests
{
    [Fact]
    public void Functions_are_the_librarys_to_a_few_last_bits()
    {
        for (double x = -745; x < 709; x += 0.37)
            Near(Math.Exp(x), PlainMath.Exp(x), 4);
        for (double x = 1e-300; x < 1e300; x *= 1.73)
            Near(Math.Log(x), PlainMath.Log(x), 4);
        for (double x = 0.5; x < 2; x += 0.0007)
            Assert.Equal(Math.Log(x), PlainMath.Log(x), 1e-15);
        for (double turns = -3; turns < 3; turns += 0.0013)
        {
            (double sine, double cosine) = PlainMath.OfTurns(turns);
            Assert.Equal(Math.Sin(2 * Math.PI * turns), sine, 1e-14);
            Assert.Equal(Math.Cos(2 * Math.PI * turns), cosine, 1e-14);
        }

        Assert.Equal((1, 0), PlainMath.OfTurns(0.25));
        Assert.Equal(1, PlainMath.Power(0.3, 0));
        Near(Math.Pow(0.3, 7), PlainMath.Power(0.3, 7), 4);
        Near(Math.Log10(12345), PlainMath.Log10(12345), 4);
        Assert.Equal((0, double.PositiveInfinity, double.NaN), (PlainMath.Exp(-800), PlainMath.Exp(800), PlainMath.Exp(double.NaN)));
        Assert.Equal((double.NegativeInfinity, double.PositiveInfinity, double.NaN), (PlainMath.Log(0), PlainMath.Log(double.PositiveInfinity), PlainMath.Log(-1)));
    }

    [Fact]
    public void The_normal_distribution_is_the_librarys()
    {
        for (double u = -9; u < 9; u += 0.013)
        {
            double expected = MathNet.Numerics.Distributions.Normal.CDF(0, 1, u);
            Assert.Equal(1, NormalCdf.Phi(u) / expected, 1e-12);
            Assert.Equal(1, NormalCdf.Density(u) / MathNet.Numerics.Distributions.Normal.PDF(0, 1, u), 1e-13);
        }
    }

    [Fact]
    public void Logarithms_of_vectors_are_the_librarys()
    {
        for (float x = 1.2e-38f; x < 3e38f; x *= 1.0173f)
            Assert.Equal(Math.Log(x), FastLog.Of(new Vector<float>(x))[0], 2e-7 * Math.Max(1, Math.Abs(Math.Log(x))));
        Assert.Equal((float.NegativeInfinity, float.PositiveInfinity, float.NaN), (FastLog.Of(Vector<float>.Zero)[0], FastLog.Of(new Vector<float>(float.PositiveInfinity))[0], FastLog.Of(new Vector<float>(float.NaN))[0]));
    }

    [Fact]
    public void Sums_hold_every_number_once()
    {
        for (int length = 0; length < 70; length++)
        {
            double[] a = [.. Enumerable.Range(0, length).Select(i => 1.0 + i * i)], b = [.. a.Select(v => 3 - v)];
            Assert.Equal(a.Sum(), LaneSums.Sum(a));
            Assert.Equal(a.Zip(b, (x, y) => x * y).Sum(), LaneSums.Dot(a, b));
            Assert.Equal(Enumerable.Range(0, length).Sum(i => (float)(i * i)), LaneSums.SumOfSquares([.. Enumerable.Range(0, length).Select(i => (float)i)]));
        }
    }

    /// <summary>Windows that are many times as long as the axis, against the definition.</summary>
    [Theory]
    [InlineData(1, 9)]
    [InlineData(2, 13)]
    [InlineData(5, 71)]
    [InlineData(9, 38)]
    public void Averages_over_windows_longer_than_the_axis(int length, int radius)
    {
        Assert.Equal(Enumerable.Range(0, length).Select(i => Enumerable.Range(-radius, 2 * radius + 1).Count(k => Mirror.Index(k, length) == i)), Mirror.Times(-radius, 2 * radius + 1, length));
        var random = new Random(length);
        float[] values = [.. Enumerable.Range(0, length).Select(_ => random.NextSingle())];
        double[] expected = [.. Enumerable.Range(0, length).Select(x => Enumerable.Range(x - radius, 2 * radius + 1).Average(k => (double)values[Mirror.Index(k, length)]))];
        foreach (bool down in (bool[])[false, true])
        {
            using Plane<float> plane = down ? Plane.Rent<float>(length, 3) : Plane.Rent<float>(3, length);
            for (int y = 0; y < plane.Height; y++)
            {
                for (int x = 0; x < plane.Width; x++)
                    plane.Row(y)[x] = values[down ? y : x];
            }

            PlaneFilters.Average([plane], 2 * radius + 1, EvaluationContext.Default);
            for (int y = 0; y < plane.Height; y++)
            {
                for (int x = 0; x < plane.Width; x++)
                    Assert.Equal(expected[down ? y : x], plane.Row(y)[x], 1e-6);
            }
        }
    }

    private static void Near(double expected, double actual, int lastBits)
        => Assert.InRange(actual, expected - lastBits * Math.BitIncrement(Math.Abs(expected)) * 2.3e-16, expected + lastBits * Math.BitIncrement(Math.Abs(expected)) * 2.3e-16);
}
