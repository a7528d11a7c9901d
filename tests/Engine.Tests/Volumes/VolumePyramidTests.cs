using EmTools.Engine.Imaging;
using EmTools.Engine.Volumes;

namespace EmTools.Engine.Tests.Volumes;

/// <summary>Levels, their steps and their places; and the blocks that they are written in.</summary>
public sealed class VolumePyramidTests
{
    [Fact]
    public void Isotropic_voxels_are_halved_along_all_axes()
    {
        IReadOnlyList<VolumeLevel> levels = Levels(new GridSize(11260, 9000, 13750), new VoxelSize(8, 8, 8));

        Assert.Equal(6, levels.Count);
        Assert.Equal(new GridSize(352, 282, 430), levels[^1].Shape);
        Assert.All(levels.Skip(1), level => Assert.Equal(new GridSize(2, 2, 2), level.Step));
        Assert.Equal([4, 4, 4], levels[1].Translation(new VoxelSize(8, 8, 8)));
        Assert.Equal([12, 12, 12], levels[2].Translation(new VoxelSize(8, 8, 8)));
    }

    /// <summary>The numbers of docs/volumes.md.</summary>
    [Fact]
    public void The_published_volume_is_some_thousand_files()
    {
        var store = VolumeStore.Of(new VolumeChoice().For(new GridSize(11260, 9000, 13750), 0, PixelType.UInt8, new VoxelSize(8, 8, 8), wholeSections: false), "volume", "scratch", () => throw new InvalidOperationException());
        Assert.Equal((396, 143), (store.Blocks.Count(block => block.Level == 0), store.Blocks.Count(block => block.Level > 0)));
        Assert.Equal((10692, 12333), (store.Blocks.Where(block => block.Level == 0).Sum(store.FilesOf), store.Blocks.Sum(store.FilesOf)));
        Assert.InRange(store.Blocks.Max(block => store.PeakOf(block, 4)), 700_000_000, 800_000_000);
    }

    [Fact]
    public void Thick_sections_are_halved_in_rows_and_columns_first()
    {
        IReadOnlyList<VolumeLevel> levels = Levels(new GridSize(100, 9001, 13751), new VoxelSize(40, 8, 8));

        Assert.Equal([new(1, 1, 1), new(1, 2, 2), new(1, 2, 2), new(2, 2, 2), new(2, 2, 2), new(2, 2, 2)], levels.Select(level => level.Step));
        Assert.Equal(new GridSize(100, 4501, 6876), levels[1].Shape);
        Assert.Equal((80, 64, 64), (levels[3].VoxelSize.Z, levels[3].VoxelSize.Y, levels[3].VoxelSize.X));
        Assert.Equal([20, 28, 28], levels[3].Translation(new VoxelSize(40, 8, 8)));
    }

    [Fact]
    public void An_axis_of_one_voxel_does_not_hold_up_the_others()
    {
        IReadOnlyList<VolumeLevel> levels = Levels(new GridSize(1, 2000, 2000), new VoxelSize(1, 8, 8));
        Assert.Equal([new(1, 2000, 2000), new(1, 1000, 1000), new(1, 500, 500)], levels.Select(level => level.Shape));
    }

    [Theory]
    [InlineData(VolumeFormat.OmeZarr, false)]
    [InlineData(VolumeFormat.OmeZarr, true)]
    [InlineData(VolumeFormat.Precomputed, false)]
    public void Blocks_cover_each_level_once_and_come_after_those_below(VolumeFormat format, bool whole)
    {
        VolumeSettings settings = Settings(new GridSize(300, 333, 1000), new VoxelSize(30, 8, 8), format, whole);
        IReadOnlyList<VolumeLevel> levels = VolumePyramid.Of(settings);
        var blocks = VolumeBlocks.Of(settings, levels);

        for (int i = 0; i < blocks.All.Count; i++)
            Assert.All(blocks.Below(blocks.All[i]), below => Assert.True(below < i && blocks.All[below].Level == blocks.All[i].Level - 1));
        foreach (VolumeLevel level in levels)
            Assert.Equal(level.Shape.Count, blocks.All.Where(block => block.Level == level.Number).Sum(block => block.Voxels(level, settings.ChunkSize).Count));
        Assert.Equal(blocks.All.Count, blocks.All.Distinct().Count());
    }

    /// <summary>Where the grid is short along z, the lowest bits of ids have more of x and y.</summary>
    [Fact]
    public void Shards_of_Precomputed_are_boxes_of_chunks_whose_ids_share_their_high_bits()
    {
        VolumeSettings settings = Settings(new GridSize(60, 2000, 3000), new VoxelSize(8, 8, 8), VolumeFormat.Precomputed, whole: false);
        VolumeLevel level = VolumePyramid.Of(settings)[0];
        Assert.Equal((new GridSize(2, 32, 47), new GridSize(2, 2, 4)), (level.Chunks, level.ShardChunks));
    }

    [Theory]
    [InlineData(VolumeFormat.OmeZarr, "ShardSize", 64, 96, null, null)]
    [InlineData(VolumeFormat.Precomputed, "ShardSize", 64, 192, null, null)]
    [InlineData(VolumeFormat.Mrc, "VolumeCompression", 64, 64, VolumeCompression.Zstd, null)]
    [InlineData(VolumeFormat.OmeZarr, "VolumeCompression", 64, 64, VolumeCompression.Jpeg, null)]
    [InlineData(VolumeFormat.Precomputed, "VolumeCompression", 64, 64, VolumeCompression.Jpeg, null)] // of 16 bits
    [InlineData(VolumeFormat.Hdf5, "VolumeLevels", 64, 64, null, 2)]
    [InlineData(VolumeFormat.OmeZarr, "VolumeLevels", 64, 64, null, 12)]
    [InlineData(VolumeFormat.OmeZarr, "ChunkSize", 1024, 1024, null, null)]
    public void What_a_format_cannot_have_is_refused(VolumeFormat format, string error, int chunk, int shard, VolumeCompression? compression, int? levels)
    {
        var choice = new VolumeChoice { Format = format, ChunkSize = new(chunk, chunk, chunk), ShardSize = new(shard, shard, shard), Compression = compression, LevelCount = levels };
        Assert.Equal(error, Assert.Throws<EmException>(() => choice.For(new GridSize(100, 500, 600), 0, PixelType.UInt16, new VoxelSize(8, 8, 8), wholeSections: false)).Id);
    }

    [Fact]
    public void The_size_of_a_voxel_is_asked_for()
    {
        EmException none = Assert.Throws<EmException>(() => new VolumeChoice().For(new GridSize(9, 9, 9), 0, PixelType.UInt8, null, wholeSections: false));
        EmException flat = Assert.Throws<EmException>(() => new VolumeChoice().For(new GridSize(9, 9, 9), 0, PixelType.UInt8, new VoxelSize(null, 4, 4), wholeSections: false));

        Assert.Equal(("NoVoxelSize", "NoVoxelSize"), (none.Id, flat.Id));
        Assert.Contains("? x 4 x 4 nm (z, y, x), but not the distance of sections", flat.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<VolumeLevel> Levels(GridSize shape, VoxelSize voxel)
        => VolumePyramid.Of(new VolumeChoice().For(shape, 0, PixelType.UInt8, voxel, wholeSections: false));

    private static VolumeSettings Settings(GridSize shape, VoxelSize voxel, VolumeFormat format, bool whole)
        => new VolumeChoice { Format = format, ChunkSize = new(32, 64, 64), ShardSize = new(64, 128, 256), LevelCount = 4 }.For(shape, 0, PixelType.UInt8, voxel, whole);
}
