using System.Text;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Files of several pages or planes, and what belongs to none.</summary>
public sealed class TiffPageTests : IDisposable
{
    private const int Rows = 4, Columns = 6;

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public TiffPageTests() => _path = _folder.File("00042.tif");

    public void Dispose() => _folder.Dispose();

    private static byte[] Pixels(int page) => [.. Enumerable.Range(0, Rows * Columns).Select(i => (byte)(i * 7 + page))];

    private IReadOnlyList<TiffFile> Open(TiffBuilder builder)
    {
        File.WriteAllBytes(_path, builder.ToArray());
        return [.. ImageFile.Open(_path).Cast<TiffFile>()];
    }

    private static byte[] Read(StoredImage image)
    {
        using Plane plane = image.Read(EvaluationContext.Default);
        return [.. Enumerable.Range(0, plane.Height).SelectMany(y => plane.RowBytes(y).ToArray())];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_page_is_a_section_with_its_own_tags(bool big)
    {
        var builder = new TiffBuilder(big);
        for (int page = 0; page < 5; page++)
            builder.Page(Rows, Columns, [Pixels(page)[..12], Pixels(page)[12..]], (270, $"page {page}"));
        IReadOnlyList<TiffFile> pages = Open(builder);
        Assert.Equal([0, 1, 2, 3, 4], pages.Select(page => page.Page!.Value));
        foreach (TiffFile page in pages)
        {
            Assert.Equal($"page {page.Page}", page.Tags.ImageDescription);
            Assert.Equal(Pixels(page.Page!.Value), Read(page));
        }

        EmException error = Assert.Throws<EmException>(() => TiffFile.Open(_path));
        Assert.Equal("SeveralImages", error.Id);
    }

    [Theory]
    [InlineData(254, 1L)]
    [InlineData(254, 4L)]
    [InlineData(255, 2L)]
    public void Smaller_copies_and_masks_are_no_sections(int tag, long value)
    {
        byte[] small = [1, 2, 3, 4];
        TiffFile only = Assert.Single(Open(new TiffBuilder().Page(2, 2, [small], (tag, value)).Page(Rows, Columns, [Pixels(1)]).Page(2, 2, [small], (tag, value))));
        Assert.Null(only.Page);
        Assert.Equal("ReducedPages", Assert.Single(only.Remarks).Id);
        Assert.Equal(Pixels(1), Read(only));

        // The only page of a file is its image, whatever it is marked as.
        Assert.Equal(small, Read(Assert.Single(Open(new TiffBuilder().Page(2, 2, [small], (tag, value))))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0x7FFFFFF0)]
    [InlineData(null)]
    public void A_chain_that_leads_nowhere_ends(int? next)
    {
        TiffBuilder builder = new TiffBuilder().Page(Rows, Columns, [Pixels(0)]).Page(Rows, Columns, [Pixels(1)]);
        IReadOnlyList<TiffFile> pages = Open(builder.Link(next ?? builder.Directory));
        Assert.Equal(2, pages.Count);
        Assert.Equal("PageChain", Assert.Single(pages[0].Remarks).Id);
        Assert.Equal(Pixels(1), Read(pages[1]));
    }

    [Theory]
    [InlineData("ImageJ=1.54f\nimages=3\nslices=3\n", 3)]
    [InlineData("{\"shape\": [3, 4, 6]}", 3)]
    [InlineData("{\"shape\": [2, 200, 4, 6]}", 1)]
    [InlineData("ImageJ=1.54f\nimages=400\n", 1)]
    [InlineData("ImageJ=1.11a\nimages=1\nhyperstack=true\n", 1)]
    [InlineData("{\"shape\": [6, 4]}", 1)]
    public void Planes_behind_the_only_page_count_as_far_as_the_file_goes(string description, int count)
    {
        // The directory says nothing of the two planes that follow the first.
        byte[] all = [.. Pixels(0), .. Pixels(1), .. Pixels(2)];
        IReadOnlyList<TiffFile> planes = Open(new TiffBuilder().Page(Rows, Columns, [all], (270, description), (273, new[] { 8L, 20L }), (278, 2L), (279, new[] { 12L, 12L })));
        Assert.Equal(count, planes.Count);
        for (int page = 0; page < count; page++)
        {
            Assert.Equal(count > 1 ? page : null, planes[page].Page);
            Assert.Equal(Pixels(page), Read(planes[page]));
        }

        Assert.Equal(description.Contains("00", StringComparison.Ordinal), planes[0].Remarks.Any(remark => remark.Id == "FewerPlanes"));
    }

    [Fact]
    public void A_damaged_page_is_an_error_of_its_own_only()
    {
        IReadOnlyList<TiffFile> pages = Open(new TiffBuilder().Page(Rows, Columns, [Pixels(0)]).Page(Rows, Columns, [Pixels(1)], (273, 900_000L)).Page(Rows, Columns, [Pixels(2)]));
        Assert.Equal(3, pages.Count);
        Assert.Contains(pages[0].Remarks, remark => remark.Id == "DamagedPage");
        Assert.Equal(Pixels(0), Read(pages[0]));
        Assert.Equal(Pixels(2), Read(pages[2]));
        EmException error = Assert.Throws<EmException>(() => Read(pages[1]));
        Assert.Equal(("TiffTruncated", _path), (error.Id, error.Target));
        Assert.StartsWith($"Page 1 of '{_path}' is truncated", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_colour_picture_beside_grey_pages_is_left_out_and_one_among_them_refused()
    {
        (int, object?)[] cmyk = [(262, 5), (277, 4), (258, new[] { 8, 8, 8, 8 })];
        byte[] colours = new byte[4 * Rows * Columns];
        TiffFile only = Assert.Single(Open(new TiffBuilder().Page(Rows, Columns, [colours], cmyk).Page(Rows, Columns, [Pixels(1)])));
        Assert.Equal("ColourPages", Assert.Single(only.Remarks).Id);
        Assert.Equal(Pixels(1), Read(only));

        EmException error = Assert.Throws<EmException>(() => Open(new TiffBuilder().Page(Rows, Columns, [Pixels(0)]).Page(Rows, Columns, [colours], cmyk).Page(Rows, Columns, [Pixels(2)])));
        Assert.StartsWith($"Page 1 of '{_path}' holds a colour image (CMYK)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Twenty_thousand_pages_take_little_memory()
    {
        var builder = new TiffBuilder();
        for (int page = 0; page < 20_000; page++)
            builder.Page(Rows, Columns, [Pixels(page)], (270, "the same for all of them, as programs write it"), (305, "microscope"));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        IReadOnlyList<TiffFile> pages = Open(builder);
        builder = null;
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(20_000, pages.Count);
        Assert.True(kept < 20 << 20, $"{kept} bytes are kept");
        Assert.Equal(Pixels(19_999), Read(pages[^1]));
        Assert.Same(pages[0].Tags, pages[^1].Tags);
    }

    [Fact]
    public void Directories_that_lie_in_one_another_end()
    {
        // Every directory is where the one before has its first entry: as many as the file has entries, but for the limit.
        byte[] bytes = new byte[200_000];
        Encoding.ASCII.GetBytes("II*\0").CopyTo(bytes, 0);
        BitConverter.GetBytes(8).CopyTo(bytes, 4);
        for (int at = 8; at < bytes.Length - 1; at += 2)
            BitConverter.GetBytes((ushort)5000).CopyTo(bytes, at);
        File.WriteAllBytes(_path, bytes);
        Assert.Throws<EmException>(() => ImageFile.Open(_path));
    }
}
