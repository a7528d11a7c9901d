namespace EmTools.Engine.Formats;

/// <summary>The errors that reading TIFF files has in common.</summary>
internal static class TiffErrors
{
    public static EmException Truncated(string path, string detail)
        => new(EmErrorKind.InvalidData, "TiffTruncated", $"'{path}' is truncated: {detail}. Copy it again from its source.", path);

    public static EmException Damaged(string path, string detail, Exception? cause = null)
        => new(EmErrorKind.InvalidData, "TiffDamaged", $"'{path}' is damaged: {detail.TrimEnd('.')}. Copy it again from its source.", path, cause);

    public static EmException TooLarge(string path, long height, long width)
        => new(EmErrorKind.InvalidData, "TiffTooLarge", $"'{path}': its header gives a size of {height} x {width} pixels (y, x), which is more than a section can have. Copy it again from its source, or cut it into smaller images.", path);

    public static EmException NotSupported(string path, string found)
        => new(EmErrorKind.NotSupported, "TiffNotSupported", $"'{path}' holds {found}; a section is a grey image of integers or floats, stored plain or compressed by LZW, Deflate, PackBits, ZSTD or JPEG. Convert it first.", path);

    public static EmException Coloured(string path, int y, int x)
        => NotSupported(path, $"a colour image (RGB), whose red, green and blue are not equal, for example at pixel ({y}, {x})");

    public static EmException Inexact(string path, int y, int x, string value, int bits)
        => new(EmErrorKind.NotSupported, "TiffInexact", $"'{path}' holds the {bits}-bit number {value} at pixel ({y}, {x}), which a 32-bit float cannot hold exactly. Convert the file to 16-bit integers or 32-bit floats first.", path);

    /// <summary>The error of one page of several.</summary>
    public static EmException OfPage(int page, EmException error, bool isMask)
        => new(error.Kind, error.Id, $"{(isMask ? "page" : "Page")} {page} of {error.Message}", error.Target, error);
}
