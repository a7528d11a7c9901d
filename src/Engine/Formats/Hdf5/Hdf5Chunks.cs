namespace EmTools.Engine.Formats;

/// <summary>What is given every chunk that was written.</summary>
/// <param name="address">Where it lies, as the file counts.</param>
/// <param name="stored">Its bytes in the file.</param>
/// <param name="skipped">A bit for every filter that it went without.</param>
/// <param name="corner">Where it begins in the dataset.</param>
internal delegate void Hdf5ChunkUse(long address, long stored, long skipped, long[] corner);

/// <summary>Finds the chunks of a dataset, in whichever way they are listed, and reads them. Chunks that were never written are left out.</summary>
internal sealed class Hdf5Chunks(Hdf5File file, long[] shape, long[] limits, int numberBytes, Hdf5Filters filters)
{
    private readonly HashSet<long> _nodes = [];
    private readonly HashSet<long> _chunksRead = [];
    private readonly long[] _chunk = new long[shape.Length];
    private Hdf5ChunkUse _use = (_, _, _, _) => { };
    private int _chunkBytes;
    private long _decoded;

    /// <summary>The shape of a chunk; known once they were listed.</summary>
    public long[] ChunkShape => _chunk;

    /// <summary>Bytes of a chunk without filters; known once they were listed.</summary>
    public int ChunkBytes => _chunkBytes;

    /// <summary>Reads all chunks.</summary>
    /// <param name="layout">The dataset's layout message, behind its version and kind.</param>
    /// <param name="version">Its version.</param>
    /// <param name="rank">Axes and one for the number, where the message has told already.</param>
    /// <param name="values">Where the values go.</param>
    public void Read(ref Hdf5Cursor layout, int version, int rank, byte[] values)
        => List(ref layout, version, rank, file.LargestData, (address, stored, skipped, corner) => Place(address, stored, skipped, corner, values));

    /// <summary>Lists all chunks; no values are read.</summary>
    /// <param name="layout">The dataset's layout message, behind its version and kind.</param>
    /// <param name="version">Its version.</param>
    /// <param name="rank">Axes and one for the number, where the message has told already.</param>
    /// <param name="largestChunk">The most bytes that a chunk may have; never more than an array can.</param>
    /// <param name="use">Is given each of them once.</param>
    public void List(ref Hdf5Cursor layout, int version, int rank, long largestChunk, Hdf5ChunkUse use)
    {
        _use = use;
        const int SingleFiltered = 2;
        int flags = version >= 4 ? layout.Byte() : 0;
        if (version >= 3)
            rank = layout.Byte();
        if (rank != shape.Length + 1)
            throw file.Damaged($"its chunks have {rank - 1} axes, but it has {shape.Length}");
        long? tree = version < 4 ? layout.Address() : null;
        int sizeBytes = version < 4 ? 4 : layout.Byte();
        if (sizeBytes is < 1 or > 8)
            throw file.Damaged("the size of its chunks makes no sense");
        long bytes = numberBytes;
        for (int i = 0; i < shape.Length; i++)
        {
            _chunk[i] = layout.Number(sizeBytes);
            if (_chunk[i] == 0 || _chunk[i] > Array.MaxLength || (bytes *= _chunk[i]) > Math.Min(largestChunk, Array.MaxLength))
                throw file.Damaged("its chunks are said to be larger than the file can hold");
        }

        _chunkBytes = (int)bytes;
        if (layout.Number(sizeBytes) != numberBytes)
            throw file.Damaged("the numbers in its chunks are said to have another size");
        if (version < 4)
        {
            if (tree is { } root)
                ReadTree(root, level: null);
            return;
        }

        const int Single = 1, Implicit = 2, FixedArray = 3, ExtensibleArray = 4, Tree = 5;
        switch (layout.Byte())
        {
            case Single:
                (long stored, long skipped) = (flags & SingleFiltered) != 0 ? (layout.Length(), layout.Number(4)) : (_chunkBytes, 0);
                if (layout.Address() is { } only)
                    Visit(only, stored, skipped, new long[shape.Length]);
                break;
            case Implicit:
                if (layout.Address() is { } first)
                    ListInARow(first);
                break;
            case FixedArray:
                layout.Skip(1);
                if (layout.Address() is { } array)
                    Hdf5ChunkList.Fixed(file, array, _chunkBytes, VisitNumbered);
                break;
            case ExtensibleArray:
                layout.Skip(5);
                if (layout.Address() is { } growing)
                    Hdf5ChunkList.Extensible(file, growing, _chunkBytes, VisitNumbered);
                break;
            case Tree:
                layout.Skip(6);
                if (layout.Address() is { } newTree)
                    Hdf5Tree.Records(file, newTree, VisitRecord);
                break;
            default:
                throw file.NotSupported("a dataset whose chunks are listed in a way unknown here");
        }
    }

    /// <summary>Chunks that lie behind one another.</summary>
    private void ListInARow(long first)
    {
        long count = 1;
        for (int i = 0; i < shape.Length; i++)
            count = checked(count * Across(i));
        if (count > file.Length / _chunkBytes)
            throw file.Damaged($"it is said to hold {count} chunks of {_chunkBytes} bytes, more than the file has");
        for (long number = 0; number < count; number++)
            VisitNumbered(number, checked(first + number * _chunkBytes), _chunkBytes, skipped: 0);
    }

    /// <summary>Chunks along an axis, as far as it may grow.</summary>
    private long Across(int axis) => Math.Max(1, (Math.Max(shape[axis], limits[axis]) - 1) / _chunk[axis] + 1);

    /// <summary>A chunk by its number: row-major, an axis that grows without limit slowest.</summary>
    private void VisitNumbered(long number, long address, long stored, long skipped)
    {
        int slowest = Math.Max(0, Array.IndexOf(limits, -1));
        long[] corner = new long[shape.Length];
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            if (i == slowest)
                continue;
            corner[i] = number % Across(i) * _chunk[i];
            number /= Across(i);
        }

        if (corner.Length > 0)
            corner[slowest] = checked(number * _chunk[slowest]);
        if (Array.TrueForAll(Enumerable.Range(0, corner.Length).ToArray(), i => corner[i] < shape[i]))
            Visit(address, stored, skipped, corner); // others were left behind when the dataset shrank
    }

    /// <summary>A chunk of a tree's record.</summary>
    private void VisitRecord(int type, byte[] record)
    {
        const int Plain = 10, Filtered = 11;
        int sizeBytes = record.Length - file.OffsetSize - 4 - 8 * shape.Length;
        if (type is not (Plain or Filtered) || (type == Filtered && sizeBytes is < 1 or > 8))
            throw file.Damaged("a tree of chunks is none");
        var cursor = new Hdf5Cursor(file, record, "a tree of chunks");
        long address = cursor.RequiredAddress();
        (long stored, long skipped) = type == Filtered ? (cursor.Number(sizeBytes), cursor.Number(4)) : (_chunkBytes, 0);
        long[] corner = new long[shape.Length];
        for (int i = 0; i < corner.Length; i++)
            corner[i] = checked(cursor.Number(8) * _chunk[i]);
        Visit(address, stored, skipped, corner);
    }

    private void ReadTree(long address, int? level)
    {
        const int ChunkNode = 1;
        if (!_nodes.Add(address))
            throw file.Damaged("the tree of its chunks leads in circles");
        int headBytes = 8 + 2 * file.OffsetSize, keyBytes = 8 + 8 * (shape.Length + 1);
        Hdf5Cursor head = file.Structure(address, headBytes, "TREE", "a tree of chunks");
        int type = head.Byte(), found = head.Byte(), count = (int)head.Number(2);
        if (type != ChunkNode || (level is not null && found != level))
            throw file.Damaged("a tree of chunks is none");
        var cursor = new Hdf5Cursor(file, file.Read(address + headBytes, (long)count * (keyBytes + file.OffsetSize), "a tree of chunks"), "a tree of chunks");
        for (int i = 0; i < count; i++)
        {
            long stored = cursor.Number(4), skipped = cursor.Number(4);
            long[] corner = new long[shape.Length];
            for (int axis = 0; axis < corner.Length; axis++)
                corner[axis] = cursor.Number(8);
            cursor.Skip(8);
            long child = cursor.RequiredAddress();
            if (found > 0)
                ReadTree(child, found - 1);
            else
                Visit(child, stored, skipped, corner);
        }
    }

    /// <summary>Checks where a chunk is said to begin, and hands it on.</summary>
    private void Visit(long address, long stored, long skipped, long[] corner)
    {
        long place = 0;
        for (int i = 0; i < corner.Length; i++)
        {
            if (corner[i] % _chunk[i] != 0 || corner[i] >= Math.Max(1, shape[i]))
                throw file.Damaged($"a chunk of its values begins at ({string.Join(", ", corner)}), where none can");
            place = place * shape[i] + corner[i];
        }

        if (!_chunksRead.Add(place))
            throw file.Damaged($"two chunks of its values begin at ({string.Join(", ", corner)})");
        _use(address, stored, skipped, corner);
    }

    /// <summary>Puts one chunk's values to their place.</summary>
    private void Place(long address, long stored, long skipped, long[] corner, byte[] values)
    {
        if ((_decoded += _chunkBytes) > 2 * file.LargestData)
            throw file.Damaged("its chunks are said to hold more than the file can");
        byte[] bytes = filters.Undo(file.Read(address, stored, "a chunk of its values"), skipped, _chunkBytes, numberBytes);
        if (values.Length == 0)
            return;
        if (shape.Length == 0)
        {
            bytes.AsSpan(0, numberBytes).CopyTo(values);
            return;
        }

        Copy(bytes, values, axis: 0, from: 0, to: 0, corner);
    }

    private void Copy(byte[] chunk, byte[] values, int axis, long from, long to, long[] corner)
    {
        long count = Math.Min(_chunk[axis], shape[axis] - corner[axis]);
        if (axis == shape.Length - 1)
        {
            chunk.AsSpan((int)(from * _chunk[axis] * numberBytes), (int)count * numberBytes).CopyTo(values.AsSpan((int)((to * shape[axis] + corner[axis]) * numberBytes)));
            return;
        }

        for (long i = 0; i < count; i++)
            Copy(chunk, values, axis + 1, from * _chunk[axis] + i, to * shape[axis] + corner[axis] + i, corner);
    }
}
