namespace EmTools.Engine.Filters.TransformDenoising;

/// <summary>
/// How a tile and its surroundings lie in memory: row after row, and in a row first all columns that are a whole number of steps from
/// the first, then those one further, and so on. The same pixel of neighbouring blocks so stands side by side.
/// </summary>
/// <remarks>
/// Blocks begin at every multiple of the step, also outside of the section, which goes on there as its mirror image; so every pixel is in
/// as many blocks. A pixel of the result needs the blocks around it, and these need, of the first round, the blocks around theirs.
/// </remarks>
internal readonly record struct TileLayout
{
    /// <summary>Blocks that are worked on side by side.</summary>
    public const int Lanes = 16;

    /// <summary>Rows of the result, and columns in steps of all lanes, so that the same blocks are worked on together wherever a tile begins.</summary>
    private const int ResultRows = 192;

    private const int ResultGroups = 12;

    public TileLayout(int block, int step)
    {
        (Block, Step) = (block, step);
        Halo = (block - 1 + step - 1) / step * step;
        Height = Math.Max(step, ResultRows / step * step);
        Width = Math.Max(1, ResultGroups * 2 / (step + 1)) * Lanes * step;
        Rows = Height + 2 * Halo + 2 * (block - 1);
        int blocks = (Width + 2 * Halo + block - 1 + step - 1) / step;
        Stride = (blocks + Lanes - 1) / Lanes * Lanes + 2 * Lanes;
    }

    /// <summary>Side of a block.</summary>
    public int Block { get; }

    /// <summary>The distance of blocks.</summary>
    public int Step { get; }

    /// <summary>What the result needs on either side, in whole steps.</summary>
    public int Halo { get; }

    /// <summary>Rows of the result.</summary>
    public int Height { get; }

    /// <summary>Columns of the result.</summary>
    public int Width { get; }

    /// <summary>Rows in memory: two halos above the result, and two of blocks below.</summary>
    public int Rows { get; }

    /// <summary>Columns of one phase in memory.</summary>
    public int Stride { get; }

    /// <summary>Pixels in memory.</summary>
    public int Area => Rows * Step * Stride;

    /// <summary>Columns in memory that hold pixels.</summary>
    public int Columns => Width + 2 * Halo + 2 * (Block - 1);

    /// <summary>The place of a pixel.</summary>
    public int At(int row, int column) => (row * Step + column % Step) * Stride + column / Step;
}
