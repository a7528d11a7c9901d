namespace EmTools.Engine.Formats;

/// <summary>The size of a page, and how strips or tiles cover it.</summary>
/// <param name="Height">The page's rows.</param>
/// <param name="Width">The page's columns.</param>
/// <param name="Tiled">Tiles rather than strips.</param>
/// <param name="BlockHeight">Rows of a block.</param>
/// <param name="BlockWidth">Columns of a block.</param>
/// <param name="Planes">How many times they cover it: once, or once for each number of a pixel.</param>
internal sealed record TiffBlockShape(int Height, int Width, bool Tiled, int BlockHeight, int BlockWidth, int Planes)
{
    private const int LargestTile = 1 << 16;

    private const int ImageWidth = 256, ImageLength = 257, RowsPerStrip = 278, TileWidth = 322, TileLength = 323;

    /// <summary>Blocks side by side.</summary>
    public long BlocksAcross => ((long)Width - 1) / BlockWidth + 1;

    /// <summary>Blocks below one another.</summary>
    public long BlocksDown => ((long)Height - 1) / BlockHeight + 1;

    /// <summary>What a page's tags tell.</summary>
    /// <exception cref="EmException">It makes no sense (<c>TiffNoSize</c>, <c>TiffTooLarge</c>, <c>TiffDamaged</c>).</exception>
    public static TiffBlockShape Of(string path, TiffEntries entries, int planes)
    {
        (int height, int width) = Size(path, entries);
        if (!TiffBlockList.IsTiled(entries))
            return new TiffBlockShape(height, width, false, Strip(entries, height), width, planes);
        long tileWidth = entries.Integer(TileWidth), tileHeight = entries.Integer(TileLength);
        return tileWidth is > 0 and <= LargestTile && tileHeight is > 0 and <= LargestTile
            ? new TiffBlockShape(height, width, true, (int)tileHeight, (int)tileWidth, planes)
            : throw TiffErrors.Damaged(path, $"its tiles are said to be {tileHeight} x {tileWidth} pixels (y, x)");
    }

    private static (int Height, int Width) Size(string path, TiffEntries entries)
    {
        long width = entries.Integer(ImageWidth), height = entries.Integer(ImageLength);
        if (width <= 0 || height <= 0)
            throw new EmException(EmErrorKind.InvalidData, "TiffNoSize", $"'{path}' is damaged: its header gives a size of {height} x {width} pixels (y, x). Copy it again from its source.", path);
        if (width > int.MaxValue / sizeof(float) || height > int.MaxValue)
            throw TiffErrors.TooLarge(path, height, width);
        return ((int)height, (int)width);
    }

    /// <summary>Rows of a strip: all where the tag is missing or says 2^32 - 1.</summary>
    private static int Strip(TiffEntries entries, int height)
    {
        long rows = entries.Integer(RowsPerStrip);
        return rows <= 0 ? height : (int)Math.Min(rows, height);
    }
}
