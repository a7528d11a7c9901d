namespace EmTools.Engine.Formats;

/// <summary>How the pixels of a TIFF file are compressed; all that is written is lossless.</summary>
public enum TiffCompression
{
    /// <summary>Not at all: fastest to read and write, largest.</summary>
    None,

    /// <summary>LZW: for readers that know nothing newer; larger and slower than Deflate.</summary>
    Lzw,

    /// <summary>Deflate (zlib).</summary>
    Deflate,

    /// <summary>PackBits run lengths; read, not written.</summary>
    PackBits,

    /// <summary>Zstandard; read, not written.</summary>
    Zstd,

    /// <summary>JPEG, which loses detail; read, not written.</summary>
    Jpeg,
}
