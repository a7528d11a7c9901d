using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>Where a TIFF file's pixels lie and how they are stored: its checked directory. Lives as long as one reading.</summary>
internal sealed class TiffLayout
{
    public required TiffFile File { get; init; }

    public required bool BigEndian { get; init; }

    /// <summary>The bits of every byte are stored in reverse (FillOrder 2).</summary>
    public required bool BitsReversed { get; init; }

    /// <summary>TIFF's number of the predictor: 1 none, 2 horizontal differences, 3 floating point.</summary>
    public required int Predictor { get; init; }

    public required bool Tiled { get; init; }

    /// <summary>Integers are to be turned, because the file means 0 as white.</summary>
    public bool Turns => File.Photometric == TiffPhotometric.MinIsWhite && File.PixelType != PixelType.Single;

    /// <summary>What the pixels are made of.</summary>
    public required TiffSampleFormat Samples { get; init; }

    /// <summary>The byte counts were reckoned, so that a block's bytes may be followed by others.</summary>
    public bool Reckoned { get; init; }

    /// <summary>What JPEG strips have in common, in a stream of its own; null where there is none.</summary>
    public byte[]? JpegTables { get; init; }

    /// <summary>What pixels are that were never written.</summary>
    public double FillValue { get; init; }

    /// <summary>Rows of a whole strip as the file says, which may be more than the image has: some programs store the last strip whole.</summary>
    public long WholeRows { get; init; }

    /// <summary>Rows of a strip or tile; the last strip may have fewer in the image.</summary>
    public required int BlockHeight { get; init; }

    /// <summary>Columns of a strip (the image's) or tile.</summary>
    public required int BlockWidth { get; init; }

    public required long[] Offsets { get; init; }

    public required long[] ByteCounts { get; init; }

    /// <summary>Tiles side by side; 1 for strips.</summary>
    public int BlocksAcross => (File.Width - 1) / BlockWidth + 1;

    /// <summary>Strips or tiles that cover the image.</summary>
    public int BlockCount => BlocksAcross * ((File.Height - 1) / BlockHeight + 1);

    /// <summary>Bytes of one decoded row of a block.</summary>
    public int RowBytes => (int)Samples.RowBytes(BlockWidth);

    /// <summary>Blocks that are read: those of one plane, or of all that are compared.</summary>
    public int BlocksRead => BlockCount * Samples.PlanesRead;

    /// <summary>True for a block that was never written; its pixels are <see cref="FillValue"/>.</summary>
    public bool IsBlank(int block) => Offsets[block] == 0 && ByteCounts[block] == 0;

    /// <summary>
    /// Bytes that block <paramref name="block"/> may decode to beside those of its <see cref="StoredRows"/>, where the image's last strip is stored whole.
    /// The same number where it is not, or where a damaged header claims more than is worth trying.
    /// </summary>
    public long WholeBytes(int block)
    {
        const long Small = 1 << 20;
        long needed = (long)RowBytes * StoredRows(block);
        if (Tiled || block % BlockCount != BlockCount - 1 || WholeRows > int.MaxValue)
            return needed;
        long whole = RowBytes * WholeRows;
        return whole <= Math.Max(Math.Max(Small, 2 * needed), (long)RowBytes * BlockHeight) ? Math.Max(whole, needed) : needed;
    }

    /// <summary>Rows that block <paramref name="block"/> stores: tiles are always whole, the last strip ends with the image.</summary>
    public int StoredRows(int block) => Tiled ? BlockHeight : Math.Min(BlockHeight, File.Height - block % BlockCount * BlockHeight);

    /// <summary>
    /// Checks that all strips lie in the file and can hold what they are to hold, so that no plane is allocated on the word
    /// of a damaged header.
    /// </summary>
    /// <param name="fileLength">Bytes of the file.</param>
    /// <exception cref="EmException">They cannot (<c>TiffTruncated</c>, <c>TiffDamaged</c>).</exception>
    public void CheckExtent(long fileLength)
    {
        // The most that a byte of compressed data can stand for.
        int expansion = File.Compression switch
        {
            TiffCompression.None => 1,
            TiffCompression.Deflate => 1040,
            TiffCompression.Lzw => 2800,
            TiffCompression.Zstd => ZstdDecoder.Expansion,
            TiffCompression.Jpeg => JpegDecoder.Expansion,
            _ => 65,
        };
        string kind = Tiled ? "tile" : "strip";
        long claimed = 0;
        int blank = 0;
        for (int block = 0; block < BlocksRead; block++)
        {
            if (IsBlank(block))
            {
                blank++;
                continue;
            }

            long decoded = (long)RowBytes * StoredRows(block);
            long stored = ByteCounts[block];
            if (Offsets[block] < 8 || stored <= 0)
                throw TiffErrors.Damaged(File.Path, $"{kind} {block} of {BlocksRead} is not in it");
            if (Offsets[block] > fileLength - stored)
                throw TiffErrors.Truncated(File.Path, $"{kind} {block} of {BlocksRead} should end at byte {Offsets[block] + stored}, but the file has {fileLength} bytes");
            if (decoded / expansion > stored)
                throw TiffErrors.Damaged(File.Path, $"{kind} {block} should give {decoded} bytes of pixels, which {stored} {(expansion == 1 ? "stored" : "compressed")} bytes cannot hold");
            claimed += stored;
        }

        // Strips that share their bytes could ask for gigabytes on the word of a small file.
        if (claimed > fileLength)
            throw TiffErrors.Damaged(File.Path, $"its {kind}s should have {claimed} bytes in all, but the file has {fileLength}, so that several lie in one place");
        if (blank == BlocksRead)
            throw TiffErrors.Damaged(File.Path, $"none of its {BlocksRead} {kind}s was ever written");
    }
}
