namespace EmTools.Engine.Volumes;

/// <summary>What writing a block of a volume gave.</summary>
/// <param name="Files">The files, in order.</param>
/// <param name="Statistics">Of its voxels, where the format has a place for them.</param>
public sealed record BlockResult(IReadOnlyList<WrittenFile> Files, VoxelStatistics? Statistics = null)
{
    /// <summary>Bytes of all files.</summary>
    internal long Bytes => Files.Sum(file => file.Bytes);
}

/// <summary>Figures of voxels that those of several blocks can be made of.</summary>
/// <param name="Count">How many.</param>
/// <param name="Least">The lowest.</param>
/// <param name="Most">The highest.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="SquareSum">The sum of their squares.</param>
public sealed record VoxelStatistics(long Count, double Least, double Most, double Sum, double SquareSum)
{
    /// <summary>Of nothing.</summary>
    internal static VoxelStatistics None { get; } = new(0, double.PositiveInfinity, double.NegativeInfinity, 0, 0);

    /// <summary>The figures of both together.</summary>
    internal VoxelStatistics With(VoxelStatistics other)
        => new(Count + other.Count, Math.Min(Least, other.Least), Math.Max(Most, other.Most), Sum + other.Sum, SquareSum + other.SquareSum);
}
