using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using StbImageSharp;

namespace EmTools.Engine.Tests.Formats;

public sealed class PngImageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(33, 47)]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(1700, 1999)] // four pieces that are compressed side by side
    public void Grey_values_survive(int height, int width)
    {
        using var plane = (Plane<byte>)TiffSamplesFiles.Plane(PixelType.UInt8, height, width);
        string path = _folder.File("grey.png");
        PngImage.Write(path, plane);

        Assert.Equal(plane.ToArray(), Pixels(path));
        Assert.Equal("OutputExists", Assert.Throws<EmException>(() => PngImage.Write(path, plane)).Id);
    }

    [Fact]
    public void Threads_do_not_change_the_file()
    {
        using var plane = (Plane<byte>)TiffSamplesFiles.Plane(PixelType.UInt8, 1700, 1999);
        PngImage.Write(_folder.File("1.png"), plane, context: new EvaluationContext { Threads = 1 });
        PngImage.Write(_folder.File("4.png"), plane, context: new EvaluationContext { Threads = 4 });

        Assert.Equal(File.ReadAllBytes(_folder.File("1.png")), File.ReadAllBytes(_folder.File("4.png")));
    }

    [Fact]
    public void An_animation_holds_every_frame_in_numbered_chunks()
    {
        using var first = (Plane<byte>)TiffSamplesFiles.Plane(PixelType.UInt8, 1100, 1300);
        using Plane<byte> second = first.Clone();
        for (int y = 0; y < second.Height; y++)
            second.Row(y).Reverse();
        string path = _folder.File("blink.png");
        AnimatedPng.Write(path, [first, second], TimeSpan.FromMilliseconds(450));

        List<PngFile.Chunk> chunks = PngFile.Read(path);
        Assert.Equal(["IHDR", "acTL", "fcTL"], chunks.Take(3).Select(c => c.Type));
        Assert.Equal((2, 0), (chunks[1].Int(0), chunks[1].Int(4)));
        PngFile.Chunk[] controls = [.. chunks.Where(c => c.Type == "fcTL")];
        Assert.Equal(2, controls.Length);
        Assert.All(controls, c => Assert.Equal((26, 1300, 1100, 0, 0, 450, 1000), (c.Data.Length, c.Int(4), c.Int(8), c.Int(12), c.Int(16), c.Short(20), c.Short(22))));
        Assert.Equal(Enumerable.Range(0, chunks.Count(c => c.Type is "fcTL" or "fdAT")), chunks.Where(c => c.Type is "fcTL" or "fdAT").Select(c => c.Int(0)));

        // A plain reader sees the first frame; the second one's data are a picture of their own.
        Assert.Equal(first.ToArray(), Pixels(path));
        string alone = _folder.File("second.png");
        PngFile.Write(alone, [chunks[0], .. chunks.Where(c => c.Type == "fdAT").Select(c => new PngFile.Chunk("IDAT", c.Data[4..])), chunks[^1]]);
        Assert.Equal(second.ToArray(), Pixels(alone));
    }

    [Fact]
    public void An_animation_is_of_frames_of_one_size()
    {
        using var first = (Plane<byte>)TiffSamplesFiles.Plane(PixelType.UInt8, 11, 13);
        using var second = (Plane<byte>)TiffSamplesFiles.Plane(PixelType.UInt8, 11, 14);
        Assert.Throws<ArgumentException>(() => AnimatedPng.Write(_folder.File("no.png"), [first, second], TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => AnimatedPng.Write(_folder.File("no.png"), [first], TimeSpan.FromSeconds(66)));
        Assert.False(File.Exists(_folder.File("no.png")));
    }

    /// <summary>Grey values as a reader of other people's sees them.</summary>
    internal static byte[,] Pixels(string path)
    {
        PngFile.Read(path);
        ImageResult read = ImageResult.FromMemory(File.ReadAllBytes(path), ColorComponents.Grey);
        var pixels = new byte[read.Height, read.Width];
        Buffer.BlockCopy(read.Data, 0, pixels, 0, read.Data.Length);
        return pixels;
    }
}
