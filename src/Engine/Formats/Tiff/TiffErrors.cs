namespace EmTools.Engine.Formats;

/// <summary>The errors that reading TIFF files has in common.</summary>
internal static class TiffErrors
{
    public static EmException Truncated(string path, string detail)
        => new(EmErrorKind.InvalidData, "TiffTruncated", $"'{path}' is truncated: {detail}. Copy it again from its source.", path);

    public static EmException Damaged(string path, string detail, Exception? cause = null)
        => new(EmErrorKind.InvalidData, "TiffDamaged", $"'{path}' is damaged: {detail.TrimEnd('.')}. Copy it again from its source.", path, cause);

    public static EmException NotSupported(string path, string found)
        => new(EmErrorKind.NotSupported, "TiffNotSupported", $"'{path}' holds {found}; a section is a grey image of one sample a pixel, unsigned 8- or 16-bit or 32-bit float, stored plain or compressed by LZW, Deflate or PackBits. Convert it first.", path);
}
