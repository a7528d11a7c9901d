namespace EmTools.Engine.Formats;

/// <summary>
/// Where uncompressed samples lie in a file: planes behind one another, in them rows, in those pixels, in those channels. Two
/// equal layouts are read alike.
/// </summary>
internal sealed record RawLayout
{
    /// <summary>How a sample is stored.</summary>
    public required SampleType Type { get; init; }

    /// <summary>True where the most significant byte comes first.</summary>
    public required bool BigEndian { get; init; }

    /// <summary>The first plane's first byte.</summary>
    public required long Offset { get; init; }

    /// <summary>Planes (axis z).</summary>
    public required long Planes { get; init; }

    /// <summary>Rows (axis y).</summary>
    public required long Height { get; init; }

    /// <summary>Columns (axis x).</summary>
    public required long Width { get; init; }

    /// <summary>Samples of a pixel, of which one is read.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Which of the samples of a pixel is read.</summary>
    public int Channel { get; init; }

    /// <summary>True when only zero or not counts.</summary>
    public bool IsMask { get; init; }

    /// <summary>Bytes of a stored row.</summary>
    public int RowBytes => (int)(Width * Channels * Type.Bytes());

    /// <summary>Bytes of a stored plane.</summary>
    public long PlaneBytes => Height * RowBytes;

    /// <summary>Checks that the sizes make sense, and that the file is as long as they promise; to be done before anything else.</summary>
    /// <exception cref="EmException">They do not, or it is not.</exception>
    public void Check(string path, long fileLength, FormatErrors errors)
    {
        if (Planes <= 0 || Height <= 0 || Width <= 0 || Channels <= 0 || Offset < 0)
            throw errors.Damaged(path, $"its header gives a size of {Planes} x {Height} x {Width} (z, y, x)");
        Int128 rowBytes = (Int128)Width * Channels * Type.Bytes();
        if (rowBytes > int.MaxValue || Width > int.MaxValue / sizeof(float) || Height > int.MaxValue || Planes > int.MaxValue)
            throw errors.Damaged(path, $"its header gives a size of {Planes} x {Height} x {Width} (z, y, x), which is more than can be read");
        Int128 planeBytes = rowBytes * Height, needed = Offset + planeBytes * Planes;
        if (needed > fileLength)
            throw errors.Truncated(path, $"its header promises {Described}, {needed} bytes, and it has {fileLength}{Whole((long)Int128.Max(0, (fileLength - Offset) / planeBytes))}");
    }

    private string Described => $"{(Planes == 1 ? "" : $"{Planes} x ")}{Height} x {Width} ({(Planes == 1 ? "" : "z, ")}y, x) {Type.Name()}{(Channels == 1 ? "" : $" in {Channels} channels")}";

    private string Whole(long planes) => Planes == 1 ? "" : $", enough for {planes} sections";
}
