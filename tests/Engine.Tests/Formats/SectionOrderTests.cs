using System.Text.RegularExpressions;
using EmTools.Engine.Files;

namespace EmTools.Engine.Tests.Formats;

public class SectionOrderTests
{
    /// <summary>Names in the order they are wanted, their indices, and the notes' ids.</summary>
    public static TheoryData<string, string[], int?[], string[]> Stacks() => new()
    {
        { "plain", ["00000.tif", "00001.tif", "00002.tif"], [0, 1, 2], [] },
        { "beginning anywhere", ["05600.tif", "05601.tif"], [5600, 5601], [] },
        { "ATLAS: the slice, not z", ["slice_00004_z=1.0000um.tif", "slice_00005_z=1.0050um.tif", "slice_00006_z=1.0100um.tif"], [4, 5, 6], [] },
        { "ATLAS with whole z", ["slice_00004_z=8nm.tif", "slice_00005_z=16nm.tif", "slice_00006_z=24nm.tif"], [4, 5, 6], [] },
        { "a number for all behind", ["FIBSEM_0001_ESB_8bit.tif", "FIBSEM_0002_ESB_8bit.tif"], [1, 2], [] },
        { "a channel for all", ["s_0001_ch00.tif", "s_0002_ch00.tif"], [1, 2], [] },
        { "a size for all", ["cell3-000-5nm.tif", "cell3-001-5nm.tif", "cell3-002-5nm.tif"], [0, 1, 2], [] },
        { "not padded", ["s9.tif", "s10.tif", "s11.tif", "s100.tif"], [9, 10, 11, 100], ["IndexMissing"] },
        { "every tenth", ["s10.tif", "s20.tif", "s30.tif"], [10, 20, 30], ["IndexMissing"] },
        { "index and time", ["20190917_210900_0001.tif", "20190917_210931_0002.tif", "20190918_000001_0003.tif"], [1, 2, 3], [] },
        { "over midnight", ["20190917_235958.tif", "20190917_235959.tif", "20190918_000000.tif", "20190918_000001.tif"], [0, 1, 2, 3], ["OrderOfNames"] },
        { "over midnight at the same time", ["20190917_210900.tif", "20190918_210900.tif", "20190919_210900.tif"], [0, 1, 2], ["OrderOfNames"] },
        { "seventeen digits", ["20190917210942000.tif", "20190917210942001.tif", "20190917210943000.tif"], [0, 1, 2], ["OrderOfNames"] },
        { "a microscope's .dat", ["Merlin-6282_21-01-23_101533_0-0-0.dat", "Merlin-6282_21-01-23_235910_0-0-0.dat", "Merlin-6282_21-01-24_000012_0-0-0.dat"], [0, 1, 2], ["OrderOfNames"] },
        { "dates with hyphens", ["a 2019-09-17 21-09-00.tif", "a 2019-09-17 21-09-30.tif", "a 2019-09-18 00-00-10.tif"], [0, 1, 2], ["OrderOfNames"] },
        { "a date and an index", ["20190917_0001.tif", "20190917_0002.tif", "20190918_0003.tif"], [1, 2, 3], [] },
        { "planes of sections", ["section_50_01.tif", "section_50_02.tif", "section_51_01.tif", "section_51_02.tif"], [0, 1, 2, 3], ["OrderOfNames"] },
        { "a minus", ["z-2.tif", "z-1.tif", "z0.tif", "z1.tif"], [0, 1, 2, 3], ["OrderOfNames"] },
        { "copies", ["0004.tif", "0005 (1).tif", "0005.tif", "0005_copy.tif", "0006.tif"], [4, 5, 5, 5, 6], ["IndexTwice"] },
        { "copies of a Mac", ["s 4 copy 2.tif", "s 4 copy.tif", "s 4.tif", "s 5.tif"], [4, 4, 4, 5], ["IndexTwice"] },
        { "taken again", ["slice_0010.tif", "slice_0011.tif", "slice_0011b.tif", "slice_0012.tif"], [10, 11, 11, 12], ["IndexTwice"] },
        { "a gap", ["1.tif", "2.tif", "5.tif", "7.tif"], [1, 2, 5, 7], ["IndexMissing"] },
        { "other beginnings and endings", ["img_000.ome.tif", "img_001.ome.tif", "img_002.ome.tif", "b_003.TIFF", "b_004.TIFF", "c_005.btf", "c_006.tf8"], [0, 1, 2, 3, 4, 5, 6], [] },
        { "names of several kinds", ["bar8_0001.tif", "full16_0002.tif", "one_0003.tif"], [1, 2, 3], [] },
        { "one alone", ["fly2_z0017_raw.tif"], [17], [] },
        { "one alone with a channel", ["cell_0017_ch00_8bit.tif"], [17], [] },
        { "one alone of ATLAS", ["slice_00004_z=1.0000um.tif"], [4], [] },
        { "one without a number", ["training.tif"], [null], [] },
        { "one with too large a number", ["99999999999.tif"], [null], [] },
        { "one with a time", ["20190917_210900.tif"], [null], [] },
        { "none with a number", ["a.tif", "b.tif"], [null, null], [] },
        { "too large numbers", ["99999999998.tif", "99999999999.tif", "100000000000.tif"], [0, 1, 2], ["OrderOfNames"] },
        { "nothing", [], [], [] },
    };

    [Theory]
    [MemberData(nameof(Stacks))]
    public void The_index_is_the_number_that_counts(string what, string[] names, int?[] indices, string[] notes)
    {
        Assert.NotEmpty(what);
        foreach (int seed in new[] { 1, 2, 3 })
        {
            string[] mixed = [.. names];
            new Random(seed).Shuffle(mixed);
            SectionOrder order = SectionOrder.Of([.. mixed.Select(name => $"/data/run 7/{name}")]);

            Assert.Equal(names.Zip(indices), order.Files.Select(file => (Path.GetFileName(file.Path), file.Index)));
            Assert.Equal(notes, order.Notes.Select(note => note.Id));
            Assert.Empty(order.LeftOut);
        }
    }

    [Theory]
    [InlineData("ds_g0000_t0000_s00000.tif", "ds_g0000_t0000_s00001.tif", "ds_g0000_t0001_s00000.tif", "ds_g0000_t0001_s00001.tif")]
    [InlineData("s0001_tile0.tif", "s0001_tile1.tif", "s0002_tile0.tif", "s0002_tile1.tif")]
    [InlineData("s_0001_r0_c0.tif", "s_0001_r0_c1.tif", "s_0001_r1_c0.tif", "s_0001_r1_c1.tif", "s_0002_r0_c0.tif")]
    [InlineData("z001_ch00.tif", "z001_ch01.tif", "z002_ch00.tif", "z002_ch01.tif")]
    public void Several_files_of_a_section_are_refused(params string[] names)
    {
        EmException error = Assert.Throws<EmException>(() => SectionOrder.Of(names));
        Assert.Equal((EmErrorKind.InvalidArgument, "SeveralFilesOfSection"), (error.Kind, error.Id));
        Assert.Contains($"'{names[0]}' and", error.Message, StringComparison.Ordinal);
        Assert.Contains("-IndexPattern", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Strays_are_left_out_and_said()
    {
        SectionOrder order = SectionOrder.Of(["raw/overview.tif", "raw/0001.tif", "raw/0002.tif", "raw/notes.tif"]);
        Assert.Equal([1, 2], order.Files.Select(file => file.Index));
        Assert.Equal(["raw/notes.tif", "raw/overview.tif"], order.LeftOut);
        Assert.Equal("'notes.tif', 'overview.tif': without a number in the name, where others have one; left out.", Assert.Single(order.Notes).Text);
    }

    [Fact]
    public void Notes_name_numbers_and_files()
    {
        Assert.Equal("4 indices have no section between 1 and 9: 2 to 3, 5, 8.", Note("1.tif", "4.tif", "6.tif", "7.tif", "9.tif"));
        Assert.Equal("1 index has no section between 1 and 3: 2.", Note("1.tif", "3.tif"));
        Assert.Equal("An index has more than one file: 5 ('0005 (1).tif', '0005.tif'). Move away those that do not belong to the stack.", Note("0004.tif", "0005.tif", "0005 (1).tif"));
        Assert.Contains("from '20190917_235959.tif' (0) to '20190918_000000.tif' (1), as their numbers are dates and times", Note("20190918_000000.tif", "20190917_235959.tif"), StringComparison.Ordinal);
        Assert.Contains("the index of 'a1_z10.tif' is taken to be 1", Note("a1_z10.tif", "a2_z20.tif"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_overrules()
    {
        SectionOrder order = SectionOrder.Of(["a2_z20.tif", "a1_z10.tif", "other.tif"], new Regex(@"z(\d+)"));
        Assert.Equal([("a1_z10.tif", (int?)10), ("a2_z20.tif", 20)], order.Files.Select(file => (file.Path, file.Index)));
        Assert.Equal(["other.tif"], order.LeftOut);
        Assert.Equal(["NoNumber", "IndexMissing"], order.Notes.Select(note => note.Id));
        Assert.Equal([3, 4], SectionOrder.Of(["t0_3.tif", "t0_4.tif"], new Regex(@"\d+(?=\.tif)")).Files.Select(file => file.Index));

        Assert.Equal("IndexPatternNoMatch", Assert.Throws<EmException>(() => SectionOrder.Of(["a1.tif"], new Regex("x(\\d)"))).Id);
        Assert.Equal("IndexPatternNoNumber", Assert.Throws<EmException>(() => SectionOrder.Of(["a1.tif"], new Regex("(a)"))).Id);
        Assert.Equal("SeveralFilesOfSection", Assert.Throws<EmException>(() => SectionOrder.Of(["t0_s1.tif", "t1_s1.tif"], new Regex("s(\\d)"))).Id);
    }

    [Fact]
    public void Twenty_thousand_names_are_no_work()
    {
        SectionOrder order = SectionOrder.Of([.. Enumerable.Range(0, 20_000).Select(i => $"/raw/slice_{i}_z={i * 0.005 + 1:F4}um_8bit.tif").Reverse()]);
        Assert.Equal(Enumerable.Range(0, 20_000).Cast<int?>(), order.Files.Select(file => file.Index));
        Assert.Empty(order.Notes);
    }

    public static TheoryData<string, int?[], string[]> Folders() => new()
    {
        { "21-atlas-names", Range(0, 12), [] },
        { "22-suffix-number", Range(1, 12), [] },
        { "22-suffix-number/nm", Range(0, 6), [] },
        { "22-suffix-number/x", Range(0, 6), [] },
        { "23-unpadded", Range(0, 13), [] },
        { "25-duplicates", [4, 5, 5, 5, 6, 7, 8], ["IndexTwice"] },
        { "25-duplicates/again", [10, 11, 11, 12], ["IndexTwice"] },
        { "25-duplicates/identical", Range(0, 8), [] },
        { "28-timestamps", Range(0, 6), ["OrderOfNames"] },
        { "28-timestamps/long", Range(0, 4), ["OrderOfNames"] },
        { "28-timestamps/ext", Range(0, 7), [] },
        { "28-timestamps/plane", Range(0, 6), ["OrderOfNames"] },
        { "28-timestamps/neg", Range(0, 6), ["OrderOfNames"] },
    };

    [SkippableTheory]
    [MemberData(nameof(Folders))]
    public void Folders_from_the_field_are_put_in_order(string folder, int?[] indices, string[] notes)
    {
        SectionOrder order = SectionOrder.Of([.. Directory.GetFiles(TestData.Field(folder), "*.*").Where(path => !Path.GetFileName(path).StartsWith('.'))]);
        Assert.Equal(indices, order.Files.Select(file => file.Index));
        Assert.Equal(notes, order.Notes.Select(note => note.Id));
    }

    [SkippableFact]
    public void Names_with_odd_characters_are_put_in_order()
    {
        SectionOrder order = SectionOrder.Of(Directory.GetFiles(Directory.GetDirectories(TestData.Field("27-odd-names"))[0]));
        Assert.Equal(Range(0, 4), order.Files.Select(file => file.Index));
    }

    [SkippableFact]
    public void Tiles_from_the_field_are_refused()
        => Assert.Contains("behind 't' (0000, 0001)", Assert.Throws<EmException>(() => SectionOrder.Of(Directory.GetFiles(TestData.Field("24-tiles"), "*.tif"))).Message, StringComparison.Ordinal);

    private static int?[] Range(int first, int count) => [.. Enumerable.Range(first, count).Cast<int?>()];

    private static string Note(params string[] names) => Assert.Single(SectionOrder.Of(names).Notes).Text;
}
