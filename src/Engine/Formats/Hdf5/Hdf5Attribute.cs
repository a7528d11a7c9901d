using System.Text;

namespace EmTools.Engine.Formats;

/// <summary>What an HDF5 object carries as attributes: numbers, and texts of a fixed length.</summary>
internal sealed class Hdf5Attribute
{
    private const int MostNumbers = 64;

    private readonly Hdf5File _file;
    private readonly byte[] _type;
    private readonly byte[] _space;
    private readonly byte[] _data;

    private Hdf5Attribute(Hdf5File file, string name, byte[] type, byte[] space, byte[] data) => (_file, Name, _type, _space, _data) = (file, name, type, space, data);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>All attributes of an object but those that share their description with others.</summary>
    /// <exception cref="EmException">They are damaged.</exception>
    public static List<Hdf5Attribute> Of(Hdf5File file, Hdf5ObjectHeader header)
    {
        var attributes = new List<Hdf5Attribute>();
        foreach (byte[] message in header.All(Hdf5ObjectHeader.Attribute))
            Add(file, message, attributes);
        if (header.Find(Hdf5ObjectHeader.AttributeInfo) is { } info)
            AddDense(file, info, attributes);
        return attributes;
    }

    /// <summary>Its numbers; null where it holds something else, or very many.</summary>
    public double[]? Numbers()
    {
        if (Hdf5Number.Read(_file, _type, out _) is not { } number)
            return null;
        (long[] shape, _) = Hdf5Dataset.Dimensions(_file, _space);
        double count = shape.Aggregate(1.0, (product, length) => product * length);
        return count <= MostNumbers && _data.Length >= count * number.Size ? number.ToDoubles(_data.AsSpan(0, (int)count * number.Size)) : null;
    }

    /// <summary>Its text; null where it holds something else, or texts that lie elsewhere in the file.</summary>
    public string? Text()
    {
        const int TextClass = 3;
        return _type.Length > 0 && (_type[0] & 0xF) == TextClass && Hdf5Dataset.Dimensions(_file, _space).Shape.Length == 0 ? Encoding.UTF8.GetString(_data).TrimEnd('\0', ' ') : null;
    }

    /// <summary>Attributes that lie in a heap, because they are many.</summary>
    private static void AddDense(Hdf5File file, byte[] info, List<Hdf5Attribute> attributes)
    {
        const int ByName = 8, HeapId = 8;
        var cursor = new Hdf5Cursor(file, info, "the attributes of an object");
        cursor.Skip(1);
        cursor.Skip((cursor.Byte() & 1) != 0 ? 2 : 0);
        if (cursor.Address() is not { } heapAddress || cursor.Address() is not { } treeAddress)
            return;
        Hdf5Heap heap = Hdf5Heap.Read(file, heapAddress);
        Hdf5Tree.Records(file, treeAddress, (type, record) =>
        {
            if (type != ByName || record.Length < HeapId)
                throw file.Damaged("the tree of an object's attributes is none");
            Add(file, heap.Object(record.AsSpan(0, HeapId)), attributes);
        });
    }

    private static void Add(Hdf5File file, byte[] message, List<Hdf5Attribute> attributes)
    {
        const int Shared = 3;
        var cursor = new Hdf5Cursor(file, message, "an attribute");
        int version = cursor.Byte(), flags = cursor.Byte();
        if (version is < 1 or > 3 || (version > 1 && (flags & Shared) != 0))
            return;
        long nameBytes = cursor.Number(2), typeBytes = cursor.Number(2), spaceBytes = cursor.Number(2);
        cursor.Skip(version == 3 ? 1 : 0);
        int Padded(long bytes) => (int)(version == 1 ? (bytes + 7) / 8 * 8 : bytes);
        string name = Encoding.UTF8.GetString(cursor.Take(Padded(nameBytes))).TrimEnd('\0');
        byte[] type = cursor.Take(Padded(typeBytes)).ToArray(), space = cursor.Take(Padded(spaceBytes)).ToArray();
        attributes.Add(new Hdf5Attribute(file, name, type, space, cursor.Take(cursor.Left).ToArray()));
    }
}
