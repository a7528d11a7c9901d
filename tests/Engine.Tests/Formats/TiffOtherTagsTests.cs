using System.Buffers.Binary;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Tags that are unknown here go from the input to the output.</summary>
public sealed class TiffOtherTagsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _raw;
    private readonly string _out;

    public TiffOtherTagsTests()
    {
        _raw = _folder.File("00042.tif");
        _out = _folder.File("out/00042.tif");
    }

    public void Dispose() => _folder.Dispose();

    public static TheoryData<bool, bool> Kinds() => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reach_the_output_from_either_byte_order(bool bigEndian, bool bigTiff)
    {
        WriteRaw(bigEndian, bigTiff, Private(100));

        SectionWriteResult result = SectionWriter.Write(new EmSection(ImageSource.Open(_raw), 42), _out);

        Assert.Equal(new FileInfo(_out).Length, result.Bytes);
        Assert.Equal(Expected(100), Told(TiffFile.Open(_out)));
        using Plane raw = TiffFile.Open(_raw).Read(EvaluationContext.Default), written = TiffFile.Open(_out).Read(EvaluationContext.Default);
        TiffSamplesFiles.AssertSame(raw, written);
        Assert.Equal(Provenance.Software, TiffFile.Open(_out).Tags.Software);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Are_the_same_after_a_second_time(bool bigTiff)
    {
        WriteRaw(bigEndian: true, bigTiff, Private(100));
        using Plane plane = TiffFile.Open(_raw).Read(EvaluationContext.Default);
        TiffWriter.Write(_out, plane, new TiffWriteOptions { BigTiff = bigTiff, OtherTags = TiffFile.Open(_raw).ReadOtherTags() });
        string again = _folder.File("again.tif");

        TiffWriter.Write(again, plane, new TiffWriteOptions { BigTiff = !bigTiff, OtherTags = TiffFile.Open(_out).ReadOtherTags() });

        Assert.Equal(Expected(100), Told(TiffFile.Open(again)));
        Assert.Equal(!bigTiff, TiffFile.Open(again).IsBigTiff);
    }

    [Fact]
    public void Beyond_the_limit_are_left_out_and_the_others_stay()
    {
        WriteRaw(bigEndian: false, bigTiff: false, Private((1 << 20) + 1));
        SectionWriter.Write(new EmSection(ImageSource.Open(_raw), 42), _out);
        Assert.Equal(Expected(100).Where(line => !line.StartsWith("34118 ", StringComparison.Ordinal)), Told(TiffFile.Open(_out)));
    }

    [Fact]
    public void Of_64_bits_reach_a_classic_file_where_they_fit()
    {
        WriteRaw(bigEndian: true, bigTiff: true, [new(65100, 16, [7, uint.MaxValue]), new(65101, 16, [7, 1L << 32]), new(65102, 17, [-5]), new(65103, 17, [1L << 31])]);
        SectionWriter.Write(new EmSection(ImageSource.Open(_raw), 42), _out);
        Assert.Equal(["65100 4 x2 07000000FFFFFFFF", "65102 9 x1 FBFFFFFF"], Told(TiffFile.Open(_out)));
    }

    [SkippableFact]
    public void Tifffile_reads_them()
    {
        WriteRaw(bigEndian: true, bigTiff: false, Private(100));
        SectionWriter.Write(new EmSection(ImageSource.Open(_raw), 42), _out);
        string said = TestData.Python(
            """
            import sys, tifffile
            with tifffile.TiffFile(sys.argv[1]) as t:
                p = t.pages[0]
                print(len(t.pages), int(p.asarray()[1, 2]), p.tags[51023].value, p.tags[65000].value, p.tags[65001].value, p.tags[65002].value)
            """,
            _out);
        Assert.Equal("1 6 <Fibics/> 513 (70000, 3) (1, 4294967291)", said.Trim());
    }

    /// <summary>A microscope's own tags of every sort, and some that must not be handed on.</summary>
    private static RawTag[] Private(int zeissBytes) =>
    [
        new(254, 4, [0]),
        new(280, 3, [0]), // the darkest value, which a filter changes
        new(281, 3, [255]),
        new(330, 4, [8]), // places in the file
        new(34118, 7, [.. Enumerable.Repeat(0x5AL, zeissBytes)]),
        new(34665, 4, [8]),
        new(34853, 4, [8]),
        new(51023, 2, [.. "<Fibics/>\0".Select(c => (long)c)]),
        new(65000, 3, [513]),
        new(65001, 4, [70000, 3]),
        new(65002, 5, [1, 4294967291]),
        new(65003, 12, [BitConverter.DoubleToInt64Bits(1.5)]),
        new(65004, 13, [8]),
        new(65005, 8, [-2, 3]),
    ];

    private static string[] Expected(int zeissBytes) =>
    [
        $"34118 7 x{zeissBytes} {string.Concat(Enumerable.Repeat("5A", zeissBytes))}",
        "51023 2 x10 3C4669626963732F3E00",
        "65000 3 x1 0102",
        "65001 4 x2 7011010003000000",
        "65002 5 x1 01000000FBFFFFFF",
        "65003 12 x1 000000000000F83F",
        "65005 8 x2 FEFF0300",
    ];

    private static string[] Told(TiffFile file)
        => [.. file.ReadOtherTags().Select(tag => $"{tag.Tag} {tag.Type} x{tag.Count} {Convert.ToHexString(tag.Values.Span)}")];

    /// <summary>An 8-bit file of 2 x 3 pixels with tags, byte by byte, so that nothing of the writer under test is in it.</summary>
    private void WriteRaw(bool bigEndian, bool bigTiff, RawTag[] more)
    {
        RawTag[] tags = [.. more.Concat([new(256, 4, [3]), new(257, 4, [2]), new(258, 3, [8]), new(259, 3, [1]), new(262, 3, [1]), new(273, 4, [16]), new(277, 3, [1]), new(278, 4, [2]), new(279, 4, [6])]).OrderBy(t => t.Tag)];
        int word = bigTiff ? 8 : 4;
        var file = new MemoryStream();
        void Put(long value, int bytes)
        {
            Span<byte> all = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(all, value);
            Span<byte> some = all[..bytes];
            if (bigEndian)
                some.Reverse();
            file.Write(some);
        }

        const int Directory = 24;
        file.Write(bigEndian ? "MM"u8 : "II"u8);
        Put(bigTiff ? 43 : 42, 2);
        if (bigTiff)
        {
            Put(8, 2); // bytes of an offset
            Put(0, 2);
        }

        Put(Directory, word);
        file.SetLength(16);
        file.Position = 16;
        file.Write([1, 2, 3, 4, 5, 6, 0, 0]);
        Put(tags.Length, bigTiff ? 8 : 2);
        long values = Directory + (bigTiff ? 8 : 2) + tags.Length * (4 + 2 * word) + word;
        foreach (RawTag tag in tags)
        {
            int number = tag.Type switch { 1 or 2 or 7 => 1, 3 or 8 => 2, 12 or 16 or 17 => 8, _ => 4 };
            int bytes = number * tag.Numbers.Length;
            Put(tag.Tag, 2);
            Put(tag.Type, 2);
            Put(tag.Type == 5 ? tag.Numbers.Length / 2 : tag.Numbers.Length, word);
            long back = file.Position + word;
            if (bytes > word)
            {
                Put(values, word);
                file.Position = values;
                values += bytes;
            }

            foreach (long value in tag.Numbers)
                Put(value, number);
            file.Position = back;
        }

        Put(0, word);
        File.WriteAllBytes(_raw, file.ToArray());
    }

    private sealed record RawTag(int Tag, int Type, long[] Numbers);
}
