using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Filters.Geometry;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Pipeline;

/// <summary>Bars burned into the foot of pictures are told, and nothing else is taken for one.</summary>
public sealed class DataBarTests
{
    private const int Height = 300, Width = 400;

    [Theory]
    [InlineData(0, 40000, 30)]
    [InlineData(65535, 0, 60)]
    [InlineData(243, 10, 12)]
    public void A_bar_with_writing_is_found_with_its_height(int ground, int ink, int rows)
    {
        using Plane<float> plane = Tissue();
        Write(plane, rows, ground, ink);
        Assert.Equal(rows, DataBar.RowsOf(plane));
    }

    [Fact]
    public void Frames_and_lines_around_and_in_the_bar_belong_to_it()
    {
        using Plane<float> plane = Tissue();
        Write(plane, 40, 0, 50000);
        plane.Row(Height - 1).Fill(60000);
        plane.Row(Height - 40).Fill(65535);
        Assert.Equal(40, DataBar.RowsOf(plane));
    }

    [Fact]
    public void No_bar_is_seen_in_tissue_margins_blank_and_binary_sections()
    {
        using Plane<float> plane = Tissue();
        Assert.Equal(0, DataBar.RowsOf(plane));
        for (int y = Height - 30; y < Height; y++)
            plane.Row(y).Clear();
        Assert.Equal(0, DataBar.RowsOf(plane)); // a margin: nothing is written on it
        for (int y = 0; y < Height; y++)
            plane.Row(y)[..Math.Min(Width, y * 3 / 2)].Clear();
        Assert.Equal(0, DataBar.RowsOf(plane)); // a turned picture's
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
                plane.Row(y)[x] = (x / 20 + y / 15) % 3 == 0 ? 1 : 0;
        }

        Assert.Equal(0, DataBar.RowsOf(plane));
        for (int y = 0; y < Height; y++)
            plane.Row(y).Fill(77);
        Assert.Equal(0, DataBar.RowsOf(plane));
    }

    [Fact]
    public void Destripe_tells_of_a_bar_unless_it_is_cut_off_or_masked()
    {
        Plane<float> plane = Tissue();
        Write(plane, 30, 0, 40000);
        var section = new EmSection(new PixelSource(plane), 0);
        FilterDefinition destripe = FilterCatalog.Get("Destripe");
        ResultNotice notice = Assert.Single(Notices(section.With(new FilterStep(destripe, new DestripeOptions()))), n => n.Id == "DataBar");
        Assert.Contains("the lowest 30 rows (270 to 299) are a data bar", notice.Message, StringComparison.Ordinal);
        Assert.Contains("Crop -Region 0, 0, 270, 400", notice.Message, StringComparison.Ordinal);

        var crop = new FilterStep(FilterCatalog.Get("Crop"), new CropOptions { Region = [0, 0, 270, 400] });
        Assert.DoesNotContain(Notices(section.With(crop).With(new FilterStep(destripe, new DestripeOptions()))), n => n.Id == "DataBar");
        var mask = new MaskSource(new EmSection(new PixelSource(Tissue()), 0));
        Assert.DoesNotContain(Notices(section.With(new FilterStep(destripe, new DestripeOptions(), mask))), n => n.Id == "DataBar");
    }

    [SkippableFact]
    public void Bars_of_real_files_are_found_and_nothing_else_is()
    {
        string field = Path.Combine(TestData.RepositoryRoot, "..", "shared", "field");
        Skip.IfNot(Directory.Exists(field), "The field cases are not there.");
        Assert.All(Directory.GetFiles(Path.Combine(field, "39-databar"), "*.tif"), path => Assert.Equal(18, RowsOf(path)));
        Assert.Equal(60, RowsOf(Path.Combine(field, "40-databar-large", "00000.tif")));
        foreach (string folder in (string[])["31-black-sections", "33-nan", "34-eight-bit", "36-mixed-sizes", "37-stripes", "30-constant", "14-orientation", "47-masks"])
            Assert.All(Directory.GetFiles(Path.Combine(field, folder), "*.tif"), path => Assert.Equal((path, 0), (path, RowsOf(path))));
    }

    private static int RowsOf(string path)
    {
        using Plane<float> plane = ImageFile.Open(path)[0].ReadSingle(invert: false, EvaluationContext.Default);
        return DataBar.RowsOf(plane);
    }

    private static List<ResultNotice> Notices(EmSection section)
    {
        var notices = new List<ResultNotice>();
        section.Compute(new EvaluationContext { OnNotice = notices.Add }).Dispose();
        return notices;
    }

    private static Plane<float> Tissue()
        => PlaneConversion.ToSingle(new Phantom(new PhantomOptions { Height = Height, Width = Width, Seed = 3 }).Section(0).Compute(), invert: false, EvaluationContext.Default);

    private static void Write(Plane<float> plane, int rows, float ground, float ink)
    {
        for (int y = Height - rows; y < Height; y++)
        {
            plane.Row(y).Fill(ground);
            bool line = y - (Height - rows) is var place && place > 2 && place < rows - 2 && place / 2 % 2 == 1;
            for (int x = 20; line && x < Width; x += 37)
                plane.Row(y).Slice(x, 9).Fill(ink);
        }
    }
}
