using System.Text;
using System.Text.Unicode;

namespace EmTools.Engine.Formats;

/// <summary>The tags of one directory of a TIFF file, which describe a page. What they say is held to the file's length.</summary>
internal sealed class TiffEntries
{
    private readonly TiffHeader _header;
    private readonly Dictionary<int, Entry> _entries = [];
    private readonly List<FileRemark> _remarks = [];

    /// <summary>Reads a directory's list of tags; their values are read when they are asked for.</summary>
    /// <param name="header">The file.</param>
    /// <param name="offset">Where the directory lies.</param>
    /// <exception cref="EmException">It is damaged or truncated.</exception>
    public TiffEntries(TiffHeader header, long offset)
    {
        _header = header;
        Offset = offset;
        ReadDirectory(offset);
    }

    /// <summary>Where the directory lies.</summary>
    public long Offset { get; }

    /// <summary>Where the next page's directory is said to lie; 0 where there is none.</summary>
    public long Next { get; private set; }

    /// <summary>Bytes of the list of tags.</summary>
    public int ListBytes { get; private set; }

    /// <summary>Tags that were left out because they are damaged; pixels can be read without them.</summary>
    public IReadOnlyList<FileRemark> Remarks => _remarks;

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
        byte[] bytes = _header.Read(entry.Offset, checked(count * size), $"the values of tag {tag}");
        long[] values = new long[count];
        for (int i = 0; i < count; i++)
            values[i] = size switch { 1 => bytes[i], 2 => _header.UInt16(bytes, 2 * i), 4 => _header.UInt32(bytes, 4 * i), _ => _header.Int64(bytes, 8 * i) };
        return values;
    }

    /// <summary>A tag's first value as a rational or floating-point number.</summary>
    public double? Real(int tag)
    {
        if (!_entries.TryGetValue(tag, out Entry entry) || entry.Count == 0)
            return null;
        byte[] bytes = _header.Read(entry.Offset, Size(entry.Type), $"the values of tag {tag}");
        double value = entry.Type switch
        {
            5 => (double)_header.UInt32(bytes, 0) / _header.UInt32(bytes, 4),
            10 => (double)(int)_header.UInt32(bytes, 0) / (int)_header.UInt32(bytes, 4),
            11 => BitConverter.UInt32BitsToSingle(_header.UInt32(bytes, 0)),
            12 => BitConverter.Int64BitsToDouble(_header.Int64(bytes, 0)),
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
        byte[] bytes = _header.Read(entry.Offset, (int)entry.Count, $"the values of tag {tag}");
        int end = Array.IndexOf(bytes, (byte)0);
        ReadOnlySpan<byte> text = bytes.AsSpan(0, end < 0 ? bytes.Length : end);

        // TIFF means ASCII; what goes beyond is UTF-8 from some programs and Latin-1 from others.
        return (Utf8.IsValid(text) ? Encoding.UTF8 : Encoding.Latin1).GetString(text);
    }

    /// <summary>Bytes anywhere in the file that a tag points to; null where the file ends before.</summary>
    public byte[]? Bytes(long offset, int count)
        => offset < 0 || offset > _header.Length - count ? null : _header.Read(offset, count, "what a tag points to");

    /// <summary>A tag's bytes as they are stored; null where it is missing, or longer than 64 KB.</summary>
    public byte[]? Raw(int tag)
    {
        const int Longest = 1 << 16;
        return _entries.TryGetValue(tag, out Entry entry) && entry.Count * Size(entry.Type) <= Longest
            ? _header.Read(entry.Offset, (int)entry.Count * Size(entry.Type), $"the values of tag {tag}")
            : null;
    }

    /// <summary>A tag's first bytes as text, whatever type they are said to have: makers store their texts as bytes and with numbers among them.</summary>
    /// <param name="tag">Which.</param>
    /// <param name="most">How many bytes at most.</param>
    public string? Loose(int tag, int most = 128 << 10)
    {
        if (!_entries.TryGetValue(tag, out Entry entry))
            return null;
        int count = (int)Math.Min(most, entry.Count * Size(entry.Type));
        byte[] bytes = _header.Read(entry.Offset, count, $"the values of tag {tag}");
        return (Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);
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
            byte[] values = _header.Read(entry.Offset, (int)bytes, $"the values of tag {tag}");
            for (int at = 0; _header.IsBigEndian && at < values.Length; at += number)
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
        int countBytes = _header.IsBigTiff ? 8 : 2, entryBytes = _header.IsBigTiff ? 20 : 12, offsetBytes = _header.IsBigTiff ? 8 : 4;
        if (offset < 8 || offset > _header.Length - countBytes)
            throw _header.Truncated("the directory");
        byte[] head = _header.Read(offset, countBytes, "the directory");
        long count = _header.IsBigTiff ? _header.Int64(head, 0) : _header.UInt16(head, 0);
        if (count is <= 0 or > ushort.MaxValue)
            throw TiffErrors.Damaged(_header.Path, $"its directory is said to hold {count} entries");
        if (offset + countBytes + count * entryBytes + offsetBytes > _header.Length)
            throw _header.Truncated("the directory");

        ListBytes = (int)count * entryBytes;
        byte[] table = _header.Read(offset + countBytes, (int)count * entryBytes + offsetBytes, "the directory");
        for (int i = 0; i < count; i++)
            AddEntry(table, i * entryBytes, offset + countBytes + i * entryBytes);

        int next = (int)count * entryBytes;
        Next = _header.IsBigTiff ? _header.Int64(table, next) : _header.UInt32(table, next);
    }

    private void AddEntry(byte[] table, int at, long position)
    {
        int tag = _header.UInt16(table, at), type = _header.UInt16(table, at + 2), size = Size(type);
        long count = _header.IsBigTiff ? _header.Int64(table, at + 4) : _header.UInt32(table, at + 4);
        if (size == 0)
            return; // a type from the future
        if (count < 0 || count > _header.Length / size)
        {
            if (TiffTags.DescribesPixels(tag))
                throw TiffErrors.Damaged(_header.Path, $"tag {tag} is said to hold {count} values, more than the file has bytes");
            _remarks.Add(FileRemark.LeftOut(tag, $"that is said to hold {count} values, more than the file has bytes"));
            return;
        }

        int valueAt = _header.IsBigTiff ? 12 : 8;
        bool inline = count * size <= (_header.IsBigTiff ? 8 : 4);
        long offset = inline ? position + valueAt : _header.IsBigTiff ? _header.Int64(table, at + valueAt) : _header.UInt32(table, at + valueAt);
        if (offset < 0 || offset > _header.Length - count * size)
        {
            if (TiffTags.DescribesPixels(tag))
                throw _header.Truncated($"the values of tag {tag}");
            _remarks.Add(FileRemark.LeftOut(tag, "whose values lie behind the file's end"));
            return;
        }

        _entries[tag] = new Entry(type, count, offset);
    }

    private readonly record struct Entry(int Type, long Count, long Offset);
}
