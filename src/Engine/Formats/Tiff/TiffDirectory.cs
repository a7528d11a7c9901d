using System.Globalization;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>Makes sense of a page's directory: a checked <see cref="TiffLayout"/>, or a refusal that names what is not read here.</summary>
internal static class TiffDirectory
{
    private const int Compression = 259, FillOrder = 266, RowsPerStrip = 278, Predictor = 317, JpegTables = 347, NoData = 42113;

    /// <summary>Makes sense of a page, and checks it.</summary>
    /// <param name="header">The file.</param>
    /// <param name="entries">The page's directory.</param>
    /// <param name="isMask">Only zero or not counts, so that more kinds of pixels can be read.</param>
    /// <param name="plane">Which of the planes that lie behind one another, where the page stands for several.</param>
    /// <exception cref="EmException">It is none that is read here, or damaged.</exception>
    public static TiffLayout Read(TiffHeader header, TiffEntries entries, bool isMask, int plane = 0)
    {
        string path = header.Path;
        TiffCompression compression = Scheme(path, entries);
        var colour = TiffColour.Of(path, entries);
        var samples = TiffSampleFormat.Of(path, entries, isMask, colour);
        if (compression == TiffCompression.Jpeg && samples is not { Samples: 1, Encoding: TiffEncoding.Plain, Type: PixelType.UInt8 })
            throw TiffErrors.NotSupported(path, $"pixels compressed by JPEG that are not 8-bit of one sample ({samples.Bits} bits, {samples.Samples} samples)");
        int predictor = FindPredictor(header, entries, compression, samples);
        TiffBlockShape shape = Shape(path, entries, samples);
        long? plainRow = compression == TiffCompression.None ? samples.RowBytes(shape.BlockWidth) : null;
        var blocks = TiffBlockList.Of(header, entries, shape, plainRow);
        TiffTags tags = TiffTags.From(entries);
        TiffPhotometric photometric = colour.Photometric;
        List<FileRemark> remarks = [.. entries.Remarks, .. Remarks(ref photometric, colour, samples, tags, compression)];
        double fill = FillValue(entries, samples);
        long blank = blocks.Offsets.Where((offset, block) => offset == 0 && blocks.ByteCounts[block] == 0).Count();
        if (blank > 0)
            remarks.Add(FileRemark.Blank((int)blank, blocks.Offsets.Length, shape.Tiled ? "tile" : "strip", fill));
        TiffScale scale = TiffScale.Of(entries, tags, shape.Height, shape.Width);
        if (scale.Voxel is { } voxel && !scale.IsSquare)
            remarks.Add(TiffRemarks.OddPixels(voxel));
        if (plane > 0)
            blocks = TiffPlanes.Shifted(blocks, plane);
        var layout = new TiffLayout
        {
            File = new TiffFile
            {
                Path = path,
                Height = shape.Height,
                Width = shape.Width,
                PixelType = samples.Type,
                Photometric = photometric,
                Compression = compression,
                IsBigTiff = header.IsBigTiff,
                Tags = tags,
                VoxelSize = scale.Voxel,
                DataBarRows = scale.DataBarRows,
                Remarks = remarks.Count == 0 ? [] : remarks,
                IsMask = isMask,
                Directory = entries.Offset == header.FirstDirectory ? null : entries.Offset,
                Plane = plane,
            },
            BigEndian = header.IsBigEndian,
            BitsReversed = entries.Integer(FillOrder, 1) == 2 && compression != TiffCompression.Jpeg,
            Predictor = predictor,
            Tiled = shape.Tiled,
            Samples = samples,
            Reckoned = blocks.Reckoned,
            JpegTables = compression == TiffCompression.Jpeg ? entries.Raw(JpegTables) : null,
            FillValue = fill,
            WholeRows = entries.Integer(RowsPerStrip),
            BlockHeight = shape.BlockHeight,
            BlockWidth = shape.BlockWidth,
            Offsets = blocks.Offsets,
            ByteCounts = blocks.ByteCounts,
        };
        layout.CheckExtent(header.Length);
        if (2L * layout.RowBytes + (long)shape.BlockWidth * samples.Type.BytesPerPixel() > Array.MaxLength)
            throw TiffErrors.TooLarge(path, shape.Height, shape.Width);
        return layout;
    }

    private static TiffBlockShape Shape(string path, TiffEntries entries, TiffSampleFormat samples)
    {
        var shape = TiffBlockShape.Of(path, entries, samples.PlanesRead);
        if (shape.Tiled && (long)shape.BlockWidth * samples.Bits % 8 != 0)
            throw TiffErrors.NotSupported(path, $"{samples.Bits}-bit tiles of {shape.BlockWidth} columns, whose rows are no whole bytes");
        if (samples.RowBytes(shape.BlockWidth) > int.MaxValue)
            throw TiffErrors.TooLarge(path, shape.Height, shape.Width);
        return shape;
    }

    private static int FindPredictor(TiffHeader header, TiffEntries entries, TiffCompression compression, TiffSampleFormat samples)
    {
        bool predicts = compression is TiffCompression.Lzw or TiffCompression.Deflate or TiffCompression.Zstd;
        int predictor = predicts ? (int)entries.Integer(Predictor, 1) : 1;
        bool isFloat = samples.Encoding is TiffEncoding.Half or TiffEncoding.Double or TiffEncoding.Counts || (samples.Encoding == TiffEncoding.Plain && samples.Type == PixelType.Single);
        bool known = predictor switch { 1 => true, 2 => samples.SampleBytes > 0, 3 => isFloat && samples.SamplesTogether == 1, _ => false };
        if (!known)
            throw TiffErrors.NotSupported(header.Path, $"{samples.Type} pixels with predictor {predictor}");
        if (predictor == 3 && header.IsBigEndian)
            throw TiffErrors.NotSupported(header.Path, "floating-point differences (predictor 3) in big-endian order, which programs write in two ways (libtiff misreads its own)");
        return predictor;
    }

    private static List<FileRemark> Remarks(ref TiffPhotometric photometric, TiffColour colour, TiffSampleFormat samples, TiffTags tags, TiffCompression compression)
    {
        var remarks = new List<FileRemark>();
        if (photometric == TiffPhotometric.MinIsWhite && colour.Remark?.Id != TiffRemarks.FallingRamp.Id)
        {
            bool bitsOfTifffile = samples.Encoding == TiffEncoding.Bit && tags.Software?.StartsWith("tifffile", StringComparison.Ordinal) == true;
            remarks.Add(bitsOfTifffile ? FileRemark.BitsNotTurned : samples.Type == PixelType.Single && samples.Encoding != TiffEncoding.Counts ? FileRemark.NotTurned : FileRemark.Turned);
            if (bitsOfTifffile)
                photometric = TiffPhotometric.MinIsBlack;
        }

        if (colour.Remark is not null)
            remarks.Add(colour.Remark);
        if (samples.Remark() is { } stored)
            remarks.Add(stored);
        else if (samples is { Encoding: TiffEncoding.Plain, Type: PixelType.UInt16 } && ImageJDescription.Of(tags.ImageDescription)?.IsSigned == true)
            remarks.Add(FileRemark.SignedShifted(16));
        if (compression == TiffCompression.Jpeg)
            remarks.Add(TiffRemarks.Lossy);
        return remarks;
    }

    private static TiffCompression Scheme(string path, TiffEntries entries)
    {
        long scheme = entries.Integer(Compression, 1);
        return scheme switch
        {
            1 => TiffCompression.None,
            5 => TiffCompression.Lzw,
            8 or 32946 => TiffCompression.Deflate,
            32773 => TiffCompression.PackBits,
            2 or 3 or 4 => throw Refused("a fax method (CCITT)"),
            7 => TiffCompression.Jpeg,
            50000 => TiffCompression.Zstd,
            6 => throw Refused("JPEG of the old kind (number 6)"),
            33003 or 33005 or 34712 => throw Refused("JPEG 2000"),
            34887 => throw Refused("LERC"),
            34925 => throw Refused("LZMA"),
            50001 => throw Refused("WebP"),
            50002 or 52546 => throw Refused("JPEG XL"),
            _ => throw Refused($"a method unknown here (number {scheme})"),
        };

        EmException Refused(string method) => TiffErrors.NotSupported(path, $"pixels compressed by {method}");
    }

    /// <summary>What GDAL names as the value of pixels without data, as it is read; or what is read for a stored 0.</summary>
    private static double FillValue(TiffEntries entries, TiffSampleFormat samples)
    {
        double shift = samples.Encoding == TiffEncoding.Signed ? 1 << (samples.Bits - 1) : 0;
        if (!double.TryParse(entries.Text(NoData)?.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            return shift;
        return samples.Type == PixelType.Single ? (float)value
            : value + shift >= 0 && value + shift < 1 << samples.Bits ? Math.Truncate(value + shift) : shift;
    }
}
