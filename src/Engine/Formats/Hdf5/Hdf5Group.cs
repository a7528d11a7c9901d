using System.Text;

namespace EmTools.Engine.Formats;

/// <summary>What an HDF5 group holds: names, and where the objects of these names lie.</summary>
internal static class Hdf5Group
{
    /// <summary>The objects of the group whose header this is; null for links that lead elsewhere (soft and external ones). None where it is no group.</summary>
    /// <exception cref="EmException">It is damaged, or of a kind that is not read.</exception>
    public static SortedDictionary<string, long?> Links(Hdf5File file, Hdf5ObjectHeader header)
    {
        var links = new SortedDictionary<string, long?>(StringComparer.Ordinal);
        foreach (byte[] message in header.All(Hdf5ObjectHeader.Link))
            AddLink(file, message, links);
        if (header.Find(Hdf5ObjectHeader.LinkInfo) is { } info)
            AddDense(file, info, links);
        if (header.Find(Hdf5ObjectHeader.SymbolTable) is { } table)
        {
            var cursor = new Hdf5Cursor(file, table, "a group");
            long tree = cursor.RequiredAddress();
            AddSymbols(file, tree, Heap(file, cursor.RequiredAddress()), links, [], level: null);
        }

        return links;
    }

    private static void AddLink(Hdf5File file, byte[] message, SortedDictionary<string, long?> links)
    {
        const int Hard = 0;
        var cursor = new Hdf5Cursor(file, message, "a link");
        cursor.Skip(1);
        int flags = cursor.Byte();
        int type = (flags & 8) != 0 ? cursor.Byte() : Hard;
        cursor.Skip(((flags & 4) != 0 ? 8 : 0) + ((flags & 16) != 0 ? 1 : 0));
        string name = Encoding.UTF8.GetString(cursor.Take(cursor.Number(1 << (flags & 3))));
        links[name] = type == Hard ? cursor.RequiredAddress() : null;
    }

    /// <summary>Links that lie in a heap, because they are many.</summary>
    private static void AddDense(Hdf5File file, byte[] info, SortedDictionary<string, long?> links)
    {
        const int ByName = 5, Hash = 4;
        var cursor = new Hdf5Cursor(file, info, "a group");
        cursor.Skip(1);
        cursor.Skip((cursor.Byte() & 1) != 0 ? 8 : 0);
        if (cursor.Address() is not { } heapAddress || cursor.Address() is not { } treeAddress)
            return;
        Hdf5Heap heap = Hdf5Heap.Read(file, heapAddress);
        Hdf5Tree.Records(file, treeAddress, (type, record) =>
        {
            if (type != ByName || record.Length <= Hash)
                throw file.Damaged("the tree of a group's names is none");
            AddLink(file, heap.Object(record.AsSpan(Hash)), links);
        });
    }

    /// <summary>The names of a group.</summary>
    private static byte[] Heap(Hdf5File file, long address)
    {
        Hdf5Cursor cursor = file.Structure(address, 8 + 2 * file.LengthSize + file.OffsetSize, "HEAP", "a heap of names");
        cursor.Skip(4);
        long length = cursor.Length();
        cursor.Length();
        return file.Read(cursor.RequiredAddress(), length, "a heap of names");
    }

    private static void AddSymbols(Hdf5File file, long address, byte[] names, SortedDictionary<string, long?> links, HashSet<long> seen, int? level)
    {
        if (!seen.Add(address))
            throw file.Damaged("a group leads in circles");
        const int GroupNode = 0;
        int headBytes = 8 + 2 * file.OffsetSize;
        Hdf5Cursor head = file.Structure(address, headBytes, "TREE", "a tree of names");
        int type = head.Byte(), found = head.Byte(), count = (int)head.Number(2);
        if (type != GroupNode || (level is not null && found != level))
            throw file.Damaged("a tree of names is none");
        var keys = new Hdf5Cursor(file, file.Read(address + headBytes, (long)count * (file.OffsetSize + file.LengthSize), "a tree of names"), "a tree of names");
        for (int i = 0; i < count; i++)
        {
            keys.Length();
            long child = keys.RequiredAddress();
            if (found > 0)
                AddSymbols(file, child, names, links, seen, found - 1);
            else
                AddNode(file, child, names, links, seen);
        }
    }

    private static void AddNode(Hdf5File file, long address, byte[] names, SortedDictionary<string, long?> links, HashSet<long> seen)
    {
        const int HeadBytes = 8, SoftLink = 2;
        if (!seen.Add(address))
            throw file.Damaged("a group leads in circles");
        Hdf5Cursor head = file.Structure(address, HeadBytes, "SNOD", "a list of names");
        head.Skip(2);
        int count = (int)head.Number(2);
        var entries = new Hdf5Cursor(file, file.Read(address + HeadBytes, (long)count * (2 * file.OffsetSize + 24), "a list of names"), "a list of names");
        for (int i = 0; i < count; i++)
        {
            long at = entries.Number(file.OffsetSize);
            long? target = entries.Address();
            bool soft = entries.Number(4) == SoftLink;
            entries.Skip(20);
            if (at >= names.Length)
                throw file.Damaged("a name lies outside the heap of names");
            ReadOnlySpan<byte> name = names.AsSpan((int)at);
            int end = name.IndexOf((byte)0);
            links[Encoding.UTF8.GetString(end < 0 ? name : name[..end])] = soft ? null : target;
        }
    }
}
