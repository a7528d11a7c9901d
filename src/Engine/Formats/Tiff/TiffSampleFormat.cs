using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>How a stored number becomes a pixel.</summary>
internal enum TiffEncoding
{
    /// <summary>It is one.</summary>
    Plain,

    /// <summary>A signed integer of 8 or 16 bits, which is moved up.</summary>
    Signed,

    /// <summary>A mask's single bit.</summary>
    Bit,

    /// <summary>An unsigned integer of 2 to 15 bits, no whole bytes.</summary>
    Packed,

    /// <summary>A mask's number of 32 or 64 bits, of which only zero or not counts.</summary>
    Counts,

    /// <summary>Numbers that become 32-bit floats, exactly or not at all.</summary>
    UInt32,

    /// <inheritdoc cref="UInt32"/>
    Int32,

    /// <inheritdoc cref="UInt32"/>
    UInt64,

    /// <inheritdoc cref="UInt32"/>
    Int64,

    /// <inheritdoc cref="UInt32"/>
    Double,

    /// <inheritdoc cref="UInt32"/>
    Half,
}

/// <summary>What a TIFF file's pixels are made of.</summary>
/// <param name="Type">The type in which they are read.</param>
/// <param name="Encoding">How a stored number becomes one.</param>
/// <param name="Bits">Bits of a number.</param>
internal sealed record TiffSampleFormat(PixelType Type, TiffEncoding Encoding, int Bits)
{
    /// <summary>Numbers a pixel, of which the first is the grey.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>The numbers of all pixels stand behind one another, all first ones first; else a pixel's stand together.</summary>
    public bool Planar { get; init; }

    /// <summary>Red, green and blue, which must be equal.</summary>
    public bool ComparesColours { get; init; }

    /// <summary>Numbers of a pixel that stand together.</summary>
    public int SamplesTogether => Planar ? 1 : Samples;

    /// <summary>Planes that are read.</summary>
    public int PlanesRead => Planar && ComparesColours ? 3 : 1;

    /// <summary>Bytes of a number; 0 where it is none of whole bytes.</summary>
    public int SampleBytes => Bits % 8 == 0 ? Bits / 8 : 0;

    /// <summary>True when a stored row is as long as a row of pixels, and becomes one in its place.</summary>
    public bool InPlace => SamplesTogether == 1 && Encoding is TiffEncoding.Plain or TiffEncoding.Signed;

    /// <summary>Bytes of a row of <paramref name="width"/> pixels, one decoded row of a block.</summary>
    public long RowBytes(int width) => ((long)width * SamplesTogether * Bits - 1) / 8 + 1;

    /// <summary>The format that a page's tags tell.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="entries">The page.</param>
    /// <param name="isMask">Only zero or not counts.</param>
    /// <param name="colour">Its kind.</param>
    /// <exception cref="EmException">It is none that is read.</exception>
    public static TiffSampleFormat Of(string path, TiffEntries entries, bool isMask, TiffColour colour)
    {
        const int BitsPerSample = 258, Format = 339, PlanarConfiguration = 284;
        long[] eachBits = entries.Integers(BitsPerSample, colour.Samples);
        long bits = eachBits.Length == 0 ? 1 : eachBits[0], format = entries.Integer(Format, 1);
        if (eachBits.Any(b => b != bits))
            throw TiffErrors.NotSupported(path, $"pixels of samples with different depths ({string.Join(", ", eachBits)} bits)");
        string kind = format switch { 1 => "unsigned integer", 2 => "signed integer", 3 => "floating-point", 5 or 6 => "complex", _ => "untyped" };
        bool white = colour.Photometric == TiffPhotometric.MinIsWhite;
        (PixelType Type, TiffEncoding Encoding)? found = (bits, format) switch
        {
            (8, 1 or 4) => (PixelType.UInt8, TiffEncoding.Plain), // 4: undefined, which older writers use for unsigned
            (16, 1 or 4) => (PixelType.UInt16, TiffEncoding.Plain),
            (32, 3) => (PixelType.Single, isMask && white ? TiffEncoding.Counts : TiffEncoding.Plain),
            (1, 1 or 4) when isMask => (PixelType.UInt8, TiffEncoding.Bit),
            (8, 2) => (PixelType.UInt8, isMask ? TiffEncoding.Plain : TiffEncoding.Signed),
            (16, 2) => (PixelType.UInt16, isMask ? TiffEncoding.Plain : TiffEncoding.Signed),
            ( > 1 and < 8, 1 or 4) => (PixelType.UInt8, TiffEncoding.Packed),
            ( > 8 and < 16, 1 or 4) => (PixelType.UInt16, TiffEncoding.Packed),
            (32, 1 or 2 or 4) or (64, 1 or 2 or 3 or 4) when isMask => (PixelType.Single, TiffEncoding.Counts),
            (32, 1 or 4) => (PixelType.Single, TiffEncoding.UInt32),
            (32, 2) => (PixelType.Single, TiffEncoding.Int32),
            (64, 1 or 4) => (PixelType.Single, TiffEncoding.UInt64),
            (64, 2) => (PixelType.Single, TiffEncoding.Int64),
            (64, 3) => (PixelType.Single, TiffEncoding.Double),
            (16, 3) => (PixelType.Single, TiffEncoding.Half),
            _ => null,
        };
        if (found is not { } known || (colour.Samples > 1 && known.Encoding != TiffEncoding.Plain))
            throw TiffErrors.NotSupported(path, $"{bits}-bit {kind} pixels{(colour.Samples > 1 ? $" of {colour.Samples} samples" : "")}");
        return new TiffSampleFormat(known.Type, known.Encoding, (int)bits)
        {
            Samples = colour.Samples,
            Planar = colour.Samples > 1 && entries.Integer(PlanarConfiguration, 1) == 2,
            ComparesColours = colour.IsRgb,
        };
    }

    /// <summary>What is read otherwise than it is stored; null where nothing is.</summary>
    public FileRemark? Remark() => Encoding switch
    {
        TiffEncoding.Signed => FileRemark.SignedShifted(Bits),
        TiffEncoding.Packed => TiffRemarks.Packed(Bits, Type),
        TiffEncoding.UInt32 or TiffEncoding.UInt64 => FileRemark.Narrowed($"{Bits}-bit integers", Type),
        TiffEncoding.Int32 or TiffEncoding.Int64 => FileRemark.Narrowed($"signed {Bits}-bit integers", Type),
        TiffEncoding.Double => FileRemark.Narrowed("64-bit floats", Type),
        TiffEncoding.Half => FileRemark.Narrowed("16-bit floats", Type),
        _ => null,
    };
}
