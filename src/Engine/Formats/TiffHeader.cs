using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>
/// The first look at a TIFF file: is it one, is its directory whole, and is everything that the directory points to
/// inside the file. LibTiff.NET allocates what the directory promises (a damaged height can mean 17 GB of strip
/// offsets), so it gets to see only files that pass here.
/// </summary>
internal sealed class TiffHeader
{
    private const int TagWidth = 256, TagHeight = 257, TagStripOffsets = 273, TagRowsPerStrip = 278;
    private const int TagTileWidth = 322, TagTileHeight = 323, TagTileOffsets = 324;

    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly bool _bigEndian;
    private readonly Dictionary<int, (long Value, long Count)> _entries = [];

    private TiffHeader(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
        if (Length == 0)
            throw Damaged("TiffEmpty", "is empty (0 bytes); copy or export it again.");

        byte[] start = Read(0, (int)Math.Min(16, Length));
        _bigEndian = start is [(byte)'M', (byte)'M', ..];
        bool sound = start.Length >= 8 && (_bigEndian || start is [(byte)'I', (byte)'I', ..]);
        int version = sound ? UInt16(start, 2) : 0;
        if (version is not (42 or 43))
            throw new EmException(EmErrorKind.InvalidData, "NotTiff", $"'{path}' is no TIFF file: {FileSignature.Describe(start)}. Give the section's TIFF file, or convert it to a grey TIFF.", path);

        IsBigTiff = version == 43;
        if (IsBigTiff && start.Length < 16)
            throw Truncated("the header");
        ReadDirectory(IsBigTiff ? Int64(start, 8) : UInt32(start, 4));
    }

    /// <summary>The file's length in bytes.</summary>
    public long Length { get; }

    /// <summary>True for 64-bit offsets.</summary>
    public bool IsBigTiff { get; }

    /// <summary>Reads and checks the header and the first directory.</summary>
    /// <exception cref="EmException">Not a TIFF file, damaged, truncated, or of more than one page.</exception>
    public static TiffHeader Check(string path, SafeFileHandle handle)
    {
        var header = new TiffHeader(path, handle);
        header.CheckSize();
        return header;
    }

    private void ReadDirectory(long offset)
    {
        int countBytes = IsBigTiff ? 8 : 2, entryBytes = IsBigTiff ? 20 : 12, offsetBytes = IsBigTiff ? 8 : 4;
        if (offset < 8 || offset + countBytes > Length)
            throw Truncated("the directory");
        byte[] head = Read(offset, countBytes);
        long count = IsBigTiff ? Int64(head, 0) : UInt16(head, 0);
        if (count is <= 0 or > ushort.MaxValue)
            throw Damaged("TiffDamaged", $"is damaged: its directory is said to hold {count} entries.");
        if (offset + countBytes + count * entryBytes + offsetBytes > Length)
            throw Truncated("the directory");

        byte[] table = Read(offset + countBytes, (int)count * entryBytes + offsetBytes);
        for (int i = 0; i < count; i++)
            AddEntry(table, i * entryBytes);

        int next = (int)count * entryBytes;
        if ((IsBigTiff ? Int64(table, next) : UInt32(table, next)) != 0)
            throw new EmException(EmErrorKind.NotSupported, "TiffSeveralPages", $"'{_path}' holds more than one page; a section is a file of one page. Split it, for example with 'tiffsplit'.", _path);
    }

    private void AddEntry(byte[] table, int at)
    {
        int tag = UInt16(table, at), type = UInt16(table, at + 2);
        long count = IsBigTiff ? Int64(table, at + 4) : UInt32(table, at + 4);
        int valueAt = at + (IsBigTiff ? 12 : 8), inline = IsBigTiff ? 8 : 4;
        int size = type switch { 1 or 2 or 6 or 7 => 1, 3 or 8 => 2, 4 or 9 or 11 or 13 => 4, 5 or 10 or 12 or 16 or 17 or 18 => 8, _ => 0 };
        if (size == 0)
            return; // a type from the future: LibTiff skips the entry as well
        if (count < 0 || count > Length / size)
            throw Damaged("TiffDamaged", $"is damaged: tag {tag} is said to hold {count} values, more than the file has bytes.");
        if (count * size > inline)
        {
            long offset = IsBigTiff ? Int64(table, valueAt) : UInt32(table, valueAt);
            if (offset < 0 || offset > Length - count * size)
                throw Truncated($"the values of tag {tag}");
        }

        long value = type switch
        {
            1 => table[valueAt],
            3 => UInt16(table, valueAt),
            4 => UInt32(table, valueAt),
            16 => Int64(table, valueAt),
            _ => 0,
        };
        _entries[tag] = (value, count);
    }

    /// <summary>Holds the size of the image to the list of strips or tiles, whose length the file's own length bounds.</summary>
    private void CheckSize()
    {
        long width = Value(TagWidth), height = Value(TagHeight);
        if (width <= 0 || height <= 0)
            throw Damaged("TiffNoSize", $"is damaged: its header gives a size of {height} x {width} pixels (y, x).");
        if (width > int.MaxValue / 4 || height > int.MaxValue)
            throw Damaged("TiffTooLarge", $"gives a size of {height} x {width} pixels (y, x), which is more than a section can have.");

        bool tiled = _entries.ContainsKey(TagTileOffsets);
        if (!tiled && !_entries.ContainsKey(TagStripOffsets))
            throw Damaged("TiffDamaged", "is damaged: its directory does not say where the pixels are.");

        long needed;
        if (tiled)
        {
            long tileWidth = Value(TagTileWidth), tileHeight = Value(TagTileHeight);
            if (tileWidth <= 0 || tileHeight <= 0 || tileWidth > 1 << 20 || tileHeight > 1 << 20)
                throw Damaged("TiffDamaged", $"is damaged: its tiles are said to be {tileHeight} x {tileWidth} pixels (y, x).");
            needed = Blocks(width, tileWidth) * Blocks(height, tileHeight);
        }
        else
        {
            long rows = Value(TagRowsPerStrip);
            needed = rows <= 0 ? 1 : Blocks(height, rows);
        }

        long listed = _entries[tiled ? TagTileOffsets : TagStripOffsets].Count;
        if (listed < needed)
            throw Damaged("TiffTooFewStrips", $"is damaged: {height} x {width} pixels (y, x) take {needed} {(tiled ? "tiles" : "strips")}, but it lists {listed}.");
    }

    private long Value(int tag) => _entries.TryGetValue(tag, out (long Value, long Count) entry) && entry.Count == 1 ? entry.Value : 0;

    private static long Blocks(long length, long block) => (length + block - 1) / block;

    private byte[] Read(long offset, int count)
    {
        byte[] bytes = new byte[count];
        int have = 0;
        while (have < count)
        {
            int got = RandomAccess.Read(_handle, bytes.AsSpan(have), offset + have);
            if (got == 0)
                throw Truncated("the directory");
            have += got;
        }

        return bytes;
    }

    private ushort UInt16(byte[] b, int at) => _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadUInt16LittleEndian(b.AsSpan(at));

    private uint UInt32(byte[] b, int at) => _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(b.AsSpan(at));

    private long Int64(byte[] b, int at) => _bigEndian ? BinaryPrimitives.ReadInt64BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadInt64LittleEndian(b.AsSpan(at));

    private EmException Truncated(string part)
        => new(EmErrorKind.InvalidData, "TiffTruncated", $"'{_path}' is truncated: the file ends after {Length} bytes, before {part}. Copy it again from its source.", _path);

    private EmException Damaged(string id, string what) => new(EmErrorKind.InvalidData, id, $"'{_path}' {what}", _path);
}
