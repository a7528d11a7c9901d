using EmTools.Engine.Imaging;

namespace EmTools.Engine.Estimation.Sections;

/// <summary>
/// Sums of a section's pixels over its smallest blocks, in grey levels: of all pixels that hold a value, and apart from
/// them of those that lie in a flat area. Sums of up to 64 integers of 16 bits are exact in single precision.
/// </summary>
internal sealed class BlockSums : IDisposable
{
    public BlockSums(int height, int width)
    {
        Grid = BlockGrid.Fine(height, width);
        Sum = Plane.Rent<float>(Grid.Rows, Grid.Columns);
        Count = Plane.Rent<byte>(Grid.Rows, Grid.Columns);
        FlatSum = Plane.Rent<float>(Grid.Rows, Grid.Columns);
        FlatCount = Plane.Rent<byte>(Grid.Rows, Grid.Columns);
    }

    public BlockGrid Grid { get; }

    /// <summary>Sum of the pixels that are neither saturated nor NaN.</summary>
    public Plane<float> Sum { get; }

    /// <summary>How many these are.</summary>
    public Plane<byte> Count { get; }

    /// <summary>Sum of those of them that lie in a flat area.</summary>
    public Plane<float> FlatSum { get; }

    /// <summary>How many these are.</summary>
    public Plane<byte> FlatCount { get; }

    /// <summary>Pixels at either end of their type's range.</summary>
    public long Saturated { get; set; }

    /// <summary>True when any block has flat pixels.</summary>
    public bool AnyFlat { get; set; }

    public void Dispose()
    {
        Sum.Dispose();
        Count.Dispose();
        FlatSum.Dispose();
        FlatCount.Dispose();
    }
}
