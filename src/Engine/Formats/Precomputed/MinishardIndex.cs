using System.Buffers.Binary;

namespace EmTools.Engine.Formats;

/// <summary>Where the chunks of a part of a shard lie in its file.</summary>
internal sealed class MinishardIndex : IChunkContent
{
    private const int EntryBytes = 16, ChunkBytes = 24;

    private readonly Dictionary<ulong, (long Offset, long Length)> _chunks = [];

    /// <inheritdoc/>
    public long MemoryBytes => 64L * _chunks.Count + 100;

    /// <summary>Reads the index of a part.</summary>
    /// <param name="file">The shard's file.</param>
    /// <param name="sharding">How shards are stored.</param>
    /// <param name="minishard">The part.</param>
    /// <param name="mostChunks">Chunks of the volume.</param>
    /// <exception cref="ChunkException">It is damaged.</exception>
    public static MinishardIndex Read(ChunkFile file, PrecomputedSharding sharding, ulong minishard, double mostChunks)
    {
        var index = new MinishardIndex();
        long data = (long)EntryBytes << sharding.MinishardBits;
        byte[] entry = file.Read((long)minishard * EntryBytes, EntryBytes);
        (ulong start, ulong end) = (BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadUInt64LittleEndian(entry.AsSpan(sizeof(ulong))));
        if (start == end)
            return index;
        if (start > end || end > (ulong)file.Length)
            throw ChunkException.Damaged($"the index of its part {minishard} is said to lie at bytes {start} to {end}, but the file has {file.Length}");
        byte[] bytes = file.Read(data + (long)start, (long)(end - start));
        if (sharding.GzipIndex)
            bytes = DeflateCodec.Gzip.Decode(bytes, (int)Math.Min(Math.Min(mostChunks * ChunkBytes, (double)bytes.Length * DeflateCodec.Ratio), Array.MaxLength));
        if (bytes.Length % ChunkBytes != 0)
            throw ChunkException.Damaged($"the index of its part {minishard} has {bytes.Length} bytes, no multiple of {ChunkBytes}");
        index.Fill(bytes, data);
        return index;
    }

    /// <summary>Where a chunk lies; null for one that was never written.</summary>
    public (long Offset, long Length)? Of(ulong id) => _chunks.TryGetValue(id, out (long Offset, long Length) place) ? place : null;

    /// <summary>All ids, as steps from the one before; all offsets, as steps from the end of the one before; all lengths.</summary>
    private void Fill(byte[] bytes, long data)
    {
        int count = bytes.Length / ChunkBytes;
        ulong Number(int row, int i) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan((row * count + i) * sizeof(ulong)));
        ulong id = 0, offset = (ulong)data;
        for (int i = 0; i < count; i++)
        {
            ulong length = Number(2, i);
            (id, offset) = (unchecked(id + Number(0, i)), unchecked(offset + Number(1, i)));
            if (offset > long.MaxValue || length > long.MaxValue)
                throw ChunkException.Damaged($"{length} bytes are said to lie at byte {offset}");
            _chunks[id] = ((long)offset, (long)length);
            offset += length;
        }
    }
}
