using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Volumes;

namespace EmTools.Engine.Tests.Volumes;

/// <summary>What is written is what is read again, level by level.</summary>
public sealed class VolumeWriteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<VolumeFormat, PixelType, bool, VolumeCompression?> Chunked { get; } = new()
    {
        { VolumeFormat.OmeZarr, PixelType.UInt8, false, null },
        { VolumeFormat.OmeZarr, PixelType.UInt16, false, VolumeCompression.Gzip },
        { VolumeFormat.OmeZarr, PixelType.Single, false, VolumeCompression.None },
        { VolumeFormat.OmeZarr, PixelType.UInt16, true, null },
        { VolumeFormat.OmeZarr04, PixelType.UInt8, true, VolumeCompression.Gzip },
        { VolumeFormat.OmeZarr04, PixelType.UInt16, true, null },
        { VolumeFormat.OmeZarr04, PixelType.Single, true, VolumeCompression.None },
        { VolumeFormat.Precomputed, PixelType.UInt8, false, null },
        { VolumeFormat.Precomputed, PixelType.UInt16, false, VolumeCompression.None },
        { VolumeFormat.Precomputed, PixelType.Single, true, null },
    };

    [Theory]
    [MemberData(nameof(Chunked))]
    public void All_levels_are_means_of_the_one_below(VolumeFormat format, PixelType type, bool loose, VolumeCompression? compression)
    {
        var sample = new VolumeSamples(type);
        VolumeChoice choice = VolumeSamples.Choice(format) with { NoShard = loose, Compression = compression };
        string path = _folder.File("volume");
        VolumeBuild.Write(sample.Sections(), path, choice, null, new EvaluationContext { Threads = 2 });

        Assert.Equal(["volume"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        IReadOnlyList<VolumeLevel> levels = VolumePyramid.Of(choice.For(sample.Shape, VolumeSamples.FirstIndex, type, VolumeSamples.Voxel, wholeSections: true));
        Assert.Equal([new(1, 1, 1), new(1, 2, 2), new(2, 2, 2), new(2, 2, 2)], levels.Select(level => level.Step));
        double[] expected = sample.Values();
        foreach (VolumeLevel level in levels)
        {
            if (level.Number > 0)
                expected = sample.MeansOf(expected, levels[level.Number - 1].Shape, level.Step);
            string name = format == VolumeFormat.Precomputed ? FormattableString.Invariant($"{level.VoxelSize.X}_{level.VoxelSize.Y}_{level.VoxelSize.Z}") : $"{level.Number}";
            Assert.Equal(expected, VolumeSamples.Read(path, name));
            Assert.Equal(level.VoxelSize, ImageFile.Open(path, new ImageOptions { Dataset = name })[0].VoxelSize);
        }
    }

    [Theory]
    [InlineData(VolumeFormat.Mrc, PixelType.UInt8)]
    [InlineData(VolumeFormat.Mrc, PixelType.UInt16)]
    [InlineData(VolumeFormat.Mrc, PixelType.Single)]
    [InlineData(VolumeFormat.Hdf5, PixelType.UInt8)]
    [InlineData(VolumeFormat.Hdf5, PixelType.UInt16)]
    [InlineData(VolumeFormat.Hdf5, PixelType.Single)]
    public void A_single_file_holds_the_voxels_and_their_size(VolumeFormat format, PixelType type)
    {
        var sample = new VolumeSamples(type);
        string path = _folder.File(format == VolumeFormat.Mrc ? "volume.mrc" : "volume.h5");
        VolumeBuild.Write(sample.Sections(), path, VolumeSamples.Choice(format) with { LevelCount = null }, null, new EvaluationContext { Threads = 2 });

        Assert.Equal(sample.Values(), VolumeSamples.Read(path, null));
        StoredImage first = ImageFile.Open(path)[0];
        Assert.Equal(20, first.VoxelSize!.Z!.Value, 1e-4);
        Assert.Equal(8, first.VoxelSize.X, 1e-4);
        Assert.Equal([Path.GetFileName(path)], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Jpeg_is_near_and_smaller()
    {
        VolumeChoice choice = VolumeSamples.Choice(VolumeFormat.Precomputed) with { ChunkSize = new(16, 64, 64), ShardSize = new(32, 128, 128), Compression = VolumeCompression.Jpeg, Quality = 95, LevelCount = 1 };
        EmSection[] smooth = [.. Enumerable.Range(0, 20).Select(z => new EmSection(new PixelSource(Plane.Make<byte>(90, 141, plane =>
        {
            for (int y = 0; y < 90; y++)
            {
                for (int x = 0; x < 141; x++)
                    plane.Row(y)[x] = (byte)(128 + 50 * Math.Sin((x + z) / 9.0) + 40 * Math.Cos(y / 11.0));
            }
        })), z, voxelSize: VolumeSamples.Voxel))];
        VolumeBuild.Write(smooth, _folder.File("volume"), choice, null, EvaluationContext.Default);

        double[] read = VolumeSamples.Read(_folder.File("volume"), null);
        double worst = read.Select((value, i) => Math.Abs(value - (byte)(128 + 50 * Math.Sin((i % 141 + i / (90 * 141)) / 9.0) + 40 * Math.Cos(i / 141 % 90 / 11.0)))).Max();
        Assert.InRange(worst, 0, 6);
        Assert.True(Directory.GetFiles(_folder.File("volume"), "*.shard", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) < read.Length / 4);
    }

    [Fact]
    public void Floats_that_are_not_a_number_do_not_spread()
    {
        using Plane<float> plane = Plane.Rent<float>(4, 4);
        for (int y = 0; y < 4; y++)
            plane.Row(y).Fill(y < 2 ? float.NaN : 8);
        plane.Row(0)[0] = 3;
        byte[] voxels = new byte[4 * 4 * sizeof(float)], means = new byte[2 * 2 * sizeof(float)];
        for (int y = 0; y < 4; y++)
            plane.RowBytes(y).CopyTo(voxels.AsSpan(y * 16));

        BoxMeans.Of(PixelType.Single, voxels, new GridSize(1, 4, 4), new GridSize(1, 2, 2), means, 2, 4);

        Assert.Equal([3f, float.NaN, 8f, 8f], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(means).ToArray());
    }

    [Theory]
    [InlineData(VolumeFormat.OmeZarr)]
    [InlineData(VolumeFormat.Mrc)]
    [InlineData(VolumeFormat.Hdf5)]
    public void Sections_that_are_computed_are_computed_once(VolumeFormat format)
    {
        var sources = VolumeSamples.Sections(new VolumeSamples(PixelType.UInt16), out EmSection[] sections);
        VolumeBuild.Write(sections, _folder.File("volume"), VolumeSamples.Choice(format) with { LevelCount = null }, null, new EvaluationContext { Threads = 2 });
        Assert.All(sources, source => Assert.Equal(1, source.Reads));
    }

    [Fact]
    public void What_lies_there_is_never_written_over_nor_removed()
    {
        Directory.CreateDirectory(_folder.File("volume"));
        File.WriteAllText(_folder.File("volume/notes.txt"), "mine");
        EmSection[] sections = new VolumeSamples(PixelType.UInt8).Sections();

        Assert.Equal("DestinationExists", Assert.Throws<EmException>(() => VolumeBuild.Write(sections, _folder.File("volume"), VolumeSamples.Choice(VolumeFormat.OmeZarr), null, EvaluationContext.Default)).Id);

        Assert.Equal(["volume", "volume/notes.txt"], _folder.Content());
    }

    [Fact]
    public void A_volume_that_cannot_be_written_leaves_nothing()
    {
        EmSection[] sections = new VolumeSamples(PixelType.UInt8).Sections();
        using var stop = new CancellationTokenSource();
        var context = new EvaluationContext { Cancellation = stop.Token, OnStage = stage => { if (stage.Number == 2) stop.Cancel(); } };

        Assert.ThrowsAny<OperationCanceledException>(() => VolumeBuild.Write(sections, _folder.File("volume"), VolumeSamples.Choice(VolumeFormat.OmeZarr), null, context));

        Assert.Empty(_folder.Content());
    }
}
