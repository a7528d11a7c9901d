using System.Management.Automation;
using System.Text.Json.Nodes;

namespace EmTools.Cmdlets.Tests;

/// <summary>What goes on counting from the section as it was read, and what is refused of sections that were cropped at different places.</summary>
public sealed class CroppedSectionTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public CroppedSectionTests()
    {
        for (int i = 0; i < 3; i++)
            TestTiff.WriteRamp(_session.In("raw", $"{i}.tif"), 40, 60);
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_calibration_of_the_uncropped_stack_serves_crops()
    {
        _session.Run("New-EmPhantom -Count 8 -Height 192 -Width 192 -Destination ph; Read-EmSection ph/raw -Invert | Measure-EmStack calib").RequireNoErrors();

        PSObject cropped = _session.One("Read-EmSection ph/raw/00003.tif -Invert | Invoke-EmFilter Crop -Region 40, 50, 64, 80 | Set-EmIntensityOffset -Calibration calib | Remove-EmBackground -Calibration calib");
        PSObject whole = _session.One("Read-EmSection ph/raw/00003.tif -Invert | Set-EmIntensityOffset -Calibration calib | Remove-EmBackground -Calibration calib | Invoke-EmFilter Crop -Region 40, 50, 64, 80");

        Assert.Equal(ModuleSession.Pixels(whole), ModuleSession.Pixels(cropped));
    }

    [Fact]
    public void Neighbours_of_other_places_are_refused()
    {
        ModuleSession.Result result = _session.Run("Read-EmSection raw | ForEach-Object { $_ | Invoke-EmFilter Crop -Region (2 * $_.Index), 0, 20, 30 } | Invoke-EmFilter NonLocalMeans -Radius 1");

        Assert.Equal(["NeighbourPlace", "NeighbourPlace"], result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Contains("cropped at different places", result.Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Invoke-EmFilter Crop -Region 4, 4, 20, 30", "Invoke-EmFilter Crop -Region 4, 4, 20, 30", null)]
    [InlineData("Invoke-EmFilter Crop -Region 4, 4, 20, 30", "Invoke-EmFilter Crop -Region 4, 5, 20, 30", "ReferencePlace")]
    [InlineData("Invoke-EmFilter Crop -Region 4, 4, 20, 30", "Invoke-EmFilter Bin -Factor 2", "ReferencePlace")]
    public void A_reference_lies_where_its_section_lies(string section, string reference, string? error)
    {
        ModuleSession.Result result = _session.Run($"$given = Read-EmSection raw | {reference}; Read-EmSection raw | {section} | Invoke-EmFilter NonLocalMeans -Radius 1 -Reference $given");
        Assert.Null(result.Terminating);
        Assert.Equal(error is null ? [] : Enumerable.Repeat(error, 3), result.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
    }

    [Fact]
    public void A_stack_is_not_measured_of_crops_of_different_places()
    {
        ModuleSession.Result result = _session.Run("Read-EmSection raw | ForEach-Object { $_ | Invoke-EmFilter Crop -Region $_.Index, 0, 20, 30 } | Measure-EmStack calib -Step Measure");
        Assert.Contains(result.Errors, error => error.FullyQualifiedErrorId.StartsWith("SectionPlacesDiffer,", StringComparison.Ordinal));
    }

    [Fact]
    public void The_output_tells_the_size_of_its_source()
    {
        _session.Run("Read-EmSection raw/0.tif | Invoke-EmFilter Crop -Region 4, 5, 20, 30 | Invoke-EmFilter Bin | Write-EmSection out").RequireNoErrors();

        JsonNode source = JsonNode.Parse(_session.One("(Read-EmSection out/00000.tif).GetSource().Image.Tags.ImageDescription").ToString())!["source"]!;
        Assert.Equal((40, 60), (source["height"]!.GetValue<int>(), source["width"]!.GetValue<int>()));
    }

    [Fact]
    public void A_chunk_counts_from_the_uncropped_section()
    {
        _session.Run("Read-EmSection raw | Invoke-EmFilter Crop -Region 10, 20, 20, 30 | Export-EmChunk -Destination whole.h5").RequireNoErrors();
        _session.Run("Read-EmSection raw | Invoke-EmFilter Crop -Region 10, 20, 20, 30 | Export-EmChunk -Destination part -Start 1, 12, 24 -Size 1, 3, 4").RequireNoErrors();

        JsonNode chunk = JsonNode.Parse(_session.One("(Read-EmSection part/00000.tif).GetSource().Image.Tags.ImageDescription").ToString())!["chunk"]!;
        Assert.Equal("[1,12,24]", chunk["start"]!.ToJsonString());
        Assert.Equal((ushort)(1000 + 10 * 12 + 24), ModuleSession.Pixels(_session.One("Read-EmSection part/00000.tif")).GetValue(0, 0));
        Assert.Equal((ushort)(1000 + 10 * 10 + 20), ModuleSession.Pixels(_session.Run("Read-EmSection whole.h5").RequireNoErrors().Output[0]).GetValue(0, 0));
        ErrorRecord error = _session.Run("Read-EmSection raw | Invoke-EmFilter Crop -Region 10, 20, 20, 30 | Export-EmChunk -Destination out.h5 -Start 0, 0, 24 -Size 1, 3, 4").FirstError();
        Assert.Contains("was cropped to begin at (10, 20)", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_only_cropped_is_not_looked_at()
    {
        TestTiff.Write(_session.In("flat.tif"), new ushort[40, 60]);
        Assert.Empty(_session.Run("Read-EmSection flat.tif -Index 0 | Invoke-EmFilter Crop -Region 4, 5, 20, 30 | Write-EmSection out").RequireNoErrors().Warnings);
    }
}
