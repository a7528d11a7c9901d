using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Tests.Kernels;

public sealed class ErosionTests
{
    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(1, 50, 3)]
    [InlineData(37, 1, 3)]
    [InlineData(23, 31, 0)]
    [InlineData(40, 60, 1)]
    [InlineData(40, 60, 5)]
    [InlineData(12, 9, 100)]
    public void A_pixel_stays_where_its_square_is_whole(int height, int width, int margin)
    {
        var random = new Random(height + margin);
        var pixels = new byte[height, width];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i / width, i % width] = random.Next(60) == 0 ? (byte)0 : (byte)1;
        using Plane<byte> mask = Plane.FromArray(pixels), eroded = Erosion.Square(mask, margin, EvaluationContext.Default);

        var expected = new byte[height, width];
        for (int i = 0; i < pixels.Length; i++)
            expected[i / width, i % width] = Whole(i / width, i % width) ? (byte)1 : (byte)0;
        Assert.Equal(expected, eroded.ToArray());

        bool Whole(int y, int x)
        {
            for (int v = Math.Max(0, y - margin); v <= Math.Min(height - 1, y + margin); v++)
            {
                for (int u = Math.Max(0, x - margin); u <= Math.Min(width - 1, x + margin); u++)
                {
                    if (pixels[v, u] == 0)
                        return false;
                }
            }

            return true;
        }
    }
}
