using EmTools.Engine.Filters.NonLocal;

namespace EmTools.Engine.Tests.Filters;

public sealed unsafe class ShortSumsTests
{
    private const int Slack = 32;

    [Theory]
    [InlineData(3, 40)]
    [InlineData(5, 1)]
    [InlineData(5, 16)]
    [InlineData(5, 67)]
    [InlineData(7, 15)]
    [InlineData(7, 48)]
    [InlineData(7, 129)]
    [InlineData(9, 33)]
    public void Sums_along_a_row_are_those_of_the_definition(int length, int width)
    {
        float[] from = Numbers(width + length - 1 + Slack, seed: length), to = new float[width + Slack];
        fixed (float* source = from, target = to)
            ShortSums.Along(source, length, target, width);
        for (int x = 0; x < width; x++)
            Assert.Equal(from.Skip(x).Take(length).Sum(v => (double)v), to[x], 1e-4);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(5, 50)]
    [InlineData(7, 16)]
    [InlineData(7, 77)]
    public void Four_rows_of_sums_are_those_of_the_definition(int length, int width)
    {
        int stride = width + Slack;
        float[] rows = Numbers((length + 3) * stride, seed: 3 * length), to = new float[4 * stride];
        fixed (float* source = rows, target = to)
            ShortSums.AcrossFour(source, stride, length, target, stride, width);
        for (int row = 0; row < ShortSums.Four; row++)
        {
            for (int x = 0; x < width; x++)
                Assert.Equal(Enumerable.Range(row, length).Sum(k => (double)rows[k * stride + x]), to[row * stride + x], 1e-4);
        }
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }
}
