using System.Management.Automation;
using System.Text.Json;

namespace EmTools.Cmdlets.Tests;

public sealed class WriteEmSectionTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public WriteEmSectionTests()
    {
        TestTiff.WriteRamp(_session.In("raw", "s5.tif"));
        TestTiff.WriteRamp(_session.In("raw", "s6.tif"));
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_folder_gets_files_named_by_five_digits_of_the_index()
    {
        ModuleSession.Result result = _session.Run("Read-EmSection raw | Write-EmSection new/restored").RequireNoErrors();

        Assert.Empty(result.Output);
        Assert.Equal(["00005.tif", "00006.tif"], FilesIn("new", "restored"));
    }

    [Fact]
    public void What_was_written_reads_back()
    {
        PSObject section = _session.One("Read-EmSection raw/s5.tif | Set-IntensityOffset -Value 1000 | Write-EmSection out; Read-EmSection out");

        Assert.Equal("Single", section.Properties["PixelType"].Value.ToString());
        Assert.Equal(23f, ModuleSession.Pixels(section).GetValue(2, 3));
    }

    [Theory]
    [InlineData("None")]
    [InlineData("Lzw")]
    [InlineData("deflate")]
    public void All_compressions_read_back(string compression)
        => Assert.Equal((ushort)1023, ModuleSession.Pixels(_session.One("Read-EmSection raw/s5.tif | Write-EmSection out -Compression $args[0]; Read-EmSection out", compression)).GetValue(2, 3));

    [Fact]
    public void A_compression_that_is_only_read_is_refused()
        => Assert.Contains("None,Lzw,Deflate", _session.Run("Read-EmSection raw/s5.tif | Write-EmSection out -Compression PackBits").RequireTerminating().ToString(), StringComparison.Ordinal);

    [Fact]
    public void One_section_may_go_to_a_file()
    {
        _session.Run("Read-EmSection raw/s5.tif | Write-EmSection best.TIFF").RequireNoErrors();

        Assert.True(File.Exists(_session.In("best.TIFF")));
    }

    [Fact]
    public void A_second_section_for_the_same_file_is_an_error_even_with_Force()
    {
        ErrorRecord error = _session.Run("Read-EmSection raw | Write-EmSection best.tif -Force").OnlyError();

        Assert.Equal($"Section 6 (s6.tif) cannot be written to '{_session.In("best.tif")}': section 5 (s5.tif) of the same pipeline goes there. Give a folder for several sections.", error.ToString());
        Assert.Equal("DestinationTaken,EmTools.Cmdlets.WriteEmSectionCommand", error.FullyQualifiedErrorId);
        Assert.Equal(5, _session.One("Read-EmSection best.tif -Index 5").Properties["Index"].Value);
    }

    [Fact]
    public void Two_sections_of_one_index_do_not_replace_each_other()
    {
        ErrorRecord error = _session.Run("$s = Read-EmSection raw/s5.tif; $s, $s | Write-EmSection out").OnlyError();

        Assert.EndsWith("Give the sections different indices.", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Existing_files_stay_unless_forced_and_the_others_go_on()
    {
        Directory.CreateDirectory(_session.In("out"));
        File.WriteAllText(_session.In("out", "00005.tif"), "mine");

        ErrorRecord error = _session.Run("Read-EmSection raw | Write-EmSection out").OnlyError();

        Assert.Equal($"'{_session.In("out", "00005.tif")}' exists already and is left as it is. Choose another destination, or have it written over. -Force does that.", error.ToString());
        Assert.Equal("OutputExists,EmTools.Cmdlets.WriteEmSectionCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ResourceExists, error.CategoryInfo.Category);
        Assert.Equal(5, ModuleSession.TargetIndex(error));
        Assert.Equal("mine", File.ReadAllText(_session.In("out", "00005.tif")));
        Assert.Equal(["00005.tif", "00006.tif"], FilesIn("out"));

        _session.Run("Read-EmSection raw/s5.tif | Write-EmSection out -Force").RequireNoErrors();
        Assert.Equal(5, _session.One("Read-EmSection out/00005.tif").Properties["Index"].Value);
    }

    [Fact]
    public void A_section_is_never_written_over_its_own_file()
    {
        string path = TestTiff.WriteRamp(_session.In("00007.tif"));
        byte[] before = File.ReadAllBytes(path);

        ErrorRecord error = _session.Run("Read-EmSection 00007.tif -Invert | Write-EmSection . -Force").OnlyError();

        Assert.Equal($"Section 7 (00007.tif) cannot be written over a file that is read here: '{path}'. Choose another destination.", error.ToString());
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void Sections_that_are_still_to_be_read_are_not_written_over()
    {
        byte[] before = File.ReadAllBytes(_session.In("raw", "s6.tif"));
        File.Move(_session.In("raw", "s5.tif"), _session.In("raw", "00005.tif"));
        File.Move(_session.In("raw", "s6.tif"), _session.In("raw", "00006.tif"));
        ErrorRecord error = _session.Run("Read-EmSection raw/*.tif -Index 6 | Set-IntensityOffset -Value 1 | Write-EmSection raw -Force").FirstError();
        Assert.StartsWith("DestinationIsSource", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_session.In("raw", "00006.tif")));
    }

    /// <summary>The same where the program wrote the files that are read, and where these lie in several folders.</summary>
    [Theory]
    [InlineData("Read-EmSection one/*.tif -Index 6 | Write-EmSection one -Force")]
    [InlineData("Read-EmSection raw/s5.tif, one/00006.tif -Index 6 | Write-EmSection one -Force")]
    [InlineData("'one/00005.tif', 'one/00006.tif' | Read-EmSection -Index 6 | Write-EmSection one -Force")]
    [InlineData("& { Read-EmSection one/00005.tif -Index 6; Read-EmSection one/00006.tif -Index 7 } | Write-EmSection one -Force")]
    [InlineData("& { Read-EmSection raw/s5.tif -Index 6; Read-EmSection one/00006.tif -Index 7 } | Write-EmSection one -Force")]
    [InlineData("& { Read-EmSection raw/s6.tif; Read-EmSection one/00006.tif } | Write-EmSection one -Force")]
    [InlineData("& { Read-EmSection raw/s6.tif; Read-EmSection raw/s5.tif | Invoke-EmFilter Destripe -Mask one/00006.tif } | Write-EmSection one -Force")]
    public void Files_that_are_listed_to_be_read_are_not_written_over(string command)
    {
        _session.Run("Read-EmSection raw | Set-IntensityOffset -Value 0 | Write-EmSection one").RequireNoErrors();
        byte[] before = File.ReadAllBytes(_session.In("one", "00006.tif"));
        Assert.Contains(_session.Run(command).Errors, error => error.FullyQualifiedErrorId.StartsWith("DestinationIsSource", StringComparison.Ordinal));
        Assert.Equal(before, File.ReadAllBytes(_session.In("one", "00006.tif")));
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        _session.Run("Read-EmSection raw | Write-EmSection out -WhatIf").RequireNoErrors();

        Assert.False(Directory.Exists(_session.In("out")));
    }

    [Fact]
    public void PassThru_hands_on_the_files()
    {
        PSObject file = _session.One("Read-EmSection raw/s5.tif | Write-EmSection out -PassThru");

        FileInfo info = Assert.IsType<FileInfo>(file.BaseObject);
        Assert.Equal(_session.In("out", "00005.tif"), info.FullName);
        Assert.True(info.Length > 100);
    }

    [Fact]
    public void Written_files_can_be_read_on()
        => Assert.Equal([5, 6], _session.Run("Read-EmSection raw | Write-EmSection out -PassThru | Read-EmSection").RequireNoErrors().Values("Index"));

    [Fact]
    public void A_destination_that_is_an_ordinary_file_ends_the_pipeline()
    {
        File.WriteAllText(_session.In("notes"), "mine");

        Assert.Equal(
            $"'{_session.In("notes")}' is a file and not a folder; give a folder, or a file that ends in .tif or .tiff.",
            _session.Run("Read-EmSection raw | Write-EmSection notes").RequireTerminating().ToString());
    }

    [Fact]
    public void A_section_that_fails_does_not_stop_the_others()
    {
        ErrorRecord error = _session.Run("$all = Read-EmSection raw; [System.IO.File]::Delete($all[0].Path); $all | Write-EmSection out").OnlyError();

        Assert.Contains("s5.tif", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(5, ModuleSession.TargetIndex(error));
        Assert.Equal(["00006.tif"], FilesIn("out"));
    }

    [Fact]
    public void Verbose_tells_the_time_of_each_stage()
    {
        ModuleSession.Result result = _session.Run("Read-EmSection raw/s5.tif | Set-IntensityOffset -Value 1 | Write-EmSection out -Verbose").RequireNoErrors();

        Assert.Contains(result.Verbose, line => line.StartsWith("Section 5 (s5.tif): Read took 0.", StringComparison.Ordinal));
        Assert.Contains(result.Verbose, line => line.StartsWith("Section 5 (s5.tif): IntensityOffset took 0.", StringComparison.Ordinal));
    }

    [Fact]
    public void Progress_is_shown_and_taken_away()
    {
        IReadOnlyList<ProgressRecord> progress = _session.Run("Read-EmSection raw/s5.tif | Write-EmSection out").RequireNoErrors().Progress;

        Assert.Equal("Computing: 0 of up to 1 sections. Section 5 (s5.tif): Read", progress[0].StatusDescription);
        Assert.Equal(ProgressRecordType.Completed, progress[^1].RecordType);
    }

    [Fact]
    public void The_file_says_what_was_done()
    {
        _session.Run("Read-EmSection raw/s5.tif | Set-IntensityOffset -Value 12.5 | Write-EmSection out -Compression None").RequireNoErrors();

        string text = File.ReadAllText(_session.In("out", "00005.tif"), System.Text.Encoding.Latin1);
        int start = text.IndexOf("{\"", StringComparison.Ordinal);
        Assert.True(start >= 0, "no JSON in the file");
        var reader = new Utf8JsonReader(System.Text.Encoding.Latin1.GetBytes(text[start..]), isFinalBlock: false, default);
        using JsonDocument description = JsonDocument.ParseValue(ref reader);
        Assert.Contains("12.5", description.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    private string[] FilesIn(params string[] parts) => [.. Directory.GetFiles(_session.In(parts)).Select(path => Path.GetFileName(path)).Order()];
}
