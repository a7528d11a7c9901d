using System.Numerics;

namespace EmTools.Engine.Formats;

/// <summary>HDF5's heap of objects of any length (fractal heap), which holds the links of groups of many objects in files of the newest layout.</summary>
internal sealed class Hdf5Heap
{
    private readonly Hdf5File _file;
    private readonly int _offsetBytes;
    private readonly int _width;
    private readonly long _startBytes;
    private readonly int _directRows;
    private readonly long _root;
    private readonly int _rootRows;

    private Hdf5Heap(Hdf5File file, ref Hdf5Cursor header)
    {
        _file = file;
        header.Skip(3); // version and the length of an object's id
        if (header.Number(2) > 0)
            throw file.NotSupported("compressed names");
        header.Skip(5 + 10L * file.LengthSize + 2L * file.OffsetSize); // flags, largest object, huge and tiny objects, free space
        _width = (int)header.Number(2);
        _startBytes = header.Length();
        long largest = header.Length();
        int bits = (int)header.Number(2);
        header.Skip(2);
        _root = header.RequiredAddress();
        _rootRows = (int)header.Number(2);
        if (_width == 0 || bits is 0 or > 63 || !BitOperations.IsPow2(_startBytes) || !BitOperations.IsPow2(largest) || largest < _startBytes || largest > 1L << 40 || _rootRows > 64)
            throw file.Damaged("a heap in it makes no sense");
        _offsetBytes = (bits + 7) / 8;
        _directRows = BitOperations.Log2((ulong)(largest / _startBytes)) + 2;
    }

    /// <summary>Reads the heap's header.</summary>
    public static Hdf5Heap Read(Hdf5File file, long address)
    {
        Hdf5Cursor header = file.CheckedStructure(address, 22 + 12L * file.LengthSize + 3L * file.OffsetSize, "FRHP", "a heap");
        return new Hdf5Heap(file, ref header);
    }

    /// <summary>The object of an id.</summary>
    /// <exception cref="EmException">There is none, or it is no plain one.</exception>
    public byte[] Object(ReadOnlySpan<byte> id)
    {
        const int KindMask = 0x30;
        var cursor = new Hdf5Cursor(_file, id, "the id of an object in a heap");
        if ((cursor.Byte() & KindMask) != 0)
            throw _file.NotSupported("names that are too long for their heap");
        long offset = cursor.Number(_offsetBytes), length = cursor.Number(Math.Min(8, cursor.Left));
        return _rootRows == 0 ? _file.Read(checked(_root + offset), length, "an object of a heap") : InRows(_root, _rootRows, offset, length);
    }

    /// <summary>Looks through a list of blocks, rows of which double in size.</summary>
    private byte[] InRows(long address, int rows, long offset, long length)
    {
        int head = 5 + _file.OffsetSize + _offsetBytes;
        Hdf5Cursor list = _file.CheckedStructure(address, head + (long)rows * _width * _file.OffsetSize, "FHIB", "a heap's list of blocks");
        list.Skip(head - 4);
        for (int row = 0; row < rows; row++)
        {
            long size = checked(_startBytes << Math.Max(0, row - 1));
            if (size <= 0)
                throw _file.Damaged("a heap in it makes no sense");
            if (offset >= (Int128)size * _width)
            {
                list.Skip((long)_width * _file.OffsetSize);
                offset -= size * _width;
                continue;
            }

            list.Skip(offset / size * _file.OffsetSize);
            long block = list.RequiredAddress(), rest = offset % size;
            if (row < _directRows)
                return _file.Read(checked(block + rest), length, "an object of a heap");
            int inner = BitOperations.Log2((ulong)Math.Max(1, size / (_startBytes * _width))) + 1;
            return inner < rows ? InRows(block, inner, rest, length) : throw _file.Damaged("a heap in it makes no sense");
        }

        throw _file.Damaged("an object lies outside its heap");
    }
}
