using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using SkiaSharp;

namespace EmTools.Engine.Tests.Formats;

public sealed class PngImageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Grey_values_survive()
    {
        using var plane = (Plane<byte>)TiffSamplesFiles.Plane(PixelType.UInt8, 33, 47);
        string path = _folder.File("grey.png");
        PngImage.Write(path, plane);

        using SKBitmap read = SKBitmap.Decode(path);
        Assert.Equal((47, 33), (read.Width, read.Height));
        for (int y = 0; y < 33; y++)
        {
            for (int x = 0; x < 47; x++)
                Assert.Equal(plane.Row(y)[x], read.GetPixel(x, y).Red);
        }

        Assert.Equal("OutputExists", Assert.Throws<EmException>(() => PngImage.Write(path, plane)).Id);
    }

    [Fact]
    public void A_pair_is_scaled_by_area_and_captioned()
    {
        using Plane<byte> left = Plane.FromArray(Checkerboard(400, 600)), right = Plane.FromArray(Checkerboard(400, 600));
        string path = _folder.File("pair.png");
        PngImage.WritePair(path, left, right, "before", "after", maximumWidth: 304);

        using SKBitmap read = SKBitmap.Decode(path);
        Assert.Equal(304, read.Width);
        Assert.Equal(28 + 100, read.Height);

        // A fine checkerboard of 0 and 200 is an even 100 after averaging, not stripes.
        for (int x = 1; x < 149; x++)
            Assert.InRange(read.GetPixel(x, 80).Red, 95, 105);
        bool ink = Enumerable.Range(0, 60).Any(x => Enumerable.Range(0, 28).Any(y => read.GetPixel(x, y).Red < 100));
        Assert.True(ink, "no caption was drawn");
    }

    private static byte[,] Checkerboard(int height, int width)
    {
        byte[,] board = new byte[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                board[y, x] = (byte)((x + y) % 2 * 200);
        }

        return board;
    }
}
