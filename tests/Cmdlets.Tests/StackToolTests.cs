using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

/// <summary>Find-EmBackground, Move-EmSection, Export-EmChunk, New-EmStackLink.</summary>
public sealed class StackToolTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public StackToolTests()
    {
        for (int i = 3; i < 6; i++)
            TestTiff.WriteRamp(_session.In($"{i}.tif"), height: 5, width: 7);
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Background_is_found_and_taken_as_a_mask()
    {
        Array mask = ModuleSession.Pixels(_session.One("Read-EmSection 3.tif | Move-EmSection -Shift 0, -3 -Shape 5, 12 | Find-EmBackground"));
        Assert.Equal((byte)0, mask.GetValue(2, 2));
        Assert.Equal((byte)255, mask.GetValue(2, 3));
        Assert.Equal((byte)0, mask.GetValue(2, 11));

        Array filtered = ModuleSession.Pixels(_session.One("$s = Read-EmSection 3.tif | Move-EmSection -Shift 0, -3 -Shape 5, 12; $s | Invoke-EmFilter Contrast -Mask ($s | Find-EmBackground)"));
        Assert.Equal(12, filtered.GetLength(1));
    }

    [Fact]
    public void A_negative_threshold_ends_the_pipeline()
        => Assert.StartsWith("FlatThreshold", _session.Run("Read-EmSection 3.tif | Find-EmBackground -Threshold -1").RequireTerminating().FullyQualifiedErrorId, StringComparison.Ordinal);

    [Fact]
    public void Sections_move_by_their_line_of_the_table_and_others_are_errors()
    {
        File.WriteAllText(_session.In("shifts.csv"), "index,dy,dx\n3,1,2\n5,0,-1\n");

        ModuleSession.Result result = _session.Run("Read-EmSection *.tif | Move-EmSection shifts.csv");

        Assert.Equal([3, 5], result.Values("Index"));
        Assert.Equal(4, ModuleSession.TargetIndex(result.OnlyError()));
        Array source = ModuleSession.Pixels(_session.One("Read-EmSection 3.tif"));
        Array moved = ModuleSession.Pixels(result.Output[0]);
        Assert.Equal(Convert.ToSingle(source.GetValue(1, 2), null), moved.GetValue(0, 0));
        Assert.Equal(float.NaN, moved.GetValue(4, 6));
    }

    [Fact]
    public void The_written_file_tells_of_the_shift()
    {
        _session.Run("Read-EmSection 3.tif | Move-EmSection -Shift 1, -2 -Shape 6, 9 | Write-EmSection moved.tif").RequireNoErrors();

        Assert.Equal(6, _session.One("(Read-EmSection moved.tif -Index 0).Height").BaseObject);
        string description = (string)_session.One("(Read-EmSection moved.tif -Index 0).GetSource().Image.Tags.ImageDescription").BaseObject;
        Assert.Contains("\"Shift\":[1,-2],\"Shape\":[6,9]", description, StringComparison.Ordinal);
    }

    [Fact]
    public void Chunks_are_written_and_handed_on()
    {
        ModuleSession.Result result = _session.Run("Read-EmSection *.tif | Export-EmChunk out/chunk.h5 -Start 4, 1, 1 -Size 2, 3, 4 -PassThru");
        Assert.Equal([_session.In("out", "chunk.h5")], result.RequireNoErrors().Values("FullName"));

        result = _session.Run("Read-EmSection *.tif | Export-EmChunk out/tiffs -Flip Z, X -PassThru");
        Assert.Equal(["00000.tif", "00001.tif", "00002.tif"], result.RequireNoErrors().Values("Name"));
        Array source = ModuleSession.Pixels(_session.One("Read-EmSection 3.tif"));
        Array cut = ModuleSession.Pixels(_session.One("Read-EmSection out/tiffs/00002.tif"));
        Assert.Equal(source.GetValue(2, 0), cut.GetValue(2, 6));

        ErrorRecord error = _session.Run("Read-EmSection *.tif | Export-EmChunk out/chunk.h5").RequireTerminating();
        Assert.StartsWith("OutputExists", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        _session.Run("Read-EmSection *.tif | Export-EmChunk out/chunk.h5 -Force").RequireNoErrors();
    }

    [Theory]
    [InlineData("-Start 3, 0, 0 -Size 4, 1, 1", "section 6 is missing")]
    [InlineData("-Start 3, 0, 0 -Size 4, 1, 1", "Give that section too, or choose a start and a size in z that leave it out.")]
    [InlineData("-Start 9, 0, 0", "beyond the stack")]
    [InlineData("-Start 9, 0, 0", "give a -Start of at most 5, ")]
    [InlineData("-Start 3, 0, 0 -Size 1, 999, 1", "choose a start and a size with which it ends at row ")]
    public void A_box_that_does_not_fit_ends_the_cmdlet_and_writes_nothing(string box, string message)
    {
        ErrorRecord error = _session.Run("Read-EmSection *.tif | Export-EmChunk none.h5 " + box).RequireTerminating();
        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(_session.In("none.h5")));
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        _session.Run("Read-EmSection *.tif | Export-EmChunk none.h5 -WhatIf; New-EmStackLink *.tif -Destination links -WhatIf").RequireNoErrors();
        Assert.False(File.Exists(_session.In("none.h5")));
        Assert.False(Directory.Exists(_session.In("links")));
    }

    [Fact]
    public void Links_number_the_files_of_a_list()
    {
        ModuleSession.Result result = _session.Run("New-EmStackLink 5.tif, none.tif, 3.tif -Destination links -FirstIndex 10 -PassThru");

        Assert.Equal(["00010.tif", "00012.tif"], result.Values("Name"));
        Assert.Contains("none.tif", result.OnlyError().ToString(), StringComparison.Ordinal);
        Assert.Equal(_session.In("3.tif"), new FileInfo(_session.In("links", "00012.tif")).LinkTarget);
        Assert.Equal([10, 12], _session.Run("Read-EmSection links").RequireNoErrors().Values("Index"));

        Assert.StartsWith("OutputExists", _session.Run("New-EmStackLink 4.tif -Destination links -FirstIndex 10").OnlyError().FullyQualifiedErrorId, StringComparison.Ordinal);
        _session.Run("New-EmStackLink 4.tif -Destination links -FirstIndex 10 -Force").RequireNoErrors();
        Assert.Equal(_session.In("4.tif"), new FileInfo(_session.In("links", "00010.tif")).LinkTarget);
    }

    [Fact]
    public void A_file_is_never_replaced_by_a_link()
    {
        File.Copy(_session.In("3.tif"), _session.In("00000.tif"));
        ErrorRecord error = _session.Run("New-EmStackLink 4.tif -Destination . -Force").OnlyError();
        Assert.StartsWith("LinkIsFile", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Null(new FileInfo(_session.In("00000.tif")).LinkTarget);
    }
}
