using BitMiracle.LibTiff.Classic;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>Turns LibTiff.NET's fields into a <see cref="TiffLayout"/>, and refuses by name what is not read here.</summary>
internal static class TiffDirectory
{
    private const int NoLimit = -1;

    public static TiffLayout Read(string path, Tiff tiff, bool isBigTiff)
    {
        int width = Number(tiff, TiffTag.IMAGEWIDTH), height = Number(tiff, TiffTag.IMAGELENGTH);
        TiffPhotometric photometric = Photometric(path, tiff);
        TiffCompression compression = Compression(path, tiff);
        PixelType type = Type(path, tiff);
        int predictor = compression is TiffCompression.Lzw or TiffCompression.Deflate ? Number(tiff, TiffTag.PREDICTOR, 1) : 1;
        if (predictor is < 1 or > 3 || (predictor == 3 && type != PixelType.Single))
            throw TiffErrors.NotSupported(path, $"{type} pixels with predictor {predictor}");

        bool tiled = tiff.IsTiled();
        int rowsPerStrip = Number(tiff, TiffTag.ROWSPERSTRIP, NoLimit);
        int blockWidth = tiled ? Number(tiff, TiffTag.TILEWIDTH) : width;
        return new TiffLayout
        {
            File = new TiffFile
            {
                Path = path,
                Height = height,
                Width = width,
                PixelType = type,
                Photometric = photometric,
                Compression = compression,
                IsBigTiff = isBigTiff,
                Tags = TiffTags.From(tiff),
            },
            BigEndian = tiff.IsBigEndian(),
            BitsReversed = Number(tiff, TiffTag.FILLORDER, (int)FillOrder.MSB2LSB) == (int)FillOrder.LSB2MSB,
            Predictor = predictor,
            Tiled = tiled,
            BlockWidth = blockWidth,
            BlockHeight = tiled ? Number(tiff, TiffTag.TILELENGTH) : rowsPerStrip <= 0 ? height : Math.Min(rowsPerStrip, height),
            BlocksAcross = tiled ? (width - 1) / blockWidth + 1 : 1,
            Offsets = Positions(path, tiff, tiled ? TiffTag.TILEOFFSETS : TiffTag.STRIPOFFSETS),
            ByteCounts = Positions(path, tiff, tiled ? TiffTag.TILEBYTECOUNTS : TiffTag.STRIPBYTECOUNTS),
        };
    }

    private static TiffPhotometric Photometric(string path, Tiff tiff)
    {
        int samples = Number(tiff, TiffTag.SAMPLESPERPIXEL, 1);
        if (tiff.GetField(TiffTag.PHOTOMETRIC) is [FieldValue value, ..])
        {
            switch ((Photometric)value.ToInt())
            {
                case BitMiracle.LibTiff.Classic.Photometric.MINISBLACK or BitMiracle.LibTiff.Classic.Photometric.MINISWHITE when samples != 1:
                    break;
                case BitMiracle.LibTiff.Classic.Photometric.MINISBLACK:
                    return TiffPhotometric.MinIsBlack;
                case BitMiracle.LibTiff.Classic.Photometric.MINISWHITE:
                    return TiffPhotometric.MinIsWhite;
                case BitMiracle.LibTiff.Classic.Photometric.RGB:
                    throw TiffErrors.NotSupported(path, "a colour image (RGB)");
                case BitMiracle.LibTiff.Classic.Photometric.PALETTE:
                    throw TiffErrors.NotSupported(path, "a palette image");
                case var other:
                    throw TiffErrors.NotSupported(path, $"an image of the colour kind {other}");
            }
        }

        return samples == 1 ? TiffPhotometric.MinIsBlack : throw TiffErrors.NotSupported(path, $"an image of {samples} samples a pixel");
    }

    private static TiffCompression Compression(string path, Tiff tiff)
    {
        var scheme = (Compression)Number(tiff, TiffTag.COMPRESSION, (int)BitMiracle.LibTiff.Classic.Compression.NONE);
        return scheme switch
        {
            BitMiracle.LibTiff.Classic.Compression.NONE => TiffCompression.None,
            BitMiracle.LibTiff.Classic.Compression.LZW => TiffCompression.Lzw,
            BitMiracle.LibTiff.Classic.Compression.ADOBE_DEFLATE or BitMiracle.LibTiff.Classic.Compression.DEFLATE => TiffCompression.Deflate,
            BitMiracle.LibTiff.Classic.Compression.PACKBITS => TiffCompression.PackBits,
            _ => throw TiffErrors.NotSupported(path, $"pixels compressed by {SchemeName((int)scheme)}"),
        };
    }

    private static string SchemeName(int scheme) => scheme switch
    {
        2 or 3 or 4 => "a fax method (CCITT)",
        6 or 7 => "JPEG",
        34712 => "JPEG 2000",
        34887 => "LERC",
        34925 => "LZMA",
        50000 => "ZSTD",
        50001 => "WebP",
        50002 => "JPEG XL",
        _ => $"a method unknown here (number {scheme})",
    };

    private static PixelType Type(string path, Tiff tiff)
    {
        int bits = Number(tiff, TiffTag.BITSPERSAMPLE, 1);
        var format = (SampleFormat)(tiff.GetFieldDefaulted(TiffTag.SAMPLEFORMAT) is [FieldValue value, ..] ? value.ToInt() : (int)SampleFormat.UINT);
        return (bits, format) switch
        {
            (8, SampleFormat.UINT or SampleFormat.VOID) => PixelType.UInt8,
            (16, SampleFormat.UINT or SampleFormat.VOID) => PixelType.UInt16,
            (32, SampleFormat.IEEEFP) => PixelType.Single,
            _ => throw TiffErrors.NotSupported(path, $"{bits}-bit {FormatName(format)} pixels"),
        };
    }

    private static string FormatName(SampleFormat format) => format switch
    {
        SampleFormat.UINT => "unsigned integer",
        SampleFormat.INT => "signed integer",
        SampleFormat.IEEEFP => "floating-point",
        SampleFormat.COMPLEXINT or SampleFormat.COMPLEXIEEEFP => "complex",
        _ => "untyped",
    };

    private static int Number(Tiff tiff, TiffTag tag, int missing = 0) => tiff.GetField(tag) is [FieldValue value, ..] ? value.ToInt() : missing;

    private static long[] Positions(string path, Tiff tiff, TiffTag tag)
        => tiff.GetField(tag) is [FieldValue value, ..] && value.TolongArray() is { } positions
            ? positions
            : throw TiffErrors.Damaged(path, "its directory does not say where the pixels are");
}
