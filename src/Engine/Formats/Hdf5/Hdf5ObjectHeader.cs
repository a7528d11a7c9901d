namespace EmTools.Engine.Formats;

/// <summary>An HDF5 object's header: the messages that say what it is.</summary>
internal sealed class Hdf5ObjectHeader
{
    public const int Dataspace = 0x1, LinkInfo = 0x2, DataType = 0x3, OldFillValue = 0x4, FillValue = 0x5, Link = 0x6;
    public const int ExternalFiles = 0x7, Layout = 0x8, Filters = 0xB, Attribute = 0xC, SymbolTable = 0x11, AttributeInfo = 0x15;

    private const int Continuation = 0x10;
    private const int SharedFlag = 2;

    private readonly Hdf5File _file;
    private readonly List<Message> _messages = [];

    private Hdf5ObjectHeader(Hdf5File file) => _file = file;

    /// <summary>True for a dataset.</summary>
    public bool IsDataset => _messages.Exists(m => m.Type == Layout) && _messages.Exists(m => m.Type == Dataspace);

    /// <summary>Reads the header of the object at an address.</summary>
    /// <exception cref="EmException">It is damaged.</exception>
    public static Hdf5ObjectHeader Read(Hdf5File file, long address)
    {
        const int Start = 64;
        var header = new Hdf5ObjectHeader(file);
        var start = new Hdf5Cursor(file, file.Read(address, 4, "an object's header"), "an object's header");
        var blocks = new Queue<(long Address, long Length)>();
        if (start.Byte() == 1)
        {
            var head = new Hdf5Cursor(file, file.Read(address, 16, "an object's header"), "an object's header");
            head.Skip(8);
            blocks.Enqueue((address + 16, head.Number(4)));
            header.ReadBlocks(blocks, version: 1, flags: 0);
        }
        else
        {
            Hdf5Cursor head = file.Structure(address, Start, "OHDR", "an object's header");
            int version = head.Byte(), flags = head.Byte();
            if (version != 2)
                throw file.Damaged($"an object's header has the unknown version {version}");
            head.Skip(((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0));
            long length = head.Number(1 << (flags & 3));
            file.Checked(address, head.At + length, "an object's header");
            blocks.Enqueue((address + head.At, length));
            header.ReadBlocks(blocks, version: 2, flags);
        }

        return header;
    }

    /// <summary>The contents of all messages of a type.</summary>
    public IEnumerable<byte[]> All(int type) => _messages.Where(m => m.Type == type).Select(m => m.Content);

    /// <summary>The content of the message of a type, or null where there is none. A content that lies elsewhere (a named type) is fetched from there.</summary>
    /// <exception cref="EmException">It lies where it cannot be fetched from.</exception>
    public byte[]? Find(int type) => Find(type, depth: 0);

    private byte[]? Find(int type, int depth)
    {
        if (_messages.Find(m => m.Type == type) is not { } message)
            return null;
        if (!message.Shared)
            return message.Content;
        const int Committed = 2;
        var cursor = new Hdf5Cursor(_file, message.Content, "a shared message");
        int version = cursor.Byte(), kind = cursor.Byte();
        if (version == 1)
            cursor.Skip(6);
        if (depth > 0 || (version == 3 && kind != Committed))
            throw _file.NotSupported("a table whose description is shared with other tables");
        return Read(_file, cursor.RequiredAddress()).Find(type, depth + 1);
    }

    private void ReadBlocks(Queue<(long Address, long Length)> blocks, int version, int flags)
    {
        int headBytes = version == 1 ? 8 : (flags & 4) != 0 ? 6 : 4;
        var seen = new HashSet<long>();
        while (blocks.TryDequeue(out (long Address, long Length) block))
        {
            if (!seen.Add(block.Address))
                throw _file.Damaged("an object's header leads in circles");
            var cursor = new Hdf5Cursor(_file, _file.Read(block.Address, block.Length, "an object's header"), "an object's header");
            while (cursor.Left >= headBytes)
            {
                int type = (int)cursor.Number(version == 1 ? 2 : 1), length = (int)cursor.Number(2), messageFlags = cursor.Byte();
                cursor.Skip(version == 1 ? 3 : headBytes - 4);
                byte[] content = cursor.Take(length).ToArray();
                if (type != Continuation)
                {
                    _messages.Add(new Message(type, content, (messageFlags & SharedFlag) != 0));
                    continue;
                }

                var next = new Hdf5Cursor(_file, content, "an object's header");
                long address = next.RequiredAddress(), size = next.Length();
                if (version == 1)
                {
                    blocks.Enqueue((address, size));
                    continue;
                }

                // Between its signature and its checksum.
                const int Signature = 4;
                _file.CheckedStructure(address, size - Hdf5Checksum.Bytes, "OCHK", "the rest of an object's header");
                blocks.Enqueue((address + Signature, size - Signature - Hdf5Checksum.Bytes));
            }
        }
    }

    private sealed record Message(int Type, byte[] Content, bool Shared);
}
