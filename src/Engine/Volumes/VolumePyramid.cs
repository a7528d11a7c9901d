using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Volumes;

/// <summary>A level of a volume: each voxel is the mean of those of the level below.</summary>
internal sealed record VolumeLevel
{
    /// <summary>0 for the full volume.</summary>
    public required int Number { get; init; }

    /// <summary>Its voxels.</summary>
    public required GridSize Shape { get; init; }

    /// <summary>Voxels of the level below that one of this stands for, along each axis: 1 or 2.</summary>
    public required GridSize Step { get; init; }

    /// <summary>Voxels of the full volume that one of this stands for, along each axis.</summary>
    public required GridSize Factor { get; init; }

    /// <summary>The size of a voxel.</summary>
    public required VoxelSize VoxelSize { get; init; }

    /// <summary>Its chunks.</summary>
    public required GridSize Chunks { get; init; }

    /// <summary>Chunks of a shard.</summary>
    public required GridSize ShardChunks { get; init; }

    /// <summary>Its shards.</summary>
    public GridSize Shards => Chunks.In(ShardChunks);

    /// <summary>Where the middle of its first voxel lies, z, y, x in nm from the middle of the full volume's first.</summary>
    public double[] Translation(VoxelSize full) => [(Factor.Z - 1) / 2.0 * full.Z!.Value, (Factor.Y - 1) / 2.0 * full.Y, (Factor.X - 1) / 2.0 * full.X];
}

/// <summary>
/// The levels of a volume. From level to level those axes are halved along which voxels are short: first rows and columns,
/// until voxels are nearly as deep as wide, then all three.
/// </summary>
internal static class VolumePyramid
{
    /// <summary>The longest side of the last level, where nobody says how many there are to be.</summary>
    private const int UsualSide = 512;

    /// <summary>Voxels that are longer than the shortest by this are halved along the others only: the ratio is nearer to 1 then.</summary>
    private const double NearlyAlike = 1.4142135623730951;

    /// <summary>The levels of a volume, the full one first.</summary>
    public static IReadOnlyList<VolumeLevel> Of(VolumeSettings settings)
    {
        var levels = new List<VolumeLevel>();
        foreach ((GridSize shape, GridSize step, VoxelSize voxel) in Shapes(settings.Shape, settings.VoxelSize).Take(settings.LevelCount))
        {
            GridSize chunks = shape.In(settings.ChunkSize);
            levels.Add(new VolumeLevel
            {
                Number = levels.Count,
                Shape = shape,
                Step = step,
                Factor = levels.Count == 0 ? step : levels[^1].Factor.Times(step),
                VoxelSize = voxel,
                Chunks = chunks,
                ShardChunks = settings is { Format: VolumeFormat.Precomputed, IsSharded: true } ? MortonBox(settings, chunks) : settings.ShardSize.In(settings.ChunkSize),
            });
        }

        return levels;
    }

    /// <summary>Levels until the longest side is at most 512 voxels.</summary>
    public static int UsualLevels(GridSize shape, VoxelSize voxel)
        => 1 + Shapes(shape, voxel).TakeWhile(level => Math.Max(level.Shape.Z, Math.Max(level.Shape.Y, level.Shape.X)) > UsualSide).Count();

    /// <summary>Levels until a single voxel is left.</summary>
    public static int MostLevels(GridSize shape, VoxelSize voxel) => Shapes(shape, voxel).Count();

    /// <summary>
    /// The box of chunks whose ids agree but for the lowest bits: those interleave x, y and z, an axis only as long as its grid has
    /// bits, so that a box is longer along the others where the grid is short.
    /// </summary>
    private static GridSize MortonBox(VolumeSettings settings, GridSize grid)
    {
        int bits = PrecomputedSharding.BitsOf(settings.ShardSize.In(settings.ChunkSize).Count);
        int[] of = PrecomputedSharding.LowBits(bits, [grid.X, grid.Y, grid.Z]);
        return new GridSize(1 << of[2], 1 << of[1], 1 << of[0]);
    }

    private static IEnumerable<(GridSize Shape, GridSize Step, VoxelSize Voxel)> Shapes(GridSize shape, VoxelSize voxel)
    {
        yield return (shape, new GridSize(1, 1, 1), voxel);
        while (shape.Count > 1)
        {
            // Axes of one voxel have nothing to be halved, and do not hold up the others.
            double least = Lengths().Min();
            var step = new GridSize(Step(shape.Z, voxel.Z!.Value), Step(shape.Y, voxel.Y), Step(shape.X, voxel.X));
            (shape, voxel) = (shape.In(step), new VoxelSize(voxel.Z * step.Z, voxel.Y * step.Y, voxel.X * step.X));
            yield return (shape, step, voxel);

            IEnumerable<double> Lengths()
            {
                if (shape.Z > 1)
                    yield return voxel.Z!.Value;
                if (shape.Y > 1)
                    yield return voxel.Y;
                if (shape.X > 1)
                    yield return voxel.X;
            }

            int Step(int length, double size) => length > 1 && size < NearlyAlike * least ? 2 : 1;
        }
    }
}
