using System.Management.Automation;
using EmTools.Engine.Tests.Formats;

namespace EmTools.Cmdlets.Tests;

/// <summary>Planes of chunked volumes as sections, from reading to a stack.</summary>
public sealed class VolumeTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly SampleVolume _sample = new(5, 40, 48);

    public VolumeTests()
    {
        _sample.WriteZarr3(_session.In("fly.zarr"), [2, 16, 16], [4, 32, 32]);
        _sample.WritePrecomputed(_session.In("precomputed"), [2, 16, 16], gzip: true, sharded: false);
    }

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("Read-EmSection fly.zarr")]
    [InlineData("Read-EmSection fly.zarr -Dataset 0")]
    [InlineData("Read-EmSection *.zarr")]
    [InlineData("[pscustomobject] @{ FullName = 'fly.zarr' } | Read-EmSection")]
    [InlineData("[IO.DirectoryInfo] \"$PWD/fly.zarr\" | Read-EmSection")]
    [InlineData("Read-EmSection precomputed")]
    public void A_section_is_a_plane(string command)
    {
        ModuleSession.Result read = _session.Run(command).RequireNoErrors();
        Assert.Equal([0, 1, 2, 3, 4], read.Values("Index"));
        Assert.All(read.Values("VoxelSize"), size => Assert.Equal("40 x 8 x 8 nm", size!.ToString()));
        Assert.Empty(read.Warnings);
        for (int z = 0; z < 5; z++)
        {
            var pixels = (ushort[,])ModuleSession.Pixels(read.Output[z]);
            Assert.Equal((SampleVolume.Value(z, 0, 0), SampleVolume.Value(z, 39, 47)), (pixels[0, 0], pixels[39, 47]));
        }
    }

    [Fact]
    public void Planes_are_chosen_and_a_dataset_that_is_not_there_is_an_error_that_lists_them()
    {
        Assert.Equal([3, 1], _session.Run("Read-EmSection fly.zarr -Page 3, 1").RequireNoErrors().Values("Index"));
        ErrorRecord error = _session.Run("Read-EmSection fly.zarr -Dataset 7").OnlyError();
        Assert.StartsWith("DatasetNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("it holds '0'", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stack_of_planes_resumes_and_notices_a_changed_chunk()
    {
        const string Command = "Read-EmSection fly.zarr | Invoke-EmFilter Denoise | Invoke-EmStack restored";
        Assert.Equal(5, _session.One($"({Command}).Done").BaseObject);
        DateTime first = Written(0), last = Written(4);
        _session.Run(Command).RequireNoErrors();
        Assert.Equal((first, last), (Written(0), Written(4)));

        // Section 4 lies in other shards than section 0.
        string shard = _session.In("fly.zarr", "0", "c", "1", "0", "0");
        File.SetLastWriteTimeUtc(shard, File.GetLastWriteTimeUtc(shard).AddSeconds(1));
        _session.Run(Command).RequireNoErrors();
        Assert.Equal(first, Written(0));
        Assert.NotEqual(last, Written(4));

        DateTime Written(int z) => File.GetLastWriteTimeUtc(_session.In("restored", $"0000{z}.tif"));
    }

    [Theory]
    [InlineData("Write-EmSection fly.zarr/0 -Force")]
    [InlineData("Invoke-EmStack fly.zarr/out -Force")]
    public void Nothing_is_written_into_a_volume_that_is_read(string command)
    {
        Dictionary<string, DateTime> before = Files();
        ErrorRecord error = _session.Run($"Read-EmSection fly.zarr | Invoke-EmFilter Denoise | {command}").FirstError();
        Assert.StartsWith("DestinationIsSource", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(before, Files());

        Dictionary<string, DateTime> Files() => Directory.GetFiles(_session.In("fly.zarr"), "*", SearchOption.AllDirectories).ToDictionary(path => path, File.GetLastWriteTimeUtc);
    }
}
