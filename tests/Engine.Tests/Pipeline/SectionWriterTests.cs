using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Tests.Formats;

namespace EmTools.Engine.Tests.Pipeline;

public sealed class SectionWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _raw;
    private readonly string _out;

    public SectionWriterTests()
    {
        _raw = _folder.File("00002.tif");
        _out = _folder.File("restored/00002.tif");
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt16, 40, 60);
        TiffWriter.Write(_raw, plane, new TiffWriteOptions { Tags = new TiffTags { ImageDescription = "8 nm, \u00b5", Software = "scope 3", ResolutionX = 1250000, ResolutionY = 1250000, ResolutionUnit = 3, DateTime = "2020:02:29 12:00:00" } });
    }

    public void Dispose() => _folder.Dispose();

    private EmSection Section(bool inverted = false) => new(ImageSource.Open(_raw), 2, inverted);

    private BackgroundModel Model()
    {
        string path = _folder.File("polymodel.h5");
        BackgroundModelFile.Write(path, new BackgroundModel([new(1, 0, 0, 8), new(0, 1, 1, 40)]), new BackgroundFit { Variance = [0, 0], PValue = [0, 0], R2 = 1, AdjustedR2 = 1, RootMeanSquareError = 0, DegreesOfFreedom = 1 }, overwrite: true);
        return BackgroundModel.Read(path);
    }

    [Fact]
    public void Writes_the_chain_and_what_was_done()
    {
        string info = _folder.File("info.h5");
        IntensityOffsetTable.Write(info, [0, 0, 0], [0, 0, 0], [0, 0, 0], [1, 2, 30]);
        EmSection section = Section(inverted: true);
        section = section.With(new IntensityOffsetStep(IntensityOffsetTable.Read(info)));
        section = section.With(new BackgroundStep(Model(), new VolumeShape(5, 50, 100), 10, 20));

        SectionWriteResult result = SectionWriter.Write(section, _out);

        Assert.Equal((_out, new FileInfo(_out).Length), (result.Path, result.Bytes));
        Assert.Equal(["Read", "IntensityOffset", "Background", "Write"], result.Stages.Select(s => s.Name));
        TiffFile file = TiffFile.Open(_out);
        Assert.Equal((PixelType.Single, TiffCompression.Deflate), (file.PixelType, file.Compression));

        using var raw = (Plane<ushort>)TiffFile.Open(_raw).Read(EvaluationContext.Default);
        using var pixels = (Plane<float>)file.Read(EvaluationContext.Default);
        for (int y = 0; y < 40; y++)
        {
            for (int x = 0; x < 60; x++)
                Assert.Equal(65535 - raw.Row(y)[x] - 30 - 8 * 0.5 - 40 * ((y + 10) / 49.0) * ((x + 20) / 99.0), pixels.Row(y)[x], 0.01);
        }

        Assert.Equal(Provenance.Software, file.Tags.Software);
        Assert.Matches(@"^EmTools \d+\.\d+\.\d+$", file.Tags.Software!);
        Assert.Equal((1250000.0, 1250000.0, 3, "2020:02:29 12:00:00"), (file.Tags.ResolutionX, file.Tags.ResolutionY, file.Tags.ResolutionUnit, file.Tags.DateTime));
        Assert.True(file.Tags.ImageDescription!.All(char.IsAscii), "TIFF's texts are ASCII");
        JsonNode done = JsonNode.Parse(file.Tags.ImageDescription!)!;
        Assert.Equal(Provenance.Software, (string?)done["software"]);
        Assert.Equal("00002.tif", (string?)done["source"]!["name"]);
        Assert.Equal("8 nm, \u00b5", (string?)done["source"]!["description"]);
        Assert.Equal("scope 3", (string?)done["source"]!["software"]);
        Assert.Equal((2, true), ((int)done["index"]!, (bool)done["inverted"]!));
        JsonNode offset = done["steps"]![0]!, background = done["steps"]![1]!;
        Assert.Equal(("IntensityOffset", info, "offset", 30.0), ((string?)offset["step"], (string?)offset["file"], (string?)offset["dataset"], (double)offset["parameters"]!["Value"]!));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(info))), (string?)offset["sha256"]);
        Assert.Equal("""{"VolumeShape":[5,50,100],"Origin":[10,20],"Index":2}""", background["parameters"]!.ToJsonString());
    }

    [Fact]
    public void Counts_its_own_stage()
    {
        var stages = new List<StageStart>();
        SectionWriter.Write(Section().With(new IntensityOffsetStep(3)), _out, context: new EvaluationContext { OnStage = stages.Add });
        Assert.Equal([new("Read", 0, 3), new("IntensityOffset", 1, 3), new("Write", 2, 3)], stages);
    }

    [Fact]
    public void Keeps_the_type_of_what_is_not_computed()
    {
        SectionWriter.Write(Section(), _out, TiffCompression.Lzw);
        using Plane expected = TiffFile.Open(_raw).Read(EvaluationContext.Default), actual = TiffFile.Open(_out).Read(EvaluationContext.Default);
        TiffSamplesFiles.AssertSame(expected, actual);
    }

    [Fact]
    public void Refuses_an_existing_output_before_any_work()
    {
        SectionWriter.Write(Section(), _out);
        var stages = new List<StageStart>();
        EmException error = Assert.Throws<EmException>(() => SectionWriter.Write(Section(), _out, context: new EvaluationContext { OnStage = stages.Add }));
        Assert.Equal("OutputExists", error.Id);
        Assert.Empty(stages);
        SectionWriter.Write(Section(), _out, overwrite: true);
    }

    [Fact]
    public void A_step_that_fails_leaves_nothing()
    {
        EmSection section = Section();
        File.Delete(_raw);
        Assert.Equal("FileNotFound", Assert.Throws<EmException>(() => SectionWriter.Write(section, _out)).Id);
        Assert.Empty(_folder.Content());
    }

    [Theory]
    [InlineData(2, 40, 60, 0, 0, "VolumeShape", "Section 2 (00002.tif) lies beyond the volume of 2 x 40 x 60 (z, y, x), whose last section is 1.")]
    [InlineData(3, 39, 60, 0, 0, "VolumeShape", "Section 2 (00002.tif) is 40 x 60 pixels (y, x) and begins at (0, 0), so it does not fit into the volume of 3 x 39 x 60 (z, y, x).")]
    [InlineData(3, 40, 60, 0, 1, "VolumeShape", "begins at (0, 1), so it does not fit into the volume of 3 x 40 x 60 (z, y, x).")]
    [InlineData(3, 60, 40, 0, 0, "VolumeShape", "does not fit into the volume of 3 x 60 x 40 (z, y, x). Give the whole volume's shape in the order z, y, x")]
    [InlineData(3, 40, 60, -1, 0, "Origin", "the origin (-1, 0) (y, x) is negative")]
    [InlineData(0, 40, 60, 0, 0, "VolumeShape", "every axis has at least one pixel")]
    public void A_background_must_fit_the_section(int depth, int height, int width, int originY, int originX, string parameter, string says)
    {
        EmException error = Assert.Throws<EmException>(() => Section().With(new BackgroundStep(Model(), new VolumeShape(depth, height, width), originY, originX)));
        Assert.Equal((EmErrorKind.InvalidArgument, parameter), (error.Kind, error.Target));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_offset_must_be_finite()
        => Assert.Equal("OffsetNotFinite", Assert.Throws<EmException>(() => new IntensityOffsetStep(double.NaN)).Id);

    [Fact]
    public void The_same_section_gives_the_same_bytes()
    {
        EmSection section = Section().With(new IntensityOffsetStep(3));
        string again = _folder.File("again.tif");
        SectionWriter.Write(section, _out, context: new EvaluationContext { Threads = 1 });
        SectionWriter.Write(section, again, context: new EvaluationContext { Threads = 3 });
        Assert.Equal(File.ReadAllBytes(_out), File.ReadAllBytes(again));
    }
}
