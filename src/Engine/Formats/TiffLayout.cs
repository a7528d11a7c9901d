using BitMiracle.LibTiff.Classic;
using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>Where a TIFF file's pixels lie and how they are stored: its checked directory. Lives as long as one reading.</summary>
internal sealed class TiffLayout
{
    public required TiffFile File { get; init; }

    public required bool BigEndian { get; init; }

    /// <summary>The bits of every byte are stored in reverse (FillOrder 2); LibTiff.NET turns them.</summary>
    public required bool BitsReversed { get; init; }

    /// <summary>TIFF's number of the predictor: 1 none, 2 horizontal differences, 3 floating point.</summary>
    public required int Predictor { get; init; }

    public required bool Tiled { get; init; }

    /// <summary>Rows of a strip or tile; the last strip may have fewer in the image.</summary>
    public required int BlockHeight { get; init; }

    /// <summary>Columns of a strip (the image's) or tile.</summary>
    public required int BlockWidth { get; init; }

    /// <summary>Tiles side by side; 1 for strips.</summary>
    public required int BlocksAcross { get; init; }

    public required long[] Offsets { get; init; }

    public required long[] ByteCounts { get; init; }

    /// <summary>Strips or tiles that the image needs.</summary>
    public int BlockCount => BlocksAcross * ((File.Height - 1) / BlockHeight + 1);

    /// <summary>Rows that block <paramref name="block"/> stores: tiles are always whole, the last strip ends with the image.</summary>
    public int StoredRows(int block) => Tiled ? BlockHeight : Math.Min(BlockHeight, File.Height - block * BlockHeight);

    /// <summary>Bytes of one decoded row of a block.</summary>
    public int RowBytes => BlockWidth * File.PixelType.BytesPerPixel();

    /// <summary>Opens the file for one reading.</summary>
    /// <exception cref="EmException">Not a TIFF file that is read here, or damaged.</exception>
    public static TiffLayout Load(string path, SafeFileHandle handle)
    {
        TiffHeader header = TiffHeader.Check(path, handle);
        using Tiff tiff = OpenLibrary(path);
        TiffLayout layout = TiffDirectory.Read(path, tiff, header.IsBigTiff);
        layout.CheckExtent(header.Length);
        return layout;
    }

    /// <summary>Opens a file in LibTiff.NET. Two handles on two threads are fine, one handle on two is not.</summary>
    public static Tiff OpenLibrary(string path)
    {
        LibTiffMessages.Install();
        LibTiffMessages.Clear();
        try
        {
            return Tiff.Open(path, "r") ?? throw TiffErrors.Damaged(path, LibTiffMessages.Last ?? "its directory cannot be read");
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }
        catch (Exception e) when (e is not EmException)
        {
            // LibTiff.NET meets some nonsense with index and cast errors instead of its own message.
            throw TiffErrors.Damaged(path, $"its directory cannot be read ({e.Message})", e);
        }
    }

    /// <summary>
    /// Checks that all strips lie in the file and can hold what they are to hold, so that nothing is allocated on the
    /// word of a damaged header.
    /// </summary>
    private void CheckExtent(long fileLength)
    {
        // The most that a byte of compressed data can stand for.
        int expansion = File.Compression switch
        {
            TiffCompression.None => 1,
            TiffCompression.Deflate => 1040,
            TiffCompression.Lzw => 2800,
            _ => 65,
        };
        string kind = Tiled ? "tile" : "strip";
        for (int block = 0; block < BlockCount; block++)
        {
            long decoded = (long)RowBytes * StoredRows(block);
            long stored = File.Compression == TiffCompression.None ? decoded : ByteCounts[block];
            if (Offsets[block] < 8 || stored <= 0)
                throw TiffErrors.Damaged(File.Path, $"{kind} {block} of {BlockCount} is not in it");
            if (Offsets[block] > fileLength - stored)
                throw TiffErrors.Truncated(File.Path, $"{kind} {block} of {BlockCount} should end at byte {Offsets[block] + stored}, but the file has {fileLength} bytes");
            if (decoded / expansion > stored)
                throw TiffErrors.Damaged(File.Path, $"{kind} {block} should give {decoded} bytes of pixels, which {stored} compressed bytes cannot hold");
        }
    }
}
