using System.Numerics;

namespace EmTools.Engine.Formats;

/// <summary>
/// HDF5's newer lists of chunks: of a dataset of fixed size (fixed array), and of one that can grow along one axis
/// (extensible array). Both give where the chunks lie in the order of their numbers.
/// </summary>
internal sealed class Hdf5ChunkList
{
    private const int Prefix = 6;

    private readonly Hdf5File _file;
    private readonly int _chunkBytes;
    private readonly Action<long, long, long, long> _use;
    private readonly HashSet<long> _seen = [];
    private bool _filtered;
    private int _entryBytes;
    private int _pageBits;
    private long _next;

    private Hdf5ChunkList(Hdf5File file, int chunkBytes, Action<long, long, long, long> use) => (_file, _chunkBytes, _use) = (file, chunkBytes, use);

    /// <summary>Reads a fixed array.</summary>
    /// <param name="file">The file.</param>
    /// <param name="address">Where its header is.</param>
    /// <param name="chunkBytes">Bytes of a chunk that no filter has changed.</param>
    /// <param name="use">Is given every chunk that was written: number, address, stored bytes, filters that were left out.</param>
    public static void Fixed(Hdf5File file, long address, int chunkBytes, Action<long, long, long, long> use)
    {
        var list = new Hdf5ChunkList(file, chunkBytes, use);
        Hdf5Cursor header = file.CheckedStructure(address, 8 + file.LengthSize + file.OffsetSize, "FAHD", "a list of chunks");
        list.Begin(ref header);
        list._pageBits = header.Byte();
        long count = header.Length();
        if (header.Address() is { } block)
            list.Block(block, count, "FADB", offsetBytes: 0, bitmapInside: true);
    }

    /// <summary>Reads an extensible array.</summary>
    /// <inheritdoc cref="Fixed"/>
    public static void Extensible(Hdf5File file, long address, int chunkBytes, Action<long, long, long, long> use)
    {
        var list = new Hdf5ChunkList(file, chunkBytes, use);
        Hdf5Cursor header = file.CheckedStructure(address, 12 + 6L * file.LengthSize + file.OffsetSize, "EAHD", "a list of chunks");
        list.Begin(ref header);
        int countBits = header.Byte(), direct = header.Byte(), least = header.Byte(), pointers = header.Byte();
        list._pageBits = header.Byte();
        header.Skip(6L * file.LengthSize);
        if (header.Address() is not { } index)
            return;
        if (least == 0 || pointers < 2 || !BitOperations.IsPow2(least) || !BitOperations.IsPow2(pointers) || countBits is 0 or > 63 || countBits < BitOperations.Log2((uint)least))
            throw file.Damaged("a list of chunks makes no sense");

        // The first rows of blocks are listed in the index itself, the others in blocks of their own; a row of blocks has
        // twice as many blocks, or blocks twice as long, as the one before.
        int offsetBytes = (countBits + 7) / 8, rows = 1 + countBits - BitOperations.Log2((uint)least), near = Math.Min(rows, 2 * BitOperations.Log2((uint)pointers));
        int blocks = 2 * (pointers - 1);
        Hdf5Cursor root = file.CheckedStructure(index, Prefix + file.OffsetSize + (long)direct * list._entryBytes + (blocks + (long)Math.Max(0, rows - near)) * file.OffsetSize, "EAIB", "a list of chunks");
        root.Skip(2 + file.OffsetSize);
        list.Entries(ref root, direct);
        for (int row = 0; row < rows; row++)
        {
            long inRow = 1L << (row / 2), length = checked((1L << ((row + 1) / 2)) * least);
            if (row < near)
            {
                for (int i = 0; i < inRow; i++)
                    list.Block(root.Address(), length, "EADB", offsetBytes, bitmapInside: false);
            }
            else if (root.Address() is { } secondary)
            {
                list.Secondary(secondary, inRow, length, offsetBytes);
            }
            else
            {
                list._next = checked(list._next + inRow * length);
            }
        }
    }

    private void Begin(ref Hdf5Cursor header)
    {
        header.Skip(1);
        _filtered = header.Byte() == 1;
        _entryBytes = header.Byte();
        int rest = _entryBytes - _file.OffsetSize;
        if (_filtered ? rest is < 5 or > 12 : rest != 0)
            throw _file.Damaged("a list of chunks makes no sense");
    }

    private void Secondary(long address, long blocks, long length, int offsetBytes)
    {
        long pages = Pages(length);
        long bitmaps = pages > 1 ? blocks * ((pages + 7) / 8) : 0;
        Hdf5Cursor cursor = _file.CheckedStructure(address, Prefix + _file.OffsetSize + offsetBytes + bitmaps + blocks * _file.OffsetSize, "EASB", "a list of chunks");
        cursor.Skip(2 + _file.OffsetSize + offsetBytes);
        ReadOnlySpan<byte> maps = cursor.Take(bitmaps);
        for (int i = 0; i < blocks; i++)
            Block(cursor.Address(), length, "EADB", offsetBytes, bitmapInside: false, pages > 1 ? maps.Slice((int)(i * ((pages + 7) / 8)), (int)((pages + 7) / 8)) : default);
    }

    private long Pages(long length) => _pageBits < 32 && length > 1L << _pageBits ? (length + (1L << _pageBits) - 1) >> _pageBits : 1;

    /// <summary>A block of entries, in pages where it is long.</summary>
    private void Block(long? address, long length, string signature, int offsetBytes, bool bitmapInside, ReadOnlySpan<byte> bitmap = default)
    {
        if (address is not { } at)
        {
            _next = checked(_next + length);
            return;
        }

        if (!_seen.Add(at))
            throw _file.Damaged("a list of chunks leads in circles");
        long pages = Pages(length), mapBytes = pages > 1 && bitmapInside ? (pages + 7) / 8 : 0;
        long headBytes = Prefix + _file.OffsetSize + offsetBytes + mapBytes;
        Hdf5Cursor head = _file.CheckedStructure(at, headBytes + (pages > 1 ? 0 : checked(length * _entryBytes)), signature, "a list of chunks");
        head.Skip(2 + _file.OffsetSize + offsetBytes);
        if (pages == 1)
        {
            Entries(ref head, length);
            return;
        }

        if (bitmapInside)
            bitmap = head.Take(mapBytes);
        long pageLength = 1L << _pageBits, page = checked(at + headBytes + Hdf5Checksum.Bytes);
        for (long i = 0; i < pages; i++, page += pageLength * _entryBytes + Hdf5Checksum.Bytes)
        {
            long entries = Math.Min(pageLength, length - i * pageLength);
            if (!bitmap.IsEmpty && (bitmap[(int)(i / 8)] & 0x80 >> (int)(i % 8)) == 0)
            {
                _next += entries; // never written
                continue;
            }

            var cursor = new Hdf5Cursor(_file, _file.Checked(page, checked(entries * _entryBytes), "a list of chunks"), "a list of chunks");
            Entries(ref cursor, entries);
        }
    }

    private void Entries(ref Hdf5Cursor cursor, long count)
    {
        for (long i = 0; i < count; i++, _next++)
        {
            long? address = cursor.Address();
            long stored = _filtered ? cursor.Number(_entryBytes - _file.OffsetSize - 4) : _chunkBytes, skipped = _filtered ? cursor.Number(4) : 0;
            if (address is { } written)
                _use(_next, written, stored, skipped);
        }
    }
}
