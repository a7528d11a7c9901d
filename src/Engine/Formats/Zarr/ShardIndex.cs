using System.Buffers.Binary;

namespace EmTools.Engine.Formats;

/// <summary>Where the chunks of a shard lie in its file.</summary>
internal sealed class ShardIndex : IChunkContent
{
    private const int EntryBytes = 16;

    private readonly byte[] _entries;
    private readonly bool _bigEndian;

    private ShardIndex(byte[] entries, bool bigEndian) => (_entries, _bigEndian) = (entries, bigEndian);

    /// <inheritdoc/>
    public long MemoryBytes => _entries.LongLength;

    /// <summary>Reads the index of a shard.</summary>
    /// <param name="file">The shard's file.</param>
    /// <param name="layout">How it is stored.</param>
    /// <param name="chunks">Chunks of a shard.</param>
    /// <exception cref="ChunkException">The file is too short, or the checksum is wrong.</exception>
    public static ShardIndex Read(ChunkFile file, ShardLayout layout, long chunks)
    {
        double all = EntryBytes * (double)chunks + (layout.HasChecksum ? Crc32cCodec.Bytes : 0);
        if (all > file.Length)
            throw ChunkException.Damaged(FormattableString.Invariant($"its index should have {all} bytes, but the file has {file.Length}"));
        long bytes = (long)all;
        byte[] stored = file.Read(layout.AtEnd ? file.Length - bytes : 0, bytes);
        int entries = (int)(EntryBytes * chunks);
        if (layout.HasChecksum && Crc32cCodec.Of(stored.AsSpan(0, entries)) != BinaryPrimitives.ReadUInt32LittleEndian(stored.AsSpan(entries)))
            throw ChunkException.Damaged("the checksum (CRC-32C) of its index is wrong");
        return new ShardIndex(stored, layout.BigEndian);
    }

    /// <summary>Where a chunk lies; null for one that was never written.</summary>
    /// <exception cref="ChunkException">No file can be so long.</exception>
    public (long Offset, long Length)? Of(long chunk)
    {
        ulong offset = Number(chunk * EntryBytes), length = Number(chunk * EntryBytes + sizeof(ulong));
        if (offset == ulong.MaxValue && length == ulong.MaxValue)
            return null;
        return offset <= long.MaxValue && length <= long.MaxValue ? ((long)offset, (long)length) : throw ChunkException.Damaged($"its index says that {length} bytes lie at byte {offset}");
    }

    private ulong Number(long at)
    {
        ReadOnlySpan<byte> bytes = _entries.AsSpan((int)at);
        return _bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
