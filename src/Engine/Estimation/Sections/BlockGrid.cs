namespace EmTools.Engine.Estimation.Sections;

/// <summary>How a section is cut into square blocks; those at the right and lower edge may be smaller.</summary>
/// <param name="Height">Rows of the section.</param>
/// <param name="Width">Columns of the section.</param>
/// <param name="Side">Side of a block in pixels.</param>
public readonly record struct BlockGrid(int Height, int Width, int Side)
{
    /// <summary>Side of the smallest blocks, the sums of which everything else is made of, in pixels.</summary>
    public const int FineSide = 8;

    /// <summary>Rows of blocks.</summary>
    public int Rows => (Height + Side - 1) / Side;

    /// <summary>Columns of blocks.</summary>
    public int Columns => (Width + Side - 1) / Side;

    /// <summary>Pixels of a block.</summary>
    /// <param name="row">Its row of blocks.</param>
    /// <param name="column">Its column of blocks.</param>
    public int Pixels(int row, int column) => Extent(row, Height) * Extent(column, Width);

    /// <summary>Where the centre of a row of blocks lies: 0 at the section's first row of pixels, 1 at its last.</summary>
    public double CentreY(int row) => Centre(row, Height);

    /// <summary>Where the centre of a column of blocks lies: 0 at the section's first column of pixels, 1 at its last.</summary>
    public double CentreX(int column) => Centre(column, Width);

    /// <summary>The grid of the smallest blocks.</summary>
    public static BlockGrid Fine(int height, int width) => new(height, width, FineSide);

    /// <summary>
    /// The grid on which neighbouring sections are compared: blocks of 8 to 32 pixels, as large as leaves about a
    /// thousand of them, so that neither noise nor small shifts matter.
    /// </summary>
    public static BlockGrid ForChange(int height, int width)
    {
        BlockGrid fine = Fine(height, width);
        int factor = Math.Clamp((int)Math.Round(Math.Sqrt((double)fine.Rows * fine.Columns / 1000)), 1, 4);
        return new BlockGrid(height, width, factor * FineSide);
    }

    /// <summary>The grid of the background's boxes: about <paramref name="boxes"/> along the longer side.</summary>
    public static BlockGrid ForBackground(int height, int width, int boxes)
    {
        BlockGrid fine = Fine(height, width);
        int factor = Math.Max(1, (Math.Max(fine.Rows, fine.Columns) + boxes - 1) / boxes);
        return new BlockGrid(height, width, factor * FineSide);
    }

    private int Extent(int block, int length) => Math.Min(Side, length - block * Side);

    private double Centre(int block, int length) => length > 1 ? (block * Side + (Extent(block, length) - 1) / 2.0) / (length - 1) : 0;
}
