using System.Globalization;
using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>Makes sense of a TIFF file's directory: a checked <see cref="TiffLayout"/>, or a refusal that names what is not read here.</summary>
internal static class TiffDirectory
{
    private const int LargestTile = 1 << 16;

    private const int ImageWidth = 256, ImageLength = 257, BitsPerSample = 258, Compression = 259, Photometric = 262, FillOrder = 266;
    private const int StripOffsets = 273, SamplesPerPixel = 277, RowsPerStrip = 278, StripByteCounts = 279;
    private const int Predictor = 317, TileWidth = 322, TileLength = 323, TileOffsets = 324, TileByteCounts = 325, SampleFormat = 339, NoData = 42113;

    /// <summary>Reads and checks a file's directory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="handle">Its handle.</param>
    /// <param name="isMask">Only zero or not counts, so that more kinds of pixels can be read.</param>
    /// <exception cref="EmException">Not a TIFF file that is read here, or damaged.</exception>
    public static TiffLayout Read(string path, SafeFileHandle handle, bool isMask)
    {
        TiffHeader header = TiffHeader.Read(path, handle);
        (int height, int width) = Size(path, header);
        TiffPhotometric photometric = GreyKind(path, header);
        TiffCompression compression = Scheme(path, header);
        (PixelType type, bool packsBits, bool countsWords) = Type(path, header, isMask);
        bool predicts = compression is TiffCompression.Lzw or TiffCompression.Deflate;
        int predictor = predicts ? (int)header.Integer(Predictor, 1) : 1;
        if (predictor is < 1 or > 3 || (predictor == 3 && type != PixelType.Single))
            throw TiffErrors.NotSupported(path, $"{type} pixels with predictor {predictor}");
        if (predictor == 3 && header.IsBigEndian)
            throw TiffErrors.NotSupported(path, "floating-point differences (predictor 3) in big-endian order, which programs write in two ways (libtiff misreads its own)");

        bool tiled = header.Has(TileOffsets);
        (int blockHeight, int blockWidth) = tiled ? Tile(path, header) : (Strip(header, height), width);
        if (packsBits && blockWidth % 8 != 0 && tiled)
            throw TiffErrors.NotSupported(path, $"1-bit tiles of {blockWidth} columns, which is no multiple of 8");
        int rowBytes = packsBits ? (blockWidth - 1) / 8 + 1 : blockWidth * type.BytesPerPixel();
        (long[] offsets, long[] counts) = Blocks(path, header, tiled, height, width, blockHeight, blockWidth, compression == TiffCompression.None ? rowBytes : null);
        TiffTags tags = TiffTags.From(header);
        var remarks = new List<FileRemark>(header.Remarks);
        if (photometric == TiffPhotometric.MinIsWhite)
        {
            bool bitsOfTifffile = packsBits && tags.Software?.StartsWith("tifffile", StringComparison.Ordinal) == true;
            remarks.Add(bitsOfTifffile ? FileRemark.BitsNotTurned : type == PixelType.Single && !countsWords ? FileRemark.NotTurned : FileRemark.Turned);
            if (bitsOfTifffile)
                photometric = TiffPhotometric.MinIsBlack;
        }

        double fill = FillValue(header, type);
        int blank = Enumerable.Range(0, offsets.Length).Count(block => offsets[block] == 0 && counts[block] == 0);
        if (blank > 0)
            remarks.Add(FileRemark.Blank(blank, offsets.Length, tiled ? "tile" : "strip", fill));
        var layout = new TiffLayout
        {
            File = new TiffFile
            {
                Path = path,
                Height = height,
                Width = width,
                PixelType = type,
                Photometric = photometric,
                Compression = compression,
                IsBigTiff = header.IsBigTiff,
                Tags = tags,
                Remarks = remarks.Count == 0 ? [] : remarks,
                IsMask = isMask,
            },
            BigEndian = header.IsBigEndian,
            BitsReversed = header.Integer(FillOrder, 1) == 2,
            Predictor = predictor,
            Tiled = tiled,
            PacksBits = packsBits,
            CountsWords = countsWords,
            FillValue = fill,
            WholeRows = header.Integer(RowsPerStrip),
            BlockHeight = blockHeight,
            BlockWidth = blockWidth,
            Offsets = offsets,
            ByteCounts = counts,
        };
        layout.CheckExtent(header.Length);
        return layout;
    }

    private static (int Height, int Width) Size(string path, TiffHeader header)
    {
        long width = header.Integer(ImageWidth), height = header.Integer(ImageLength);
        if (width <= 0 || height <= 0)
            throw new EmException(EmErrorKind.InvalidData, "TiffNoSize", $"'{path}' is damaged: its header gives a size of {height} x {width} pixels (y, x). Copy it again from its source.", path);
        if (width > int.MaxValue / sizeof(float) || height > int.MaxValue)
            throw new EmException(EmErrorKind.InvalidData, "TiffTooLarge", $"'{path}': its header gives a size of {height} x {width} pixels (y, x), which is more than a section can have. Copy it again from its source, or cut it into smaller images.", path);
        return ((int)height, (int)width);
    }

    private static (int Height, int Width) Tile(string path, TiffHeader header)
    {
        long width = header.Integer(TileWidth), height = header.Integer(TileLength);
        return width is > 0 and <= LargestTile && height is > 0 and <= LargestTile
            ? ((int)height, (int)width)
            : throw TiffErrors.Damaged(path, $"its tiles are said to be {height} x {width} pixels (y, x)");
    }

    /// <summary>Rows of a strip: all where the tag is missing or says 2^32 - 1.</summary>
    private static int Strip(TiffHeader header, int height)
    {
        long rows = header.Integer(RowsPerStrip);
        return rows <= 0 ? height : (int)Math.Min(rows, height);
    }

    /// <param name="path">The file.</param>
    /// <param name="header">Its tags.</param>
    /// <param name="tiled">Tiles rather than strips.</param>
    /// <param name="height">The image's rows.</param>
    /// <param name="width">The image's columns.</param>
    /// <param name="blockHeight">A block's rows.</param>
    /// <param name="blockWidth">A block's columns.</param>
    /// <param name="rowBytes">Bytes of a row of a block for uncompressed pixels, whose byte counts follow from the size; null for compressed ones.</param>
    private static (long[] Offsets, long[] Counts) Blocks(string path, TiffHeader header, bool tiled, int height, int width, int blockHeight, int blockWidth, int? rowBytes)
    {
        int offsetsTag = tiled ? TileOffsets : StripOffsets, countsTag = tiled ? TileByteCounts : StripByteCounts;
        if (!header.Has(offsetsTag))
            throw TiffErrors.Damaged(path, "its directory does not say where the pixels are");
        long needed = (((long)width - 1) / blockWidth + 1) * (((long)height - 1) / blockHeight + 1);
        long listed = rowBytes is null ? Math.Min(header.Count(offsetsTag), header.Count(countsTag)) : header.Count(offsetsTag);
        if (listed < needed)
            throw new EmException(EmErrorKind.InvalidData, "TiffTooFewStrips", $"'{path}' is damaged: {height} x {width} pixels (y, x) take {needed} {(tiled ? "tiles" : "strips")}, but it lists {listed}. Copy it again from its source.", path);

        long[] offsets = header.Integers(offsetsTag, (int)needed);
        long[] counts;
        if (rowBytes is { } bytes)
        {
            // Some writers leave the counts of uncompressed strips out, or count the last one as a whole one.
            long[] listedCounts = header.Integers(countsTag, (int)needed);
            counts = new long[needed];
            for (int block = 0; block < Math.Min(counts.Length, offsets.Length); block++)
                counts[block] = offsets[block] == 0 && listedCounts.ElementAtOrDefault(block) == 0 ? 0 : (long)bytes * (tiled ? blockHeight : Math.Min(blockHeight, height - block * blockHeight));
        }
        else
        {
            counts = header.Integers(countsTag, (int)needed);
        }

        return offsets.Length == needed && counts.Length == needed ? (offsets, counts) : throw TiffErrors.Damaged(path, "its directory does not say where the pixels are");
    }

    private static TiffPhotometric GreyKind(string path, TiffHeader header)
    {
        long samples = header.Integer(SamplesPerPixel, 1), photometric = header.Integer(Photometric, 1);
        return (photometric, samples) switch
        {
            (0, 1) => TiffPhotometric.MinIsWhite,
            (1, 1) => TiffPhotometric.MinIsBlack,
            (0 or 1, _) => throw TiffErrors.NotSupported(path, $"an image of {samples} samples a pixel"),
            (2, _) => throw TiffErrors.NotSupported(path, "a colour image (RGB)"),
            (3, _) => throw TiffErrors.NotSupported(path, "a palette image"),
            (4, _) => throw TiffErrors.NotSupported(path, "a transparency mask"),
            (5, _) => throw TiffErrors.NotSupported(path, "a colour image (CMYK)"),
            (6, _) => throw TiffErrors.NotSupported(path, "a colour image (YCbCr)"),
            _ => throw TiffErrors.NotSupported(path, $"an image of a colour kind unknown here (photometric interpretation {photometric})"),
        };
    }

    private static TiffCompression Scheme(string path, TiffHeader header)
    {
        long scheme = header.Integer(Compression, 1);
        return scheme switch
        {
            1 => TiffCompression.None,
            5 => TiffCompression.Lzw,
            8 or 32946 => TiffCompression.Deflate,
            32773 => TiffCompression.PackBits,
            2 or 3 or 4 => throw Refused("a fax method (CCITT)"),
            6 or 7 => throw Refused("JPEG"),
            34712 => throw Refused("JPEG 2000"),
            34887 => throw Refused("LERC"),
            34925 => throw Refused("LZMA"),
            50000 => throw Refused("ZSTD"),
            50001 => throw Refused("WebP"),
            50002 => throw Refused("JPEG XL"),
            _ => throw Refused($"a method unknown here (number {scheme})"),
        };

        EmException Refused(string method) => TiffErrors.NotSupported(path, $"pixels compressed by {method}");
    }

    /// <summary>What GDAL names as the value of pixels without data, or 0.</summary>
    private static double FillValue(TiffHeader header, PixelType type)
    {
        if (!double.TryParse(header.Text(NoData)?.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            return 0;
        return type switch
        {
            PixelType.Single => (float)value,
            PixelType.UInt8 => value is >= 0 and <= byte.MaxValue ? (byte)value : 0,
            _ => value is >= 0 and <= ushort.MaxValue ? (ushort)value : 0,
        };
    }

    private static (PixelType Type, bool PacksBits, bool CountsWords) Type(string path, TiffHeader header, bool isMask)
    {
        long bits = header.Integer(BitsPerSample, 1), format = header.Integer(SampleFormat, 1);
        string kind = format switch { 1 => "unsigned integer", 2 => "signed integer", 3 => "floating-point", 5 or 6 => "complex", _ => "untyped" };
        bool white = header.Integer(Photometric, 1) == 0;
        return (bits, format) switch
        {
            (8, 1 or 4) => (PixelType.UInt8, false, false), // 4: undefined, which older writers use for unsigned
            (16, 1 or 4) => (PixelType.UInt16, false, false),
            (32, 3) => (PixelType.Single, false, isMask && white),
            (1, 1 or 4) when isMask => (PixelType.UInt8, true, false),
            (8, 2) when isMask => (PixelType.UInt8, false, false),
            (16, 2) when isMask => (PixelType.UInt16, false, false),
            (32, 1 or 2 or 4) when isMask => (PixelType.Single, false, true),
            _ => throw TiffErrors.NotSupported(path, $"{bits}-bit {kind} pixels"),
        };
    }
}
