using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

public sealed class ReadEmSectionTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Describes_the_file()
    {
        TestTiff.WriteRamp(_session.In("raw", "fly2_z00017.tif"), 6, 8);

        PSObject section = _session.One("Read-EmSection raw/fly2_z00017.tif");

        Assert.Equal(17, section.Properties["Index"].Value);
        Assert.Equal(6, section.Properties["Height"].Value);
        Assert.Equal(8, section.Properties["Width"].Value);
        Assert.Equal("UInt16", section.Properties["PixelType"].Value.ToString());
        Assert.Equal(_session.In("raw", "fly2_z00017.tif"), section.Properties["Path"].Value);
    }

    [Fact]
    public void Gives_the_stored_pixels_or_inverted_ones()
    {
        TestTiff.WriteRamp(_session.In("7.tif"));

        Assert.Equal((ushort)1023, ModuleSession.Pixels(_session.One("Read-EmSection 7.tif")).GetValue(2, 3));
        Assert.Equal((ushort)(65535 - 1023), ModuleSession.Pixels(_session.One("Read-EmSection 7.tif -Invert")).GetValue(2, 3));
    }

    [Theory]
    [InlineData("Read-EmSection raw/*.tif")]
    [InlineData("Read-EmSection raw")]
    [InlineData("Read-EmSection raw/")]
    [InlineData("Read-EmSection -LiteralPath raw")]
    [InlineData("'raw/*.tif' | Read-EmSection")]
    public void Patterns_and_folders_come_in_the_order_of_the_index(string script)
    {
        foreach (string name in new[] { "s10.tif", "s9.tif", "s100.tif", "s1.tif" })
            TestTiff.WriteRamp(_session.In("raw", name));
        File.WriteAllText(_session.In("raw", "notes3.txt"), "not a section");
        Directory.CreateDirectory(_session.In("raw", "old4.tif"));

        Assert.Equal([1, 9, 10, 100], _session.Run(script).RequireNoErrors().Values("Index"));
    }

    [Fact]
    public void Several_paths_come_in_the_order_given()
    {
        TestTiff.WriteRamp(_session.In("2.tif"));
        TestTiff.WriteRamp(_session.In("1.TIFF"));

        Assert.Equal([2, 1], _session.Run("Read-EmSection 2.tif, 1.TIFF").RequireNoErrors().Values("Index"));
    }

    [Fact]
    public void Brackets_stand_for_themselves_in_literal_paths_only()
    {
        TestTiff.WriteRamp(_session.In("cell[1]", "s3.tif"));
        TestTiff.WriteRamp(_session.In("cell1", "s4.tif"));

        Assert.Equal([3], _session.Run("Read-EmSection -LiteralPath 'cell[1]/s3.tif'").RequireNoErrors().Values("Index"));
        Assert.Equal([4], _session.Run("Read-EmSection 'cell[1]/*.tif'").RequireNoErrors().Values("Index"));
    }

    [Theory]
    [InlineData("[System.IO.FileInfo]::new($args[0]) | Read-EmSection")]
    [InlineData("[pscustomobject]@{ PSPath = 'Microsoft.PowerShell.Core\\FileSystem::' + $args[0] } | Read-EmSection")]
    [InlineData("[pscustomobject]@{ FullName = $args[0] } | Read-EmSection")]
    [InlineData("[pscustomobject]@{ LP = $args[0] } | Read-EmSection")]
    public void Objects_that_name_a_file_are_taken_from_the_pipeline(string script)
    {
        string path = TestTiff.WriteRamp(_session.In("odd [name] 12.tif"));

        Assert.Equal([12], _session.Run(script, path).RequireNoErrors().Values("Index"));
    }

    [Fact]
    public void Objects_with_a_Path_may_hold_patterns()
    {
        TestTiff.WriteRamp(_session.In("1.tif"));
        TestTiff.WriteRamp(_session.In("2.tif"));

        Assert.Equal([1, 2], _session.Run("[pscustomobject]@{ Path = '*.tif' } | Read-EmSection").RequireNoErrors().Values("Index"));
    }

    [Fact]
    public void Given_indices_count_on()
    {
        TestTiff.WriteRamp(_session.In("a.tif"));
        TestTiff.WriteRamp(_session.In("b.tif"));

        Assert.Equal([120, 121], _session.Run("Read-EmSection *.tif -Index 120").RequireNoErrors().Values("Index"));
        Assert.Equal([0, 1], _session.Run("'a.tif', 'b.tif' | Read-EmSection -Index 0").RequireNoErrors().Values("Index"));
    }

    [Fact]
    public void The_order_of_files_and_what_is_odd_about_it_is_told()
    {
        foreach (string name in new[] { "slice_0004_z=1.00um_8bit.tif", "slice_0005_z=1.05um_8bit.tif", "slice_0008_z=1.20um_8bit.tif", "overview.tif" })
            TestTiff.WriteRamp(_session.In("raw", name));

        ModuleSession.Result result = _session.Run("Read-EmSection raw").RequireNoErrors();

        Assert.Equal([4, 5, 8], result.Values("Index"));
        Assert.Equal([$"'{_session.In("raw")}': 'overview.tif': without a number in the name, where others have one; left out.", $"'{_session.In("raw")}': 2 indices have no section between 4 and 8: 6 to 7."], result.Warnings);

        Assert.Equal([100, 105, 120], _session.Run(@"Read-EmSection raw -IndexPattern 'z=1\.(?<i>\d+)um' | ForEach-Object { $_.Index + 100 }").Output.Select(o => o.BaseObject));
        Assert.Equal([7, 8, 9], _session.Run("Read-EmSection raw/slice* -Index 7").RequireNoErrors().Values("Index"));
    }

    [Fact]
    public void Tiles_of_sections_are_refused()
    {
        foreach (string name in new[] { "t0_s0.tif", "t0_s1.tif", "t1_s0.tif", "t1_s1.tif" })
            TestTiff.WriteRamp(_session.In("raw", name));

        Assert.Equal("SeveralFilesOfSection,EmTools.Cmdlets.ReadEmSectionCommand", _session.Run("Read-EmSection raw").OnlyError().FullyQualifiedErrorId);
        Assert.Equal([0, 1], _session.Run("Read-EmSection raw/t1_*.tif").RequireNoErrors().Values("Index"));
    }

    [Fact]
    public void A_name_without_a_number_has_no_index_until_something_needs_one()
    {
        TestTiff.WriteRamp(_session.In("top.tif"));

        Assert.Null(_session.One("Read-EmSection top.tif").Properties["Index"].Value);
        _session.Run("Read-EmSection top.tif | Invoke-EmFilter Denoise | Write-EmSection out/quiet.tif").RequireNoErrors();
        foreach (string command in (string[])["Write-EmSection out", "Invoke-EmStack stack", "Invoke-EmFilter NonLocalMeans | Write-EmSection out"])
        {
            ErrorRecord error = _session.Run($"Read-EmSection top.tif | {command}").FirstError();
            Assert.StartsWith("NoIndex,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Equal("Section 'top.tif' has no index: the name of its file holds no number that could be its place in the stack, and this needs one. Give it with -Index when reading.", error.ToString());
        }

        _session.Run("Read-EmSection top.tif -Index 7 | Write-EmSection out").RequireNoErrors();
        Assert.True(File.Exists(_session.In("out", "00007.tif")));
    }

    [Fact]
    public void A_pattern_without_match_is_an_error_and_the_others_go_on()
    {
        TestTiff.WriteRamp(_session.In("1.tif"));

        ModuleSession.Result result = _session.Run("Read-EmSection none*.tif, gone.tif, 1.tif");

        Assert.Equal([1], result.Values("Index"));
        Assert.Equal([$"No file matches 'none*.tif' in '{_session.Folder}'. Check the path and its wildcards.", $"No file matches 'gone.tif' in '{_session.Folder}'. Check the path and its wildcards."], result.Errors.Select(e => e.ToString()));
        Assert.All(result.Errors, e => Assert.Equal(ErrorCategory.ObjectNotFound, e.CategoryInfo.Category));
        Assert.Equal(["none*.tif", "gone.tif"], result.Errors.Select(e => e.TargetObject));
    }

    [Fact]
    public void A_folder_without_sections_is_an_error()
    {
        Directory.CreateDirectory(_session.In("empty"));

        Assert.StartsWith($"Folder '{_session.In("empty")}' holds no file of sections (*.tif, *.tiff, *.png, ", _session.Run("Read-EmSection empty").OnlyError().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_bad_file_does_not_keep_the_others_from_being_read()
    {
        TestTiff.WriteRamp(_session.In("1.tif"));
        File.WriteAllText(_session.In("2.tif"), "This is no image.");
        TestTiff.WriteRamp(_session.In("3.tif"));

        ModuleSession.Result result = _session.Run("Read-EmSection *.tif");

        Assert.Equal([1, 3], result.Values("Index"));
        ErrorRecord error = result.OnlyError();
        Assert.Contains(_session.In("2.tif"), error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidData, error.CategoryInfo.Category);
        Assert.Equal(_session.In("2.tif"), error.TargetObject);
    }

    [Fact]
    public void Floats_cannot_be_inverted()
    {
        TestTiff.Write(_session.In("1.tif"), new float[2, 3]);

        Assert.Equal(
            "Section '1.tif' holds 32-bit floats, which have no largest value to invert from; read it without inversion.",
            _session.Run("Read-EmSection 1.tif -Invert").OnlyError().ToString());
    }

    [Fact]
    public void Paths_that_are_no_files_are_refused()
    {
        Assert.Equal("'Variable:/PWD' is a path of the provider Variable; give a path of the file system.", _session.Run("Read-EmSection Variable:/PWD").OnlyError().ToString());
        Assert.StartsWith("'nowhere:/1.tif' cannot be found: ", _session.Run("Read-EmSection nowhere:/1.tif").OnlyError().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_section_read_twice_gives_the_same_pixels_twice()
    {
        TestTiff.WriteRamp(_session.In("1.tif"));

        PSObject section = _session.One("Read-EmSection 1.tif -Invert | Set-IntensityOffset -Value 100");

        Array first = ModuleSession.Pixels(section);
        Assert.Equal(65535f - 1000f - 100f, first.GetValue(0, 0));
        Assert.Equal(first, ModuleSession.Pixels(section));
    }

    [Fact]
    public void Two_branches_of_a_section_do_not_see_each_other()
    {
        TestTiff.WriteRamp(_session.In("1.tif"));

        ModuleSession.Result result = _session.Run("$s = Read-EmSection 1.tif; $a = $s | Set-IntensityOffset -Value 100; $b = $s | Set-IntensityOffset -Value 300; $a; $b; $s").RequireNoErrors();

        Assert.Equal([900f, 700f, (ushort)1000], result.Output.Select(s => ModuleSession.Pixels(s).GetValue(0, 0)));
    }
}
