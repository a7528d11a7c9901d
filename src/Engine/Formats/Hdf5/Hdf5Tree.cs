namespace EmTools.Engine.Formats;

/// <summary>HDF5's newer tree of records (B-tree of version 2), which lists chunks and names in files of the newest layout.</summary>
internal static class Hdf5Tree
{
    private const int NodePrefix = 6;

    /// <summary>Gives every record to <paramref name="use"/>; the tree's type says what they are.</summary>
    /// <exception cref="EmException">The tree is damaged.</exception>
    public static void Records(Hdf5File file, long address, Action<int, byte[]> use)
    {
        const int HeaderBytes = 18;
        Hdf5Cursor header = file.CheckedStructure(address, HeaderBytes + file.OffsetSize + file.LengthSize, "BTHD", "a tree");
        header.Skip(1);
        int type = header.Byte();
        long nodeBytes = header.Number(4);
        int recordBytes = (int)header.Number(2), depth = (int)header.Number(2);
        header.Skip(2);
        long? root = header.Address();
        int count = (int)header.Number(2);
        if (root is null || count == 0)
            return;
        const int DeepestTree = 32;
        if (recordBytes == 0 || depth > DeepestTree || nodeBytes > file.Length)
            throw file.Damaged("a tree in it makes no sense");

        // How many records a node of each level can hold decides how wide the counts in the nodes above are.
        var sizes = new (int Count, int Total)[depth + 1];
        long most = Math.Max(0, (nodeBytes - NodePrefix - Hdf5Checksum.Bytes) / recordBytes), total = most;
        sizes[0] = (Bytes(most), 0);
        for (int level = 1; level <= depth; level++)
        {
            int pointer = file.OffsetSize + sizes[0].Count + sizes[level - 1].Total;
            most = Math.Max(0, (nodeBytes - NodePrefix - Hdf5Checksum.Bytes - pointer) / (recordBytes + pointer));
            total = (long)Math.Min(long.MaxValue, (most + 1.0) * total + most);
            sizes[level] = (sizes[0].Count, Bytes(total));
        }

        var walk = new Walk(file, type, recordBytes, sizes, use);
        walk.Node(root.Value, count, depth);
    }

    /// <summary>Bytes that hold a number as large as this.</summary>
    private static int Bytes(long largest) => (63 - System.Numerics.BitOperations.LeadingZeroCount((ulong)Math.Max(1, largest))) / 8 + 1;

    private sealed class Walk(Hdf5File file, int type, int recordBytes, (int Count, int Total)[] sizes, Action<int, byte[]> use)
    {
        private readonly HashSet<long> _seen = [];

        public void Node(long address, int count, int level)
        {
            if (!_seen.Add(address))
                throw file.Damaged("a tree in it leads in circles");
            int pointer = level == 0 ? 0 : file.OffsetSize + sizes[level].Count + (level > 1 ? sizes[level - 1].Total : 0);
            Hdf5Cursor node = file.CheckedStructure(address, NodePrefix + (long)count * recordBytes + (level == 0 ? 0 : (count + 1L) * pointer), level == 0 ? "BTLF" : "BTIN", "a tree's node");
            node.Skip(1);
            if (node.Byte() != type)
                throw file.Damaged("a tree's node belongs to another tree");
            for (int i = 0; i < count; i++)
                use(type, node.Take(recordBytes).ToArray());
            for (int i = 0; level > 0 && i <= count; i++)
            {
                long child = node.RequiredAddress();
                int childCount = (int)Math.Min(int.MaxValue, node.Number(sizes[level].Count));
                node.Skip(level > 1 ? sizes[level - 1].Total : 0);
                Node(child, childCount, level - 1);
            }
        }
    }
}
