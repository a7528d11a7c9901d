namespace EmTools.Engine.Formats;

/// <summary>How a TIFF file is written.</summary>
public sealed record TiffWriteOptions
{
    /// <summary>Deflate, not overwriting, without tags.</summary>
    public static TiffWriteOptions Default { get; } = new();

    /// <summary>None, Lzw or Deflate. Default Deflate.</summary>
    public TiffCompression Compression { get; init; } = TiffCompression.Deflate;

    /// <summary>
    /// True to store differences of neighbouring pixels (the horizontal predictor), which makes sections 7 to 13 % smaller;
    /// null (the default) does so only where all common readers know it: LZW of integers. Some releases of ImageJ misread
    /// Deflate files with it.
    /// </summary>
    public bool? Predictor { get; init; }

    /// <summary>True for BigTIFF, false for classic TIFF; null (the default) takes BigTIFF where the file could pass 4 GB.</summary>
    public bool? BigTiff { get; init; }

    /// <summary>Description, software, resolution and so on; null values are left out.</summary>
    public TiffTags Tags { get; init; } = new();

    /// <summary>Tags that are unknown here, as another file has them.</summary>
    internal IReadOnlyList<TiffOtherTag> OtherTags { get; init; } = [];

    /// <summary>Replace a file that is there. Default: refuse.</summary>
    public bool Overwrite { get; init; }
}
