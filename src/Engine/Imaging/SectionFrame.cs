namespace EmTools.Engine.Imaging;

/// <summary>Where a section's pixels lie in the section as it was read: what crops and bins have left of it.</summary>
/// <param name="Y">The first row, in rows of the section as read.</param>
/// <param name="X">The first column, in columns of the section as read.</param>
/// <param name="FullHeight">Rows of the section as read.</param>
/// <param name="FullWidth">Columns of the section as read.</param>
/// <param name="Factor">How many rows, and columns, of the section as read a pixel stands for.</param>
internal readonly record struct SectionFrame(int Y, int X, int FullHeight, int FullWidth, int Factor = 1)
{
    /// <summary>A whole section.</summary>
    public SectionFrame(int height, int width)
        : this(0, 0, height, width)
    {
    }

    /// <summary>True where neither a crop nor a bin has been.</summary>
    public bool IsWhole(int height, int width) => this == new SectionFrame(height, width);

    /// <summary>The first row and column, in pixels as they are now, counted from the section as read.</summary>
    public (int Y, int X) First => (Y / Factor, X / Factor);

    /// <summary>A region counted from the section as read, in its pixels as they are now, as one of the section as it is now.</summary>
    public Region Within(Region region) => region with { Y = region.Y - First.Y, X = region.X - First.X };

    /// <summary>The frame of a part.</summary>
    public SectionFrame Part(int y, int x) => this with { Y = Y + y * Factor, X = X + x * Factor };
}
