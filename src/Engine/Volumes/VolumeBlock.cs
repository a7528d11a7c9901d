using EmTools.Engine.Imaging;

namespace EmTools.Engine.Volumes;

/// <summary>What is done of a volume at a time: the shards of a level that lie beside each other along x, in one or more rows of shards.</summary>
/// <param name="Level">The level.</param>
/// <param name="ShardZ">The shards' place along z.</param>
/// <param name="ShardY">The first shards' place along y.</param>
/// <param name="Rows">Rows of shards.</param>
internal readonly record struct VolumeBlock(int Level, int ShardZ, int ShardY, int Rows)
{
    /// <summary>Its voxels.</summary>
    public VoxelBox Voxels(VolumeLevel level, GridSize chunk)
    {
        (int depth, int height) = (level.ShardChunks.Z * chunk.Z, level.ShardChunks.Y * chunk.Y);
        return new VoxelBox(ShardZ * depth, ShardY * height, 0, depth, Rows * height, level.Shape.X).Within(level.Shape);
    }
}

/// <summary>The blocks of a volume, in the order in which they are best done: each after those of the level below that it is the mean of.</summary>
internal sealed class VolumeBlocks
{
    private readonly VolumeSettings _settings;
    private readonly IReadOnlyList<VolumeLevel> _levels;
    private readonly List<VolumeBlock> _order = [];
    private readonly Dictionary<VolumeBlock, int> _numbers = [];

    private VolumeBlocks(VolumeSettings settings, IReadOnlyList<VolumeLevel> levels) => (_settings, _levels) = (settings, levels);

    /// <summary>The blocks, by their numbers.</summary>
    public IReadOnlyList<VolumeBlock> All => _order;

    /// <summary>The blocks of a volume.</summary>
    public static VolumeBlocks Of(VolumeSettings settings, IReadOnlyList<VolumeLevel> levels)
    {
        var blocks = new VolumeBlocks(settings, levels);
        foreach (VolumeBlock top in blocks.In(levels.Count - 1, new VoxelBox(0, 0, 0, levels[^1].Shape.Z, levels[^1].Shape.Y, levels[^1].Shape.X)))
            blocks.Add(top);
        return blocks;
    }

    /// <summary>The numbers of the blocks of the level below that a block is the mean of; none for the finest level.</summary>
    public IEnumerable<int> Below(VolumeBlock block) => BlocksBelow(block).Select(below => _numbers[below]);

    private void Add(VolumeBlock block)
    {
        foreach (VolumeBlock below in BlocksBelow(block))
        {
            if (!_numbers.ContainsKey(below))
                Add(below);
        }

        _numbers.Add(block, _order.Count);
        _order.Add(block);
    }

    private IEnumerable<VolumeBlock> BlocksBelow(VolumeBlock block)
    {
        if (block.Level == 0)
            return [];
        VolumeLevel level = _levels[block.Level];
        return In(block.Level - 1, block.Voxels(level, _settings.ChunkSize).Below(level.Step, _levels[block.Level - 1].Shape));
    }

    /// <summary>A level's blocks that have voxels in a box.</summary>
    private IEnumerable<VolumeBlock> In(int level, VoxelBox box)
    {
        VolumeLevel of = _levels[level];
        (int depth, int height) = (of.ShardChunks.Z * _settings.ChunkSize.Z, of.ShardChunks.Y * _settings.ChunkSize.Y);
        for (int z = box.Z / depth; z <= (box.Z + box.Depth - 1) / depth; z++)
        {
            // Sections that are computed as a whole are computed for all their rows at once.
            if (level == 0 && _settings.WholeSections)
            {
                yield return new VolumeBlock(0, z, 0, of.Shards.Y);
                continue;
            }

            for (int y = box.Y / height; y <= (box.Y + box.Height - 1) / height; y++)
                yield return new VolumeBlock(level, z, y, 1);
        }
    }
}
