using System.Management.Automation;
using System.Text.Json;

namespace EmTools.Cmdlets.Tests;

/// <summary>Files of several pages: sections like any other, from reading to a stack.</summary>
public sealed class PageTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public PageTests()
    {
        TestTiff.WritePages(_session.In("stack_07.tif"), [.. Enumerable.Range(0, 5).Select(Page)]);
        TestTiff.WritePages(_session.In("two", "a.tif"), [Page(0), Page(1)]);
        TestTiff.WritePages(_session.In("two", "b.tif"), [Page(2), Page(3), Page(4)]);
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_section_is_a_page_and_its_number_is_the_index()
    {
        ModuleSession.Result read = _session.Run("Read-EmSection stack_07.tif").RequireNoErrors();
        Assert.Equal([0, 1, 2, 3, 4], read.Values("Index"));
        Assert.Equal(["stack_07.tif[0]", "stack_07.tif[1]", "stack_07.tif[2]", "stack_07.tif[3]", "stack_07.tif[4]"], read.Values("Name"));
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(Page(i), ModuleSession.Pixels(read.Output[i])));
        Assert.Empty(read.Warnings);
    }

    [Theory]
    [InlineData("Read-EmSection stack_07.tif -Page 3, 1", new[] { 3, 1 }, new[] { 3, 1 })]
    [InlineData("Read-EmSection stack_07.tif -Page 3, 1 -Index 100", new[] { 100, 101 }, new[] { 3, 1 })]
    [InlineData("Read-EmSection two", new[] { 0, 1, 2, 3, 4 }, new[] { 0, 1, 2, 3, 4 })]
    [InlineData("Read-EmSection two -Page 1", new[] { 1, 3 }, new[] { 1, 3 })]
    [InlineData("Read-EmSection two/b.tif, two/a.tif -Index 10", new[] { 10, 11, 12, 13, 14 }, new[] { 2, 3, 4, 0, 1 })]
    public void Pages_are_chosen_and_counted_on(string command, int[] indices, int[] pages)
    {
        ModuleSession.Result read = _session.Run(command).RequireNoErrors();
        Assert.Equal(indices, read.Values("Index").Cast<int>());
        Assert.All(Enumerable.Range(0, pages.Length), i => Assert.Equal(Page(pages[i]), ModuleSession.Pixels(read.Output[i])));
    }

    [Fact]
    public void A_page_that_is_not_there_is_an_error_of_its_file()
    {
        ModuleSession.Result read = _session.Run("Read-EmSection two -Page 2");
        ErrorRecord error = read.OnlyError();
        Assert.StartsWith("NoSuchPage", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("a.tif' has no page 2: it holds 2 images, pages 0 to 1", error.ToString(), StringComparison.Ordinal);
        Assert.Single(read.Output); // of the other file
    }

    [Fact]
    public void A_written_page_says_where_it_comes_from_and_how_large_its_voxels_are()
    {
        _session.Run("Read-EmSection stack_07.tif -VoxelSize 40, 8, 4 | Write-EmSection out").RequireNoErrors();
        PSObject back = _session.One("Read-EmSection out/00003.tif");
        Assert.Equal(Page(3), ModuleSession.Pixels(back));
        Assert.Equal("40 x 8 x 4 nm", back.Properties["VoxelSize"].Value.ToString());
        string description = (string)_session.One("(Read-EmSection out/00003.tif).GetSource().Image.Tags.ImageDescription").BaseObject;
        using JsonDocument json = JsonDocument.Parse(description);
        Assert.Equal(3, json.RootElement.GetProperty("source").GetProperty("page").GetInt32());
        Assert.Equal([40, 8, 4], json.RootElement.GetProperty("voxelSize").EnumerateArray().Select(length => length.GetDouble()));
        Assert.Equal(1e7 / 8, (double)_session.One("(Read-EmSection out/00003.tif).GetSource().Image.Tags.ResolutionY").BaseObject, 0.5);
    }

    [Theory]
    [InlineData("0, 8, 8")]
    [InlineData("40, -8, 8")]
    [InlineData("40, 8, ([double]::NaN)")]
    public void A_voxel_has_lengths_above_0(string size)
    {
        ErrorRecord error = _session.Run($"Read-EmSection stack_07.tif -VoxelSize {size}").RequireTerminating();
        Assert.StartsWith("VoxelSize", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stack_of_pages_resumes_and_notices_another_page_or_voxel_size()
    {
        const string Filters = "Set-IntensityOffset -Value 3 | Invoke-EmFilter NonLocalMeans -Radius 1 | Invoke-EmStack restored";
        Assert.Equal(5, _session.One($"(Read-EmSection stack_07.tif | {Filters}).Done").BaseObject);
        DateTime written = File.GetLastWriteTimeUtc(_session.In("restored", "00002.tif"));
        _session.Run($"Read-EmSection stack_07.tif | {Filters}").RequireNoErrors();
        Assert.Equal(written, File.GetLastWriteTimeUtc(_session.In("restored", "00002.tif")));
        _session.Run($"Read-EmSection stack_07.tif -VoxelSize 30, 8, 8 | {Filters}").RequireNoErrors();
        Assert.Equal("30 x 8 x 8 nm", _session.One("Read-EmSection restored/00002.tif").Properties["VoxelSize"].Value.ToString());

        // Another page in a section's place is another stack, and nothing of this one is written over unasked.
        ModuleSession.Result shifted = _session.Run($"Read-EmSection stack_07.tif -Page 1, 2, 3, 4 -Index 0 | {Filters}");
        Assert.StartsWith("OutputNotOurs", shifted.FirstError().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stack_of_pages_gives_what_its_pages_give_as_files()
    {
        for (int i = 0; i < 5; i++)
            TestTiff.Write(_session.In("single", $"{i:00000}.tif"), Page(i));
        const string Filters = "Invoke-EmFilter MillingCorrection -Radius 1 | Invoke-EmFilter Denoise | Invoke-EmStack";
        _session.Run($"$null = Read-EmSection stack_07.tif | {Filters} pages; $null = Read-EmSection single | {Filters} files").RequireNoErrors();
        for (int i = 0; i < 5; i++)
            Assert.Equal(ModuleSession.Pixels(_session.One($"Read-EmSection files/0000{i}.tif")), ModuleSession.Pixels(_session.One($"Read-EmSection pages/0000{i}.tif")));
    }

    [Fact]
    public void A_page_is_no_mask_that_a_recipe_could_name_but_masks_all_the_same()
    {
        _session.Run("$mask = Read-EmSection stack_07.tif -Page 0; $sections = Read-EmSection stack_07.tif -Page 1 | Invoke-EmFilter Contrast -Mask $mask; $sections | Write-EmSection masked").RequireNoErrors();
        Assert.StartsWith("MaskNotAFile", _session.Run("$sections | Export-EmRecipe r.json").FirstError().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    private static ushort[,] Page(int number)
    {
        var pixels = new ushort[40, 48];
        for (int y = 0; y < 40; y++)
        {
            for (int x = 0; x < 48; x++)
                pixels[y, x] = (ushort)(20000 + 1000 * number + 30 * y + ((x * 7 + y * 13 + number) % 11) * 40);
        }

        return pixels;
    }
}
