using EmTools.Engine.Imaging;
using EmTools.Engine.Pictures;
using EmTools.Engine.Tests.Formats;

namespace EmTools.Engine.Tests.Pictures;

public sealed class PreviewPictureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_pair_is_scaled_by_area_and_captioned()
    {
        using Plane<byte> left = Checkerboard(400, 600), right = Checkerboard(400, 600);
        byte[,] read = Written([new PreviewPanel(left, "before"), new PreviewPanel(right, "after")], 304);

        Assert.Equal((28 + 100, 304), (read.GetLength(0), read.GetLength(1)));

        // A fine checkerboard of 0 and 200 is an even 100 after averaging, not stripes.
        for (int x = 1; x < 149; x++)
            Assert.InRange(read[80, x], 95, 105);
        Assert.True(HasInk(read, 0, 28, 0, 60), "no caption was drawn");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(250)]
    [InlineData(300)]
    [InlineData(340)]
    [InlineData(360)]
    public void A_long_caption_stays_over_its_panel(int width)
    {
        const string Caption = "Before: power spectrum; edges: period 2 pixels";
        using Plane<byte> left = Even(40, width, 50), right = Even(40, width, 50);

        byte[,] read = Written([new PreviewPanel(left, Caption), new PreviewPanel(right, Caption)], 2 * width + 4);

        Assert.Equal(2 * width + 4, read.GetLength(1));
        Assert.False(HasInk(read, 0, 24, width, width + 4), "the caption reaches into the gap between the panels");
        Assert.False(HasInk(read, 0, 24, 2 * width, 2 * width + 4), "the caption is cut");
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1.7)]
    [InlineData(3.3)]
    public void Scaling_gives_the_mean_of_the_area(double scale)
    {
        using var plane = (Plane<byte>)TiffSamplesFiles.Plane(PixelType.UInt8, 61, 83);
        using Plane<byte> small = AreaAverage.Shrink(plane, scale, EvaluationContext.Default);

        Assert.Equal(((int)Math.Round(61 / scale), (int)Math.Round(83 / scale)), (small.Height, small.Width));
        (double scaleY, double scaleX) = (61.0 / small.Height, 83.0 / small.Width);
        for (int y = 0; y < small.Height; y++)
        {
            for (int x = 0; x < small.Width; x++)
            {
                double sum = 0;
                for (int row = 0; row < 61; row++)
                    for (int column = 0; column < 83; column++)
                        sum += plane.Row(row)[column] * Overlap(row, y * scaleY, scaleY) * Overlap(column, x * scaleX, scaleX);
                Assert.Equal(sum / (scaleY * scaleX), small.Row(y)[x], 0.51);
            }
        }
    }

    [Theory]
    [InlineData(8, 1000, int.MaxValue, 125)] // 1000 nm in 125 of 500 pixels
    [InlineData(8, 1000, 250, 62.5)]
    [InlineData(4, 500, int.MaxValue, 125)]
    [InlineData(0.7, 50, 200, 28.57)]
    public void A_scale_bar_is_as_long_as_it_says(double pixelSize, double nanometres, int maximumWidth, double pixels)
    {
        using Plane<byte> dark = Even(400, 500, 10), bright = Even(400, 500, 245);
        foreach (Plane<byte> image in new[] { dark, bright })
        {
            byte[,] read = Written([new PreviewPanel(image, "", pixelSize)], maximumWidth);
            double shrunk = 500.0 / read.GetLength(1);
            Assert.Equal(nanometres, ScaleBar.RoundLength(pixelSize * 500 / 5), 1e-9);
            Assert.Equal(nanometres / pixelSize / shrunk, pixels, 0.01);

            (int y, int x, int length) = LongestWhiteRun(read);
            Assert.InRange(length, pixels - 0.6, pixels + 0.6);
            Assert.True(y > read.GetLength(0) * 0.8 && x > read.GetLength(1) / 2, $"not at the lower right: {y}, {x}");

            // Round the bar it is dark, whatever the tissue.
            for (int at = x - 2; at < x + length + 2; at++)
                Assert.True(read[y + 4, at] < 90 || read[y + 4, at] == 255, $"{read[y + 4, at]} below the bar at {at}");
        }
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(140, 100)]
    [InlineData(142, 200)]
    [InlineData(1.5, 2)]
    [InlineData(0.34, 0.5)]
    [InlineData(40000, 50000)]
    public void Lengths_are_round(double about, double expected) => Assert.Equal(expected, ScaleBar.RoundLength(about), 1e-9 * expected);

    [Theory]
    [InlineData(2, "2 nm")]
    [InlineData(0.5, "0.5 nm")]
    [InlineData(1000, "1 µm")]
    [InlineData(20000, "20 µm")]
    [InlineData(2e6, "2 mm")]
    public void Lengths_are_labelled_in_a_unit_of_their_size(double nanometres, string label) => Assert.Equal(label, ScaleBar.LabelOf(nanometres));

    [Theory]
    [InlineData(3, 5)]
    [InlineData(20, 30)]
    [InlineData(30, 300)]
    public void What_does_not_fit_into_a_small_image_comes_beside_it_and_is_not_cut(int height, int width)
    {
        using Plane<byte> image = Even(height, width, 40);
        byte[,] read = Written([new PreviewPanel(image, "Before", 4), new PreviewPanel(image, "After", 4)], 1600);

        // The image is there as it is, and nothing touches the picture's edges but the images.
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                Assert.Equal(40, read[28 + y, x]);
        Assert.True(HasInk(read, 0, 28, 0, read.GetLength(1)));
        Assert.True(HasInk(read, 28 + height, read.GetLength(0), 0, read.GetLength(1)), "no scale bar below");
        int last = read.GetLength(1) - 1;
        for (int y = 0; y < 28; y++)
            Assert.True(read[y, 0] > 200 && read[y, last] > 200, $"the caption is cut in row {y}");
    }

    [Fact]
    public void A_narrow_picture_has_smaller_letters_and_keeps_its_width()
    {
        using Plane<byte> image = Even(500, 500, 40);
        byte[,] read = Written([new PreviewPanel(image, "Before", 4), new PreviewPanel(image, "After", 4)], 64);

        Assert.Equal(64, read.GetLength(1));
        Assert.True(HasInk(read, 0, 28, 0, 30) && HasInk(read, 0, 28, 34, 64));
    }

    [Fact]
    public void Images_of_different_size_keep_one_scale()
    {
        using Plane<byte> large = Even(300, 600, 40), small = Even(150, 300, 40);
        byte[,] read = Written([new PreviewPanel(large), new PreviewPanel(small)], 404);

        Assert.Equal((100, 200 + 4 + 100), (read.GetLength(0), read.GetLength(1)));
        Assert.Equal((40, 255), (read[49, 290], read[51, 290]));
    }

    [Fact]
    public void Blinking_frames_are_of_one_size()
    {
        using Plane<byte> large = Even(300, 600, 40), small = Even(150, 300, 40);
        string path = _folder.File("blink.png");
        PreviewPicture.WriteBlinking(path, [new PreviewPanel(large, "Before"), new PreviewPanel(small, "After")], TimeSpan.FromMilliseconds(700), 300);

        List<PngFile.Chunk> chunks = PngFile.Read(path);
        Assert.Equal((300, 28 + 150), (chunks[0].Int(0), chunks[0].Int(4)));
        Assert.All(chunks.Where(c => c.Type == "fcTL"), c => Assert.Equal((300, 28 + 150), (c.Int(4), c.Int(8))));
    }

    private static double Overlap(int pixel, double start, double length)
        => Math.Max(0, Math.Min(pixel + 1, start + length) - Math.Max(pixel, start));

    private static (int Y, int X, int Length) LongestWhiteRun(byte[,] read)
    {
        (int Y, int X, int Length) best = default;
        for (int y = 0; y < read.GetLength(0); y++)
        {
            int start = -1;
            for (int x = 0; x <= read.GetLength(1); x++)
            {
                bool white = x < read.GetLength(1) && read[y, x] == 255;
                if (white && start < 0)
                    start = x;
                if (!white && start >= 0)
                {
                    best = x - start > best.Length ? (y, start, x - start) : best;
                    start = -1;
                }
            }
        }

        return best;
    }

    private byte[,] Written(IReadOnlyList<PreviewPanel> panels, int maximumWidth)
    {
        string path = _folder.File("picture.png");
        PreviewPicture.Write(path, panels, maximumWidth, overwrite: true);
        return PngImageTests.Pixels(path);
    }

    private static bool HasInk(byte[,] read, int top, int bottom, int left, int right)
        => Enumerable.Range(top, bottom - top).Any(y => Enumerable.Range(left, right - left).Any(x => read[y, x] < 100));

    private static Plane<byte> Even(int height, int width, byte grey)
    {
        Plane<byte> plane = Plane.Rent<byte>(height, width);
        for (int y = 0; y < height; y++)
            plane.Row(y).Fill(grey);
        return plane;
    }

    private static Plane<byte> Checkerboard(int height, int width)
    {
        Plane<byte> board = Plane.Rent<byte>(height, width);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                board.Row(y)[x] = (byte)((x + y) % 2 * 200);
        }

        return board;
    }
}
