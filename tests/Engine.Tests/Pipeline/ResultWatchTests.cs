using EmTools.Engine.Filters;
using EmTools.Engine.Imaging;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Pipeline;

/// <summary>Results that are worth nothing do not go by without a word.</summary>
public sealed class ResultWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private SectionWriteResult Write(EmSection section) => SectionWriter.Write(section, _folder.File("out.tif"), overwrite: true);

    private static EmSection Constant(float level)
    {
        Plane<float> plane = Plane.Rent<float>(64, 64);
        for (int y = 0; y < 64; y++)
            plane.Row(y).Fill(level);
        return new EmSection(new PixelSource(plane), 3);
    }

    private static EmSection Phantom() => new Phantom(new PhantomOptions { Height = 200, Width = 300, Seed = 1 }).Section(0);

    private static FilterStep Filter(string name, params (string Name, object? Value)[] values)
        => new(FilterCatalog.Get(name), FilterCatalog.Get(name).CreateOptions(values.ToDictionary(v => v.Name, v => v.Value)));

    [Theory]
    [InlineData(28000f, null)]
    [InlineData(0f, "OutsideRange ResultConstant")]
    public void A_section_outside_of_what_Contrast_is_made_for_is_told(float level, string? ids)
    {
        SectionWriteResult written = Write(Constant(level).With(Filter("Contrast")));
        Assert.Equal(ids ?? "ResultConstant", string.Join(' ', written.Notices.Select(n => n.Id)));
        if (ids is not null)
            Assert.StartsWith("the section's grey levels, 0 to 0, lie wholly outside what -Mean 28000 and -HighPassSigma 1250 are made for (24250 to 31750)", written.Notices[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_is_no_news_and_one_of_the_wrong_level_is()
    {
        double mean = PixelLevelsOf(Phantom()).Mean;
        EmSection right = Phantom().With(new IntensityOffsetStep(mean - 28000)), wrong = Phantom().With(new IntensityOffsetStep(mean - 32768));
        Assert.Empty(Write(right.With(Filter("Contrast"))).Notices);

        SectionWriteResult white = Write(wrong.With(Filter("Contrast")));
        ResultNotice notice = Assert.Single(white.Notices);
        Assert.Equal(("PixelsAtEnd", "Contrast"), (notice.Id, notice.Step));
        Assert.Contains("of the pixels of the result lie at the upper end of its range, 255", notice.Message, StringComparison.Ordinal);
        Assert.InRange(white.Levels.AtHighest, 0.5, 1);
        Assert.Equal(255, white.Levels.Highest);
    }

    [Fact]
    public void A_section_of_eight_bits_is_told_by_Denoise_and_Contrast()
    {
        Plane<byte> plane = Plane.Rent<byte>(64, 64);
        var random = new Random(1);
        for (int y = 0; y < 64; y++)
            random.NextBytes(plane.Row(y));
        EmSection section = new EmSection(new PixelSource(plane), 0).With(Filter("Denoise")).With(Filter("Contrast"));
        Assert.Equal([("OutsideRange", "Denoise"), ("OutsideRange", "Contrast"), ("ResultConstant", "Contrast")], Write(section).Notices.Select(n => (n.Id, n.Step)));
        Assert.Equal([("OutsideRange", "Denoise")], Write(new EmSection(section.Source, 0).With(Filter("Denoise"))).Notices.Select(n => (n.Id, n.Step)));
    }

    [Fact]
    public void A_picture_of_nearly_one_grey_is_told()
    {
        double mean = PixelLevelsOf(Phantom()).Mean;
        ResultNotice notice = Assert.Single(Write(Phantom().With(new IntensityOffsetStep(mean - 28000)).With(Filter("Contrast", ("HighPassSigma", 200000.0), ("NoClip", true)))).Notices);
        Assert.Equal("ResultFlat", notice.Id);
        Assert.StartsWith("the result is nearly one grey: its pixels, ", notice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_but_missing_pixels_is_told()
        => Assert.Equal(["ResultEmpty"], Write(Constant(float.NaN).With(new IntensityOffsetStep(1))).Notices.Select(n => n.Id));

    [Fact]
    public void What_is_only_copied_and_masks_are_as_they_are()
    {
        Assert.Empty(Write(Constant(0)).Notices);
        Assert.Empty(Write(Constant(0).With(new BackgroundMaskStep())).Notices);
    }

    [Fact]
    public void Levels_are_those_of_the_pixels()
    {
        Plane<float> plane = Plane.Rent<float>(2, 4);
        ((float[])[1, 2, float.NaN, 3]).CopyTo(plane.Row(0));
        ((float[])[1, 1, 3, 7]).CopyTo(plane.Row(1));
        var levels = PixelLevels.Of(plane);
        Assert.Equal((7, 1.0, 7.0, 3.0 / 7, 1.0 / 7), (levels.Count, levels.Lowest, levels.Highest, levels.AtLowest, levels.AtHighest));
        Assert.Equal(18.0 / 7, levels.Mean, 1e-12);
        Assert.Equal(Math.Sqrt((3 + 4 + 18 + 49) / 7.0 - 18.0 / 7 * 18 / 7), levels.Deviation, 1e-12);
    }

    private static PixelLevels PixelLevelsOf(EmSection section)
    {
        using Plane plane = section.Compute();
        return PixelLevels.Of(plane);
    }
}
