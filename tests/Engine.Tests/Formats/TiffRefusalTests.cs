using System.Buffers.Binary;
using BitMiracle.LibTiff.Classic;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

public sealed class TiffRefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public TiffRefusalTests() => _path = _folder.File("00042.tif");

    public void Dispose() => _folder.Dispose();

    /// <summary>Opens (and reads) the file, which must fail, and checks the error's kind, id, target and file name.</summary>
    private EmException Refused(EmErrorKind kind, string id)
    {
        EmException error = Assert.Throws<EmException>(() => TiffFile.Open(_path).Read(EvaluationContext.Default).Dispose());
        Assert.Equal((kind, id, _path), (error.Kind, error.Id, error.Target));
        Assert.Contains($"'{_path}'", error.Message, StringComparison.Ordinal);
        return error;
    }

    /// <summary>A classic little-endian TIFF from its tags (tag, type, count, value), with some bytes after the directory.</summary>
    private void WriteTags(int trailing, params (ushort Tag, ushort Type, uint Count, uint Value)[] tags)
    {
        byte[] bytes = new byte[8 + 2 + 12 * tags.Length + 4 + trailing];
        bytes[0] = bytes[1] = (byte)'I';
        bytes[2] = 42;
        bytes[4] = 8;
        bytes[8] = (byte)tags.Length;
        for (int i = 0; i < tags.Length; i++)
        {
            Span<byte> entry = bytes.AsSpan(10 + 12 * i);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, tags[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], tags[i].Type);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], tags[i].Count);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], tags[i].Value);
        }

        File.WriteAllBytes(_path, bytes);
    }

    private void WriteGrey(Action<Tiff>? more = null, Compression compression = Compression.NONE)
    {
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt8, 64, 48);
        TiffSamplesFiles.Write(_path, plane, compression, more: more);
    }

    /// <summary>Changes the first value of a tag in a file of <see cref="WriteGrey"/>.</summary>
    private void Patch(ushort tag, uint value)
    {
        byte[] bytes = File.ReadAllBytes(_path);
        int directory = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(directory));
        for (int i = 0; i < count; i++)
        {
            Span<byte> entry = bytes.AsSpan(directory + 2 + 12 * i);
            if (BinaryPrimitives.ReadUInt16LittleEndian(entry) != tag)
                continue;
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], 4);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], value);
            File.WriteAllBytes(_path, bytes);
            return;
        }

        Assert.Fail($"tag {tag} is not in the file");
    }

    [Fact]
    public void Missing_file()
    {
        EmException error = Refused(EmErrorKind.NotFound, "FileNotFound");
        Assert.Equal($"There is no file '{_path}'. Check the path.", error.Message);
    }

    [Fact]
    public void Folder()
    {
        Directory.CreateDirectory(_path);
        Assert.Contains("is a folder", Refused(EmErrorKind.InputOutput, "FileNotReadable").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_file()
    {
        File.WriteAllBytes(_path, []);
        EmException error = Refused(EmErrorKind.InvalidData, "TiffEmpty");
        Assert.Equal($"'{_path}' is empty (0 bytes). Copy or export it again.", error.Message);
    }

    [Theory]
    [InlineData("89504E470D0A1A0A0000000D49484452", "PNG image")]
    [InlineData("FFD8FFE000104A464946000101000001", "JPEG image")]
    [InlineData("894844460D0A1A0A0000000000080800", "HDF5 file")]
    [InlineData("68656C6C6F20776F726C64", "bytes 68656C6C")]
    [InlineData("49492A", "bytes 49492A")]
    [InlineData("00", "bytes 00")]
    public void Mislabelled_file(string start, string what)
    {
        File.WriteAllBytes(_path, Convert.FromHexString(start));
        EmException error = Refused(EmErrorKind.InvalidData, "NotTiff");
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains("Give the section's own file, or convert it to a grey TIFF.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("49492A00")]
    [InlineData("49492A0008")]
    [InlineData("4D4D002A000000")]
    [InlineData("49492B000800")]
    [InlineData("4D4D002B00080000000000")]
    public void Truncated_in_its_header(string start)
    {
        File.WriteAllBytes(_path, Convert.FromHexString(start));
        EmException error = Refused(EmErrorKind.InvalidData, "TiffTruncated");
        Assert.Equal($"'{_path}' is truncated: the file ends after {start.Length / 2} bytes, before the end of the header. Copy it again from its source.", error.Message);
    }

    [Theory]
    [InlineData(Compression.NONE)]
    [InlineData(Compression.LZW)]
    [InlineData(Compression.ADOBE_DEFLATE)]
    [InlineData(Compression.PACKBITS)]
    public void Every_truncation(Compression compression)
    {
        WriteGrey(compression: compression);
        byte[] whole = File.ReadAllBytes(_path);
        for (int length = 1; length < whole.Length; length += 37)
        {
            File.WriteAllBytes(_path, whole[..length]);
            EmException error = Assert.Throws<EmException>(() => TiffFile.Open(_path).Read(EvaluationContext.Default).Dispose());
            Assert.True(error.Id is "TiffTruncated" or "NotTiff", error.Id);
        }
    }

    [SkippableFact]
    public void Truncated_behind_its_directory()
    {
        // tifffile puts the directory first, so that the header of a cut file looks sound.
        TestData.Python("import sys, numpy, tifffile; tifffile.imwrite(sys.argv[1], numpy.zeros((64, 48), 'u2'))", _path);
        byte[] whole = File.ReadAllBytes(_path);
        File.WriteAllBytes(_path, whole[..^100]);
        EmException error = Refused(EmErrorKind.InvalidData, "TiffTruncated");
        Assert.Contains($"should end at byte {whole.Length}, but the file has {whole.Length - 100} bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(257, 2147483647u, "TiffTooFewStrips", "take 134217728 strips, but it lists 4")]
    [InlineData(257, 0u, "TiffNoSize", "a size of 0 x 48 pixels (y, x)")]
    [InlineData(256, 0u, "TiffNoSize", "a size of 64 x 0 pixels (y, x)")]
    [InlineData(256, 4294967295u, "TiffTooLarge", "64 x 4294967295 pixels (y, x), which is more than a section can have. Copy it again from its source, or cut it into smaller images.")]
    [InlineData(256, 400000000u, "TiffTruncated", "strip 0 of 4")]
    public void Lying_size(int tag, uint value, string id, string says)
    {
        WriteGrey();
        Patch((ushort)tag, value);
        long before = GC.GetAllocatedBytesForCurrentThread();
        EmException error = Refused(EmErrorKind.InvalidData, id);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20, "the lie was allocated");
    }

    [Fact]
    public void Terabytes_promised_in_one_strip()
    {
        WriteTags(16, (256, 4, 1, 500_000_000), (257, 4, 1, 2_000_000_000), (258, 3, 1, 16), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 90), (278, 4, 1, 2_000_000_000), (279, 4, 1, 10));
        EmException error = Refused(EmErrorKind.InvalidData, "TiffTruncated");
        Assert.Contains("strip 0 of 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deflate_bomb_header()
    {
        WriteTags(64, (256, 4, 1, 100_000), (257, 4, 1, 100_000), (258, 3, 1, 16), (259, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 110), (278, 4, 1, 100_000), (279, 4, 1, 50));
        EmException error = Refused(EmErrorKind.InvalidData, "TiffDamaged");
        Assert.Contains("should give 20000000000 bytes of pixels, which 50 compressed bytes cannot hold", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Millions_of_values_promised()
    {
        WriteTags(0, (256, 4, 1, 10), (257, 4, 1, 10), (273, 4, 4_000_000_000, 8));
        Assert.Contains("tag 273 is said to hold 4000000000 values", Refused(EmErrorKind.InvalidData, "TiffDamaged").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_strips_listed()
    {
        WriteTags(0, (256, 4, 1, 10), (257, 4, 1, 10), (258, 3, 1, 8));
        Assert.Contains("does not say where the pixels are", Refused(EmErrorKind.InvalidData, "TiffDamaged").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "a colour image (RGB)")]
    [InlineData(5, "a colour image (CMYK)")]
    [InlineData(6, "a colour image (YCbCr)")]
    public void Colours(int photometric, string says)
    {
        WriteGrey();
        Patch(262, (uint)photometric);
        EmException error = Refused(EmErrorKind.NotSupported, "TiffNotSupported");
        Assert.Equal($"'{_path}' holds {says}; a section is a grey image of integers or floats, stored plain or compressed by LZW, Deflate, PackBits, ZSTD or JPEG. Convert it first.", error.Message);
    }

    [Fact]
    public void Several_samples_a_pixel()
    {
        WriteGrey();
        Patch(277, 2);
        Assert.Contains("an image of 2 samples a pixel", Refused(EmErrorKind.NotSupported, "TiffNotSupported").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6, "JPEG of the old kind (number 6)")]
    [InlineData(34925, "LZMA")]
    [InlineData(34887, "LERC")]
    [InlineData(34712, "JPEG 2000")]
    [InlineData(50001, "WebP")]
    [InlineData(50002, "JPEG XL")]
    [InlineData(4, "a fax method (CCITT)")]
    [InlineData(777, "a method unknown here (number 777)")]
    public void Other_compressions(int compression, string says)
    {
        WriteGrey();
        Patch(259, (uint)compression);
        Assert.Contains($"pixels compressed by {says};", Refused(EmErrorKind.NotSupported, "TiffNotSupported").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24, 1, "24-bit unsigned integer")]
    [InlineData(12, 2, "12-bit signed integer")]
    [InlineData(24, 3, "24-bit floating-point")]
    [InlineData(1, 1, "1-bit unsigned integer")]
    [InlineData(64, 6, "64-bit complex")]
    public void Other_pixel_types(int bits, int format, string says)
    {
        WriteGrey();
        Patch(258, (uint)bits);
        Patch(339, (uint)format);
        Assert.Contains($"holds {says} pixels;", Refused(EmErrorKind.NotSupported, "TiffNotSupported").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_pages()
    {
        using (Tiff tiff = Tiff.Open(_path, "w"))
        {
            for (int page = 0; page < 2; page++)
            {
                tiff.SetField(TiffTag.IMAGEWIDTH, 8);
                tiff.SetField(TiffTag.IMAGELENGTH, 1);
                tiff.SetField(TiffTag.BITSPERSAMPLE, 8);
                tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
                tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISBLACK);
                tiff.WriteScanline(new byte[8], 0);
                tiff.WriteDirectory();
            }
        }

        EmException error = Refused(EmErrorKind.InvalidArgument, "SeveralImages");
        Assert.Equal($"'{_path}' holds 2 images, where one is wanted. Choose one of them by its page, from 0 to 1.", error.Message);
    }

    [Theory]
    [InlineData(Compression.LZW)]
    [InlineData(Compression.ADOBE_DEFLATE)]
    [InlineData(Compression.PACKBITS)]
    public void Damaged_pixels_give_our_error_or_pixels(Compression compression)
    {
        // PackBits and LZW carry no checksum: what changes neither how much comes out nor the end passes, in PackBits all that is stored as it is. None may end in anything but our error.
        WriteGrey(compression: compression);
        byte[] whole = File.ReadAllBytes(_path);
        var random = new Random(5);
        int refused = 0;
        for (int trial = 0; trial < 60; trial++)
        {
            byte[] bytes = [.. whole];
            for (int i = 0; i < 20; i++)
                bytes[8 + random.Next(whole.Length / 2)] = (byte)random.Next(256);
            File.WriteAllBytes(_path, bytes);
            try
            {
                TiffFile.Open(_path).Read(EvaluationContext.Default).Dispose();
            }
            catch (EmException error)
            {
                Assert.Equal("TiffDamaged", error.Id);
                refused++;
            }
        }

        Assert.True(compression switch { Compression.ADOBE_DEFLATE => refused == 60, Compression.LZW => refused >= 58, _ => refused >= 15 }, $"{refused} of 60 were refused");
    }

    [Fact]
    public void Noise_in_the_header_gives_our_error_or_pixels()
    {
        WriteGrey(compression: Compression.ADOBE_DEFLATE);
        byte[] whole = File.ReadAllBytes(_path);
        int directory = BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(4));
        var random = new Random(6);
        for (int trial = 0; trial < 2000; trial++)
        {
            byte[] bytes = [.. whole];
            for (int i = 0; i < 3; i++)
                bytes[directory + random.Next(whole.Length - directory)] = (byte)random.Next(256);
            File.WriteAllBytes(_path, bytes);
            try
            {
                TiffFile.Open(_path).Read(EvaluationContext.Default).Dispose();
            }
            catch (EmException error)
            {
                Assert.Equal(_path, error.Target);
            }
        }
    }

    [Fact]
    public void Change_since_opening()
    {
        WriteGrey();
        TiffFile file = TiffFile.Open(_path);
        using (Plane other = TiffSamplesFiles.Plane(PixelType.UInt16, 64, 48))
            TiffSamplesFiles.Write(_path, other);
        EmException error = Assert.Throws<EmException>(() => file.Read(EvaluationContext.Default));
        Assert.Equal("FileChanged", error.Id);
        Assert.Contains("it was 64 x 48 UInt8 (y, x) and is 64 x 48 UInt16 now", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_printed()
    {
        TextWriter before = Console.Error;
        using var errors = new StringWriter();
        try
        {
            Console.SetError(errors);
            WriteGrey(compression: Compression.LZW);
            byte[] bytes = File.ReadAllBytes(_path);
            Array.Clear(bytes, 8, 200);
            File.WriteAllBytes(_path, bytes);
            Refused(EmErrorKind.InvalidData, "TiffDamaged");
        }
        finally
        {
            Console.SetError(before);
        }

        Assert.Equal("", errors.ToString());
    }
}
