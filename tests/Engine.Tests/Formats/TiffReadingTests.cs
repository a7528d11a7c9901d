using BitMiracle.LibTiff.Classic;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

public sealed class TiffReadingTests : IDisposable
{
    private static readonly EvaluationContext TwoThreads = new() { Threads = 2 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<PixelType, Compression, int, bool, string> Variants()
    {
        var variants = new TheoryData<PixelType, Compression, int, bool, string>();
        foreach (PixelType type in Enum.GetValues<PixelType>())
        {
            foreach (Compression compression in new[] { Compression.NONE, Compression.LZW, Compression.ADOBE_DEFLATE, Compression.DEFLATE, Compression.PACKBITS })
            {
                bool predicts = compression is Compression.LZW or Compression.ADOBE_DEFLATE or Compression.DEFLATE;
                foreach (int predictor in predicts ? new[] { 1, 2 } : [1])
                {
                    foreach (bool tiled in new[] { false, true })
                    {
                        // LibTiff.NET writes neither big-endian BigTIFF nor big-endian differences rightly; tiffcp does, see below.
                        foreach (string mode in predictor == 1 ? new[] { "wl", "wb", "wl8" } : ["wl", "wl8"])
                            variants.Add(type, compression, predictor, tiled, mode);
                    }
                }
            }
        }

        return variants;
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Reads_every_variant(PixelType type, Compression compression, int predictor, bool tiled, string mode)
    {
        using Plane expected = TiffSamplesFiles.Plane(type, 83, 101);
        string path = _folder.File("00017.tif");
        TiffSamplesFiles.Write(path, expected, compression, mode, predictor, tiled ? (32, 48) : null);

        TiffFile file = TiffFile.Open(path);
        Assert.Equal((83, 101, type), (file.Height, file.Width, file.PixelType));
        Assert.Equal(mode.Contains('8', StringComparison.Ordinal), file.IsBigTiff);
        using Plane actual = file.Read(TwoThreads);
        TiffSamplesFiles.AssertSame(expected, actual);
    }

    [SkippableTheory]
    [InlineData("none")]
    [InlineData("lzw:1")]
    [InlineData("lzw:2")]
    [InlineData("zip:1")]
    [InlineData("zip:2")]
    [InlineData("packbits")]
    public void Reads_every_byte_order_and_offset_size_of_libtiff(string compression)
    {
        foreach (PixelType type in Enum.GetValues<PixelType>())
        {
            using Plane expected = TiffSamplesFiles.Plane(type, 83, 101);
            string plain = _folder.File($"plain-{type}.tif");
            TiffSamplesFiles.Write(plain, expected);
            foreach (string[] form in new[] { ["-L"], ["-B"], ["-L", "-8"], new[] { "-B", "-8" } })
            {
                foreach (string[] blocks in new[] { ["-s", "-r", "9"], new[] { "-t", "-w", "32", "-l", "16" } })
                {
                    string path = _folder.File("00017.tif");
                    TestData.Run("tiffcp", [.. form, "-c", compression, .. blocks, plain, path]);
                    TiffFile file = TiffFile.Open(path);
                    Assert.Equal(form.Contains("-8"), file.IsBigTiff);
                    using Plane actual = file.Read(TwoThreads);
                    TiffSamplesFiles.AssertSame(expected, actual);
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(83)]
    [InlineData(1000)]
    public void Reads_strips_of_any_height(int rowsPerStrip)
    {
        using Plane expected = TiffSamplesFiles.Plane(PixelType.UInt16, 83, 101);
        foreach (Compression compression in new[] { Compression.NONE, Compression.ADOBE_DEFLATE, Compression.LZW })
        {
            string path = _folder.File($"{compression}.tif");
            TiffSamplesFiles.Write(path, expected, compression, rowsPerStrip: rowsPerStrip);
            using Plane actual = TiffFile.Open(path).Read(TwoThreads);
            TiffSamplesFiles.AssertSame(expected, actual);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 37)]
    [InlineData(37, 1)]
    public void Reads_the_smallest_images(int height, int width)
    {
        using Plane expected = TiffSamplesFiles.Plane(PixelType.UInt8, height, width);
        string path = _folder.File("small.tif");
        TiffSamplesFiles.Write(path, expected);
        using Plane actual = TiffFile.Open(path).Read(TwoThreads);
        TiffSamplesFiles.AssertSame(expected, actual);
    }

    [Fact]
    public void Notes_what_the_file_says_beside_its_pixels()
    {
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt8, 20, 30);
        string path = _folder.File("tags.tif");
        TiffSamplesFiles.Write(path, plane, more: tiff =>
        {
            tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISWHITE);
            tiff.SetField(TiffTag.XRESOLUTION, 1250000.0);
            tiff.SetField(TiffTag.YRESOLUTION, 2500000.0);
            tiff.SetField(TiffTag.RESOLUTIONUNIT, ResUnit.CENTIMETER);
            tiff.SetField(TiffTag.IMAGEDESCRIPTION, "section of a fly");
            tiff.SetField(TiffTag.DATETIME, "2020:02:29 12:00:00");
            tiff.SetField(TiffTag.MODEL, "FIB-SEM 7");
        });

        TiffFile file = TiffFile.Open(path);

        Assert.Equal(TiffPhotometric.MinIsWhite, file.Photometric);
        Assert.Equal(1250000.0, file.Tags.ResolutionX!.Value, 1.0);
        Assert.Equal(2500000.0, file.Tags.ResolutionY!.Value, 1.0);
        Assert.Equal(3, file.Tags.ResolutionUnit);
        Assert.Equal("section of a fly", file.Tags.ImageDescription);
        Assert.Equal("2020:02:29 12:00:00", file.Tags.DateTime);
        Assert.Equal("FIB-SEM 7", file.Tags.Model);
        Assert.Null(file.Tags.Artist);

        // What is white at 0 is turned.
        using Plane read = file.Read(TwoThreads);
        PlaneConversion.Invert(plane, TwoThreads);
        TiffSamplesFiles.AssertSame(plane, read);
    }

    [SkippableTheory]
    [InlineData("zip:3")]
    [InlineData("lzw:3")]
    public void Reads_floating_point_differences(string compression)
    {
        using Plane expected = TiffSamplesFiles.Plane(PixelType.Single, 83, 101);
        string plain = _folder.File("plain.tif"), path = _folder.File("predictor.tif");
        TiffSamplesFiles.Write(plain, expected);
        foreach (string[] blocks in new[] { ["-s", "-r", "9"], new[] { "-t", "-w", "32", "-l", "16" } })
        {
            TestData.Run("tiffcp", ["-L", "-c", compression, .. blocks, plain, path]);
            using Plane actual = TiffFile.Open(path).Read(TwoThreads);
            TiffSamplesFiles.AssertSame(expected, actual);
        }
    }

    [SkippableTheory]
    [InlineData("none")]
    [InlineData("zip")]
    [InlineData("packbits")]
    public void Reads_reversed_bits(string compression)
    {
        using Plane expected = TiffSamplesFiles.Plane(PixelType.UInt16, 40, 50);
        string plain = _folder.File("plain.tif"), path = _folder.File("reversed.tif");
        TiffSamplesFiles.Write(plain, expected);
        TestData.Run("tiffcp", "-f", "lsb2msb", "-c", compression, plain, path);
        using Plane actual = TiffFile.Open(path).Read(TwoThreads);
        TiffSamplesFiles.AssertSame(expected, actual);
    }

    [SkippableFact]
    public void Reads_what_tifffile_writes()
    {
        string path = _folder.File("numpy.tif");
        string sum = TestData.Python(
            "import sys, numpy, tifffile; a = (numpy.arange(70 * 90, dtype='>u2') * 11).reshape(70, 90); tifffile.imwrite(sys.argv[1], a, byteorder='>'); print(int(a.astype('i8').sum()))",
            path);
        using var plane = (Plane<ushort>)TiffFile.Open(path).Read(TwoThreads);
        Assert.Equal(long.Parse(sum, System.Globalization.CultureInfo.InvariantCulture), plane.ToArray().Cast<ushort>().Sum(v => (long)v));
    }

    [SkippableFact]
    public void Reads_real_sections()
    {
        using var plane = (Plane<byte>)TiffFile.Open(TestData.Shared("isbi2012/00000.tif")).Read(TwoThreads);
        Assert.Equal((512, 512), (plane.Height, plane.Width));
        Assert.InRange(plane.ToArray().Cast<byte>().Average(v => v), 50, 200);
    }

    [Fact]
    public void Stops_when_cancelled()
    {
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt8, 64, 64);
        foreach (Compression compression in new[] { Compression.NONE, Compression.LZW, Compression.ADOBE_DEFLATE })
        {
            string path = _folder.File($"{compression}.tif");
            TiffSamplesFiles.Write(path, plane, compression);
            var cancelled = new EvaluationContext { Cancellation = new CancellationToken(canceled: true) };
            Assert.ThrowsAny<OperationCanceledException>(() => TiffFile.Open(path).Read(cancelled));
        }
    }
}
