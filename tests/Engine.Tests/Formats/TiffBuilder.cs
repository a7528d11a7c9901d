using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Makes TIFF files of any pages and tags, sound or not: little-endian, each page's strips and values before its directory.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Memory only.")]
internal sealed class TiffBuilder
{
    private readonly bool _big;
    private readonly MemoryStream _file = new();
    private readonly BinaryWriter _writer;
    private long _link;

    public TiffBuilder(bool big = false)
    {
        _big = big;
        _writer = new BinaryWriter(_file);
        _writer.Write(big ? [(byte)'I', (byte)'I', 43, 0, 8, 0, 0, 0] : [(byte)'I', (byte)'I', 42, 0]);
        _link = _file.Position;
        Offset(0);
    }

    /// <summary>Where the last page's directory lies.</summary>
    public long Directory { get; private set; }

    /// <summary>Adds a grey page.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="strips">Its strips' bytes.</param>
    /// <param name="tags">Further tags, or others in place of the usual ones: int is a SHORT, long a LONG, int[] and long[] several, string a text, double a DOUBLE, (uint, uint) a rational, byte[] bytes; null leaves one out.</param>
    public TiffBuilder Page(int rows, int columns, byte[][] strips, params (int Tag, object? Value)[] tags)
    {
        long[] offsets = [.. strips.Select(strip => Put(strip))];
        var all = new SortedDictionary<int, object?>
        {
            [256] = (long)columns, [257] = (long)rows, [258] = 8, [259] = 1, [262] = 1, [273] = offsets, [277] = 1,
            [278] = (long)((rows - 1) / strips.Length + 1), [279] = strips.Select(strip => (long)strip.Length).ToArray(),
        };
        foreach ((int tag, object? value) in tags)
            all[tag] = value;
        List<(int Tag, int Type, long Count, byte[] Bytes)> entries = [.. all.Where(e => e.Value is not null).Select(e => Encode(e.Key, e.Value!))];
        int inline = _big ? 8 : 4;
        byte[][] values = [.. entries.Select(e => e.Bytes.Length <= inline ? [.. e.Bytes, .. new byte[inline - e.Bytes.Length]] : BitConverter.GetBytes(Put(e.Bytes))[..inline])];
        if (_file.Position % 2 != 0)
            _writer.Write((byte)0);
        Directory = _file.Position;
        Link(Directory);
        if (_big)
            _writer.Write((long)entries.Count);
        else
            _writer.Write((ushort)entries.Count);
        for (int i = 0; i < entries.Count; i++)
        {
            _writer.Write((ushort)entries[i].Tag);
            _writer.Write((ushort)entries[i].Type);
            Offset(entries[i].Count);
            _writer.Write(values[i]);
        }

        _link = _file.Position;
        Offset(0);
        return this;
    }

    /// <summary>Makes the last page point somewhere.</summary>
    public TiffBuilder Link(long offset)
    {
        long end = _file.Position;
        _file.Position = _link;
        Offset(offset);
        _file.Position = end;
        return this;
    }

    /// <summary>The file.</summary>
    public byte[] ToArray() => _file.ToArray();

    private long Put(byte[] bytes)
    {
        long at = _file.Position;
        _writer.Write(bytes);
        return at;
    }

    private void Offset(long value)
    {
        if (_big)
            _writer.Write(value);
        else
            _writer.Write((uint)value);
    }

    private static (int Tag, int Type, long Count, byte[] Bytes) Encode(int tag, object value) => value switch
    {
        int number => (tag, 3, 1, BitConverter.GetBytes((ushort)number)),
        long number => (tag, 4, 1, BitConverter.GetBytes((uint)number)),
        int[] numbers => (tag, 3, numbers.Length, [.. numbers.SelectMany(n => BitConverter.GetBytes((ushort)n))]),
        long[] numbers => (tag, 4, numbers.Length, [.. numbers.SelectMany(n => BitConverter.GetBytes((uint)n))]),
        double number => (tag, 12, 1, BitConverter.GetBytes(number)),
        (uint above, uint below) => (tag, 5, 1, [.. BitConverter.GetBytes(above), .. BitConverter.GetBytes(below)]),
        string text => (tag, 2, Encoding.UTF8.GetByteCount(text) + 1, [.. Encoding.UTF8.GetBytes(text), 0]),
        byte[] bytes => (tag, 7, bytes.Length, bytes),
        _ => throw new ArgumentException("no such type", nameof(value)),
    };
}
