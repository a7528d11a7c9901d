using System.Management.Automation;
using System.Text.Json.Nodes;

namespace EmTools.Cmdlets.Tests;

/// <summary>Sections into volumes and back, through the built module.</summary>
public sealed class ExportEmVolumeTests : IDisposable
{
    private const string Small = "-ChunkSize 4, 16, 16 -ShardSize 8, 32, 32 -VoxelSize 40, 8, 8";

    private readonly ModuleSession _session = new();

    public ExportEmVolumeTests()
    {
        for (int i = 0; i < 11; i++)
        {
            if (i != 6)
                TestTiff.WriteRamp(_session.In("raw", $"{20 + i}.tif"), 50, 70);
        }
    }

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("OmeZarr", "fly.zarr")]
    [InlineData("OmeZarr04", "fly.zarr")]
    [InlineData("Precomputed", "fly")]
    [InlineData("Mrc", "fly.mrc")]
    [InlineData("Hdf5", "fly.h5")]
    public void A_folder_becomes_a_volume_that_reads_as_the_sections(string format, string name)
    {
        ModuleSession.Result written = _session.Run($"Export-EmVolume {name} -Path raw -Format {format} {Small}").RequireNoErrors();
        PSObject info = Assert.Single(written.Output);
        Assert.Equal((info.Properties["Sections"].Value, 0), (info.Properties["Done"].Value, info.Properties["ExitCode"].Value));
        Assert.Contains("1 section is missing between the first and the last; the volume is 0 there, and its metadata say so.", written.Warnings);

        ModuleSession.Result read = _session.Run($"Read-EmSection {name}").RequireNoErrors();
        Assert.Equal(11, read.Output.Count);
        Assert.All(read.Values("VoxelSize"), size => Assert.Equal("40 x 8 x 8 nm", size!.ToString()));
        Assert.All(read.Output, (section, z) => Assert.Equal(z == 6 ? 0 : 1000 + 10 * 49 + 69, Convert.ToInt32(ModuleSession.Pixels(section).GetValue(49, 69), null)));
        Assert.Empty(read.Warnings);

        // Given again, nothing is written; verified, all is sound.
        DateTime before = LastWrite(name);
        _session.Run($"Export-EmVolume {name} -Path raw -Format {format} {Small}").RequireNoErrors();
        Assert.Equal(before, LastWrite(name));
        Assert.Equal(0, _session.One($"(Test-EmStack {name}).ExitCode").BaseObject);
        Assert.Equal(info.Properties["Sections"].Value, _session.One($"(Get-EmStack {name}).Done").BaseObject);
    }

    [Fact]
    public void Steps_are_done_on_the_way_and_stand_in_the_metadata()
    {
        _session.Run($"Read-EmSection raw -Invert | Set-EmIntensityOffset -Value 100 | Invoke-EmFilter Crop -Region 2, 4, 40, 60 | Export-EmVolume fly.zarr {Small}").RequireNoErrors();

        Array pixels = ModuleSession.Pixels(_session.Run("Read-EmSection fly.zarr").RequireNoErrors().Output[0]);
        Assert.Equal((40, 60), (pixels.GetLength(0), pixels.GetLength(1)));
        Assert.Equal(65535f - (1000 + 20 + 4) - 100, pixels.GetValue(0, 0));
        JsonNode own = JsonNode.Parse(File.ReadAllText(_session.In("fly.zarr", "zarr.json")))!["attributes"]!["emtools"]!;
        Assert.Equal(["IntensityOffset", "Crop"], own["firstSection"]!["steps"]!.AsArray().Select(step => step!["step"]!.GetValue<string>()));
        Assert.Equal(("26", 20), (own["missingSections"]!.GetValue<string>(), own["firstIndex"]!.GetValue<int>()));
    }

    [Fact]
    public void Sections_in_memory_are_written_at_once()
    {
        ModuleSession.Result written = _session.Run($"New-EmPhantom -Count 9 -Height 64 -Width 64 | Export-EmVolume phantom.zarr {Small}").RequireNoErrors();

        Assert.Equal("phantom.zarr", Assert.Single(written.Output).Properties["Name"].Value);
        Assert.Equal(["phantom.zarr", "raw"], Directory.GetFileSystemEntries(_session.Folder).Select(Path.GetFileName).Order());
        Assert.Equal(9, _session.Run("Read-EmSection phantom.zarr").RequireNoErrors().Output.Count);
    }

    [Fact]
    public void A_gap_among_sections_in_memory_is_told_too()
    {
        ModuleSession.Result written = _session.Run($"New-EmPhantom -Count 9 -Height 64 -Width 64 | Where-Object Index -ne 4 | Export-EmVolume phantom.zarr {Small}").RequireNoErrors();
        Assert.Equal(["1 section is missing between the first and the last; the volume is 0 there, and its metadata say so."], written.Warnings);
    }

    [Theory]
    [InlineData("Export-EmVolume fly.zarr -Path fly.zarr -LevelCount 2 -Force")]
    [InlineData("Export-EmVolume fly.zarr -Path fly.zarr/0 -LevelCount 2 -Force")]
    [InlineData("Export-EmVolume fly.zarr -Path fly.zarr/0 -LevelCount 3")]
    [InlineData("Read-EmSection fly.zarr | Export-EmVolume fly.zarr/again.zarr -Force")]
    [InlineData("Read-EmSection fly.zarr | Invoke-EmFilter Denoise | Export-EmVolume fly.zarr -Force")]
    public void A_volume_that_is_read_is_never_removed(string command)
    {
        _session.Run($"Export-EmVolume fly.zarr -Path raw {Small} -LevelCount 3").RequireNoErrors();
        string[] before = Directory.GetFileSystemEntries(_session.In("fly.zarr"), "*", SearchOption.AllDirectories);

        Assert.StartsWith("DestinationIsSource,", _session.Run($"{command} {Small}").RequireTerminating().FullyQualifiedErrorId, StringComparison.Ordinal);

        Assert.Equal(before, Directory.GetFileSystemEntries(_session.In("fly.zarr"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_volume_is_converted_by_reading_and_writing()
    {
        _session.Run($"Export-EmVolume fly.zarr -Path raw {Small}; Read-EmSection fly.zarr | Export-EmVolume fly -Format Precomputed -ChunkSize 4, 16, 16 -ShardSize 8, 32, 32; Export-EmVolume back.zarr -Path fly -Format OmeZarr04 -ChunkSize 3, 11, 13 -ShardSize 6, 22, 26").RequireNoErrors();

        PSObject[] first = [.. _session.Run("Read-EmSection raw").RequireNoErrors().Output], last = [.. _session.Run("Read-EmSection back.zarr").RequireNoErrors().Output];
        Assert.Equal(ModuleSession.Pixels(first[3]), ModuleSession.Pixels(last[3]));
        Assert.Equal("40 x 8 x 8 nm", last[0].Properties["VoxelSize"].Value.ToString());
    }

    [SkippableFact]
    public void What_would_be_written_is_told_and_not_done()
    {
        string told = Pwsh.Run("-Command", $"Import-Module '{ModuleSession.Manifest}'; Set-Location '{_session.Folder}'; Export-EmVolume fly.zarr -Path raw {Small} -LevelCount 2 -WhatIf").Text;
        Assert.Contains("Compute and write 6 of 6 blocks on this machine: 2 levels, 16 files, 0", told, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_session.In("fly.zarr")));
    }

    [Theory]
    [InlineData("Export-EmVolume out.zarr -Path raw", "NoVoxelSize")]
    [InlineData("Export-EmVolume out.zarr -Path raw -VoxelSize 8, 8, 0", "VoxelSize")]
    [InlineData("Export-EmVolume out.zarr -Path raw -VoxelSize 8, 8, 8 -ShardSize 100, 100, 100", "ShardSize")]
    [InlineData("Export-EmVolume out.zarr -Path raw -VoxelSize 8, 8, 8 -Compression Jpeg", "VolumeCompression")]
    [InlineData("Export-EmVolume raw -Path raw -VoxelSize 8, 8, 8", "DestinationIsSource")]
    [InlineData("Export-EmVolume there -Path raw -VoxelSize 8, 8, 8", "DestinationExists")]
    [InlineData("Export-EmVolume raw/20.tif -Path raw -VoxelSize 8, 8, 8 -Format Mrc", "DestinationIsSource")]
    [InlineData("(Read-EmSection raw) + (Read-EmSection small.tif -Index 99) | Export-EmVolume out.zarr -VoxelSize 8, 8, 8", "SectionOfOtherKind")]
    [InlineData("(Read-EmSection raw) + (Read-EmSection raw/20.tif) | Export-EmVolume out.zarr -VoxelSize 8, 8, 8", "IndexTwice")]
    [InlineData("New-EmPhantom -Count 2 -Height 64 -Width 64 | Export-EmVolume out.zarr -VoxelSize 8, 8, 8 -Scheduler Slurm", "SectionNotAFile")]
    public void What_cannot_be_is_told_before_anything_is_written(string command, string error)
    {
        TestTiff.WriteRamp(_session.In("small.tif"));
        TestTiff.WriteRamp(_session.In("there", "0.tif"));
        string[] before = Directory.GetFileSystemEntries(_session.Folder, "*", SearchOption.AllDirectories);

        Assert.StartsWith(error + ",", _session.Run(command).RequireTerminating().FullyQualifiedErrorId, StringComparison.Ordinal);

        Assert.Equal(before, Directory.GetFileSystemEntries(_session.Folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_volume_of_other_settings_is_written_anew_only_when_asked_for()
    {
        _session.Run($"Export-EmVolume fly.zarr -Path raw {Small} -LevelCount 3").RequireNoErrors();
        Assert.StartsWith("VolumeDiffers,", _session.Run($"Export-EmVolume fly.zarr -Path raw {Small} -LevelCount 2").RequireTerminating().FullyQualifiedErrorId, StringComparison.Ordinal);

        _session.Run($"Export-EmVolume fly.zarr -Path raw {Small} -LevelCount 2 -Force").RequireNoErrors();

        Assert.Equal(["0", "1"], Directory.GetDirectories(_session.In("fly.zarr")).Select(Path.GetFileName).Where(name => name![0] != '.').Order());
        Assert.StartsWith("DestinationIsSource,", _session.Run($"Export-EmVolume raw -Path raw {Small} -Force").RequireTerminating().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_that_is_damaged_is_told_and_the_rest_is_taken_up_again()
    {
        byte[] sound = File.ReadAllBytes(_session.In("raw", "29.tif"));
        ModuleSession.Result failed = _session.Run($"$s = Read-EmSection raw; [IO.File]::WriteAllBytes($args[0], $args[1]); $s | Export-EmVolume fly.zarr {Small}", _session.In("raw", "29.tif"), sound[..300]);
        Assert.Contains(failed.Errors, error => error.ToString().Contains("29.tif", StringComparison.Ordinal));
        Assert.Equal(1, failed.Output[^1].Properties["ExitCode"].Value);
        Assert.Contains("blocks that are not written yet are read as 0", Assert.Single(_session.Run("Read-EmSection fly.zarr").RequireNoErrors().Warnings), StringComparison.Ordinal);

        File.WriteAllBytes(_session.In("raw", "29.tif"), sound);
        Assert.Equal(0, _session.One("(Restart-EmStack fly.zarr).ExitCode").BaseObject);
        Assert.Empty(_session.Run("Read-EmSection fly.zarr").RequireNoErrors().Warnings);
    }

    private DateTime LastWrite(string name)
    {
        string path = _session.In(name);
        return File.Exists(path) ? File.GetLastWriteTimeUtc(path) : Directory.GetFiles(path, "*", SearchOption.AllDirectories).Where(file => !file.Contains(".emstack", StringComparison.Ordinal) && Path.GetFileName(file) is not ("info" or "provenance" or "zarr.json" or ".zarray" or ".zattrs" or ".zgroup")).Max(File.GetLastWriteTimeUtc);
    }
}
