using System.Globalization;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

public sealed class PngReadingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public PngReadingTests() => _path = _folder.File("00042.png");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int, int, bool, int, int> Kinds()
    {
        var cases = new TheoryData<int, int, bool, int, int>();
        foreach ((int colour, int bits) in new[] { (0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (4, 8), (4, 16), (6, 8), (6, 16), (3, 1), (3, 2), (3, 4), (3, 8) })
        {
            foreach ((int height, int width) in new[] { (23, 37), (1, 1), (3, 2), (9, 5) })
            {
                cases.Add(colour, bits, false, height, width);
                cases.Add(colour, bits, true, height, width);
            }
        }

        return cases;
    }

    /// <summary>Red, green and blue alike; opaqueness is another.</summary>
    private static Func<int, int, int, int> Grey(int colour, int bits)
        => (y, x, sample) => (colour is 4 && sample == 1) || sample == 3 ? (x + y) % 7 : (y * 7919 + x * 104729 + x * y * 31) & ((1 << bits) - 1);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_grey_is_read_with_every_filter(int colour, int bits, bool interlaced, int height, int width)
    {
        byte[]? palette = colour == 3 ? [.. Enumerable.Range(0, 1 << bits).SelectMany(i => Enumerable.Repeat((byte)(255 - i * 3), 3))] : null;
        var sample = new PngSample(height, width, bits, colour) { Sample = Grey(colour, bits), Interlaced = interlaced, Palette = palette };
        sample.Write(_path);
        StoredImage image = Assert.Single(ImageFile.Open(_path));

        Assert.Equal((null, height, width, bits == 16 ? PixelType.UInt16 : PixelType.UInt8, "PNG"), (image.Page, image.Height, image.Width, image.PixelType, image.Format));
        var expected = new List<double>();
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int value = sample.Sample(y, x, 0);
                expected.Add(colour == 3 ? palette![3 * value] : bits < 8 ? value * 255 / ((1 << bits) - 1) : value);
            }
        }

        Assert.Equal(expected, PixelValues.Of(image));
        string[] remarks = colour switch { 2 => ["EqualColours"], 3 => ["GreyPalette"], 4 => ["TransparencyLeftOut"], 6 => ["EqualColours", "TransparencyLeftOut"], _ => bits < 8 ? ["FewBits"] : [] };
        Assert.Equal(remarks, PixelValues.Ids(image));
    }

    [Fact]
    public void What_is_written_here_is_read_here()
    {
        using var plane = (Plane<byte>)TiffSamplesFiles.Plane(PixelType.UInt8, 1700, 1999);
        PngImage.Write(_path, plane);
        using Plane read = ImageFile.Open(_path)[0].Read(EvaluationContext.Default);
        TiffSamplesFiles.AssertSame(plane, read);

        AnimatedPng.Write(_folder.File("moving.png"), [plane, plane], TimeSpan.FromMilliseconds(5));
        StoredImage moving = ImageFile.Open(_folder.File("moving.png"))[0];
        using Plane first = moving.Read(EvaluationContext.Default);
        TiffSamplesFiles.AssertSame(plane, first);
        Assert.Equal(["Animated"], PixelValues.Ids(moving));
    }

    [Fact]
    public void Colours_are_refused()
    {
        new PngSample(4, 5, 8, 2) { Sample = (y, _, sample) => y == 3 ? sample : 9 }.Write(_path);
        StoredImage image = ImageFile.Open(_path)[0];
        Refused(EmErrorKind.NotSupported, "row 3", () => image.Read(EvaluationContext.Default));
        new PngSample(4, 5, 8, 3) { Sample = (_, _, _) => 0, Palette = [1, 1, 1, 1, 2, 1] }.Write(_path);
        Refused(EmErrorKind.NotSupported, "palette", () => ImageFile.Open(_path));
        new PngSample(4, 5, 8, 3) { Sample = (_, x, _) => x, Palette = [1, 1, 1, 2, 2, 2] }.Write(_path);
        Refused(EmErrorKind.InvalidData, "colour 2 of a palette of 2", () => ImageFile.Open(_path)[0].Read(EvaluationContext.Default));
    }

    [Fact]
    public void Damage_is_told()
    {
        new PngSample(40, 50, 8, 0) { Sample = Grey(0, 8) }.Write(_path);
        byte[] whole = File.ReadAllBytes(_path);
        for (int length = 1; length < whole.Length; length += 13)
        {
            File.WriteAllBytes(_path, whole[..length]);
            Assert.Equal(_path, Assert.Throws<EmException>(() => ImageFile.Open(_path)[0].Read(EvaluationContext.Default)).Target);
        }

        // A byte of pixels, whose chunk's checksum is then wrong.
        byte[] flipped = [.. whole];
        flipped[400] ^= 4;
        File.WriteAllBytes(_path, flipped);
        Refused(EmErrorKind.InvalidData, null, () => ImageFile.Open(_path)[0].Read(EvaluationContext.Default));

        new PngSample(40, 50, 8, 0) { Sample = Grey(0, 8), Before = [new("XYZa", [1])] }.Write(_path);
        Refused(EmErrorKind.InvalidData, "unknown kind", () => ImageFile.Open(_path));
        new PngSample(40, 50, 5, 0) { Sample = Grey(0, 8) }.Write(_path);
        Refused(EmErrorKind.InvalidData, "5 bits", () => ImageFile.Open(_path));
        new PngSample(40, 50, 8, 3) { Sample = Grey(0, 8) }.Write(_path);
        Refused(EmErrorKind.InvalidData, "no palette", () => ImageFile.Open(_path));
    }

    [Fact]
    public void More_pixels_than_the_file_can_hold_are_refused_before_memory_is_taken()
    {
        new PngSample(40, 50, 8, 0) { Sample = Grey(0, 8) }.Write(_path);
        List<PngFile.Chunk> chunks = PngFile.Read(_path);
        foreach ((int height, int width) in new[] { (100_000, 100_000), (int.MaxValue, int.MaxValue), (-1, -1), (0, 50), (40, int.MaxValue) })
        {
            byte[] header = [.. BitConverter.GetBytes(width).Reverse(), .. BitConverter.GetBytes(height).Reverse(), .. chunks[0].Data[8..]];
            PngFile.Write(_path, [new("IHDR", header), .. chunks.Skip(1)]);
            Refused(EmErrorKind.InvalidData, null, () => ImageFile.Open(_path));
        }
    }

    [Fact]
    public void A_file_that_changes_meanwhile_is_told()
    {
        new PngSample(40, 50, 8, 0) { Sample = Grey(0, 8) }.Write(_path);
        StoredImage image = ImageFile.Open(_path)[0];
        new PngSample(40, 50, 16, 0) { Sample = Grey(0, 16) }.Write(_path);
        Assert.Equal("FileChanged", Assert.Throws<EmException>(() => image.Read(EvaluationContext.Default)).Id);
    }

    [SkippableTheory]
    [InlineData("L", "uint8")]
    [InlineData("LA", "uint8")]
    [InlineData("I;16", "uint16")]
    [InlineData("P", "uint8")]
    [InlineData("RGB", "uint8")]
    [InlineData("1", "bool")]
    public void Files_of_pillow_are_read(string mode, string type)
    {
        string sum = TestData.PythonWith(["numpy", "PIL"], """
            import sys, numpy as np
            from PIL import Image
            mode, kind = sys.argv[2], sys.argv[3]
            y, x = np.mgrid[0:131, 0:203]
            v = np.sin(y / 9) * np.cos(x / 7) * .5 + .5
            v = (v > .5) if kind == 'bool' else (v * np.iinfo(kind).max).astype(kind)
            if mode == 'I;16':
                im = Image.fromarray(v.astype('<u2'))
            elif mode == '1':
                im = Image.fromarray((v * 255).astype('uint8')).convert('1')
            else:
                im = Image.fromarray(v).convert(mode)
            im.save(sys.argv[1])
            grey = v * 255. if kind == 'bool' else v.astype('f8')
            print(repr(float((grey.ravel() * (np.arange(v.size) % 1009 + 1)).sum())))
            """, _path, mode, type);
        Assert.Equal(double.Parse(sum, CultureInfo.InvariantCulture), PixelValues.Weighed(ImageFile.Open(_path)[0]));
    }

    private void Refused(EmErrorKind kind, string? word, Action action)
    {
        EmException error = Assert.Throws<EmException>(action);
        Assert.Equal((kind, _path), (error.Kind, error.Target));
        Assert.Contains(word ?? _path, error.Message, StringComparison.Ordinal);
    }
}
