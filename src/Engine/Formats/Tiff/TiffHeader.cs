using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>
/// The header and the first directory of a TIFF file, in either byte order, classic or BigTIFF. Everything is held to the
/// file's length before it is allocated or followed: a damaged height must not ask for 17 GB of strip offsets, as it does
/// in LibTiff.NET, which cannot read big-endian BigTIFF besides.
/// </summary>
internal sealed class TiffHeader
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly Dictionary<int, Entry> _entries = [];
    private readonly List<FileRemark> _remarks = [];

    private TiffHeader(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
        if (Length == 0)
            throw new EmException(EmErrorKind.InvalidData, "TiffEmpty", $"'{path}' is empty (0 bytes). Copy or export it again.", path);

        byte[] start = Read(0, (int)Math.Min(256, Length), "the header");
        IsBigEndian = start is [(byte)'M', (byte)'M', ..];
        if (start.Length < 8 && start is [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..])
            throw Truncated("the end of the header");
        bool sound = start.Length >= 8 && (IsBigEndian || start is [(byte)'I', (byte)'I', ..]);
        int version = sound ? UInt16(start, 2) : 0;
        if (version is not (42 or 43))
            throw new EmException(EmErrorKind.InvalidData, "NotTiff", $"'{path}' is no TIFF file: {FileSignature.Describe(start)}. Give the section's TIFF file, or convert it to a grey TIFF.", path);

        IsBigTiff = version == 43;
        if (IsBigTiff && start.Length < 16)
            throw Truncated("the end of the header");
        ReadDirectory(IsBigTiff ? Int64(start, 8) : UInt32(start, 4));
    }

    /// <summary>The file's length in bytes.</summary>
    public long Length { get; }

    /// <summary>True for 64-bit offsets.</summary>
    public bool IsBigTiff { get; }

    /// <summary>True when numbers are stored with their most significant byte first.</summary>
    public bool IsBigEndian { get; }

    /// <summary>Tags that were left out because they are damaged; pixels can be read without them.</summary>
    public IReadOnlyList<FileRemark> Remarks => _remarks;

    /// <summary>Reads the header and the list of the first directory's tags.</summary>
    /// <exception cref="EmException">Not a TIFF file, damaged, truncated, or of more than one page.</exception>
    public static TiffHeader Read(string path, SafeFileHandle handle) => new(path, handle);

    /// <summary>True when the directory has the tag.</summary>
    public bool Has(int tag) => _entries.ContainsKey(tag);

    /// <summary>How many values a tag has; 0 where it is missing.</summary>
    public long Count(int tag) => _entries.TryGetValue(tag, out Entry entry) ? entry.Count : 0;

    /// <summary>A tag's first value as a whole number.</summary>
    public long Integer(int tag, long missing = 0) => Integers(tag, 1) is [long value] ? value : missing;

    /// <summary>A tag's values as whole numbers, at most <paramref name="count"/>; none where it is missing or of another type.</summary>
    public long[] Integers(int tag, int count)
    {
        if (!_entries.TryGetValue(tag, out Entry entry) || entry.Type is not (1 or 3 or 4 or 13 or 16 or 18))
            return [];
        count = (int)Math.Min(count, entry.Count);
        int size = Size(entry.Type);
        byte[] bytes = Read(entry.Offset, checked(count * size), $"the values of tag {tag}");
        long[] values = new long[count];
        for (int i = 0; i < count; i++)
            values[i] = size switch { 1 => bytes[i], 2 => UInt16(bytes, 2 * i), 4 => UInt32(bytes, 4 * i), _ => Int64(bytes, 8 * i) };
        return values;
    }

    /// <summary>A tag's first value as a rational or floating-point number.</summary>
    public double? Real(int tag)
    {
        if (!_entries.TryGetValue(tag, out Entry entry) || entry.Count == 0)
            return null;
        byte[] bytes = Read(entry.Offset, Size(entry.Type), $"the values of tag {tag}");
        double value = entry.Type switch
        {
            5 => (double)UInt32(bytes, 0) / UInt32(bytes, 4),
            10 => (double)(int)UInt32(bytes, 0) / (int)UInt32(bytes, 4),
            11 => BitConverter.UInt32BitsToSingle(UInt32(bytes, 0)),
            12 => BitConverter.Int64BitsToDouble(Int64(bytes, 0)),
            _ => Integer(tag),
        };
        return double.IsFinite(value) ? value : null;
    }

    /// <summary>A tag's text, up to its end or the first NUL.</summary>
    public string? Text(int tag)
    {
        // Longer texts are no descriptions, and need not be kept for every section of a stack.
        const int Longest = 1 << 20;
        if (!_entries.TryGetValue(tag, out Entry entry) || entry.Type != 2 || entry.Count > Longest)
            return null;
        byte[] bytes = Read(entry.Offset, (int)entry.Count, $"the values of tag {tag}");
        int end = Array.IndexOf(bytes, (byte)0);
        ReadOnlySpan<byte> text = bytes.AsSpan(0, end < 0 ? bytes.Length : end);

        // TIFF means ASCII; what goes beyond is UTF-8 from some programs and Latin-1 from others.
        return (Utf8.IsValid(text) ? Encoding.UTF8 : Encoding.Latin1).GetString(text);
    }

    /// <summary>The tags that neither are known here nor belong to this very file, in order, as far as they fit <see cref="TiffOtherTag.Limit"/>.</summary>
    public IReadOnlyList<TiffOtherTag> OtherTags()
    {
        var tags = new List<TiffOtherTag>();
        long left = TiffOtherTag.Limit;
        foreach ((int tag, Entry entry) in _entries.OrderBy(e => e.Key))
        {
            int number = TiffOtherTag.NumberBytes(entry.Type);
            long bytes = entry.Count * Size(entry.Type);
            if (number == 0 || bytes == 0 || bytes > left || TiffTags.IsKnown(tag) || TiffOtherTag.BelongsToFile(tag))
                continue;
            left -= bytes;
            byte[] values = Read(entry.Offset, (int)bytes, $"the values of tag {tag}");
            for (int at = 0; IsBigEndian && at < values.Length; at += number)
                values.AsSpan(at, number).Reverse();
            tags.Add(new TiffOtherTag(tag, entry.Type, entry.Count, values));
        }

        return tags;
    }

    private static int Size(int type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 or 16 or 17 or 18 => 8,
        _ => 0,
    };

    private void ReadDirectory(long offset)
    {
        int countBytes = IsBigTiff ? 8 : 2, entryBytes = IsBigTiff ? 20 : 12, offsetBytes = IsBigTiff ? 8 : 4;
        if (offset < 8 || offset > Length - countBytes)
            throw Truncated("the directory");
        byte[] head = Read(offset, countBytes, "the directory");
        long count = IsBigTiff ? Int64(head, 0) : UInt16(head, 0);
        if (count is <= 0 or > ushort.MaxValue)
            throw TiffErrors.Damaged(_path, $"its directory is said to hold {count} entries");
        if (offset + countBytes + count * entryBytes + offsetBytes > Length)
            throw Truncated("the directory");

        byte[] table = Read(offset + countBytes, (int)count * entryBytes + offsetBytes, "the directory");
        for (int i = 0; i < count; i++)
            AddEntry(table, i * entryBytes, offset + countBytes + i * entryBytes);

        int next = (int)count * entryBytes;
        if ((IsBigTiff ? Int64(table, next) : UInt32(table, next)) != 0)
            throw new EmException(EmErrorKind.NotSupported, "TiffSeveralPages", $"'{_path}' holds more than one page; a section is a file of one page. Split it, for example with 'tiffsplit'.", _path);
    }

    private void AddEntry(byte[] table, int at, long position)
    {
        int tag = UInt16(table, at), type = UInt16(table, at + 2), size = Size(type);
        long count = IsBigTiff ? Int64(table, at + 4) : UInt32(table, at + 4);
        if (size == 0)
            return; // a type from the future
        if (count < 0 || count > Length / size)
        {
            if (TiffTags.DescribesPixels(tag))
                throw TiffErrors.Damaged(_path, $"tag {tag} is said to hold {count} values, more than the file has bytes");
            _remarks.Add(FileRemark.LeftOut(tag, $"that is said to hold {count} values, more than the file has bytes"));
            return;
        }

        int valueAt = IsBigTiff ? 12 : 8;
        bool inline = count * size <= (IsBigTiff ? 8 : 4);
        long offset = inline ? position + valueAt : IsBigTiff ? Int64(table, at + valueAt) : UInt32(table, at + valueAt);
        if (offset < 0 || offset > Length - count * size)
        {
            if (TiffTags.DescribesPixels(tag))
                throw Truncated($"the values of tag {tag}");
            _remarks.Add(FileRemark.LeftOut(tag, "whose values lie behind the file's end"));
            return;
        }

        _entries[tag] = new Entry(type, count, offset);
    }

    private byte[] Read(long offset, int count, string part)
    {
        byte[] bytes = new byte[count];
        for (int have = 0; have < count;)
        {
            int got = RandomAccess.Read(_handle, bytes.AsSpan(have), offset + have);
            if (got == 0)
                throw Truncated(part);
            have += got;
        }

        return bytes;
    }

    private ushort UInt16(byte[] b, int at) => IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadUInt16LittleEndian(b.AsSpan(at));

    private uint UInt32(byte[] b, int at) => IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(b.AsSpan(at));

    private long Int64(byte[] b, int at) => IsBigEndian ? BinaryPrimitives.ReadInt64BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadInt64LittleEndian(b.AsSpan(at));

    private EmException Truncated(string part) => TiffErrors.Truncated(_path, $"the file ends after {Length} bytes, before {part}");

    private readonly record struct Entry(int Type, long Count, long Offset);
}
