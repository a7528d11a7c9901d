using System.Buffers.Binary;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Volumes;

/// <summary>Takes the chunks of a shard, one at a time, in an order that is always the same; the files appear when they are complete.</summary>
internal abstract class ShardWriter : IDisposable
{
    /// <summary>Adds a chunk.</summary>
    /// <param name="chunk">Its place in the level's grid.</param>
    /// <param name="number">Its number in the shard, x fastest.</param>
    /// <param name="stored">Its bytes; none where nothing but the fill value is in it, which is not stored.</param>
    /// <exception cref="EmException">The disk is full, or the device failed.</exception>
    public abstract void Add(ChunkIndex chunk, int number, ReadOnlySpan<byte> stored);

    /// <summary>Gives the files their names; what lies there of an earlier time, and is nothing now, goes.</summary>
    /// <exception cref="EmException">The disk is full, or the device failed.</exception>
    public abstract IReadOnlyList<WrittenFile> Complete();

    public abstract void Dispose();

    /// <summary>Removes what lies under the name of a file that is not written, since nothing is in it.</summary>
    protected static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Then there is nothing.
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(path, e);
        }
    }
}

/// <summary>A file for each chunk.</summary>
/// <param name="root">The volume's folder.</param>
/// <param name="scratch">Where files lie until they are complete.</param>
/// <param name="nameOf">The file of a chunk, below the volume's folder.</param>
internal sealed class LooseChunks(string root, string scratch, Func<ChunkIndex, string> nameOf) : ShardWriter
{
    private readonly List<WrittenFile> _files = [];

    public override void Add(ChunkIndex chunk, int number, ReadOnlySpan<byte> stored)
    {
        string name = nameOf(chunk);
        if (stored.IsEmpty)
        {
            Remove(Path.Combine(root, name));
            return;
        }

        using var file = new HashedFile(root, name, scratch);
        file.Write(stored);
        _files.Add(file.Commit(flush: false));
    }

    public override IReadOnlyList<WrittenFile> Complete() => _files;

    public override void Dispose()
    {
        // Each file is closed when it is written.
    }
}

/// <summary>A shard of Zarr 3 (<c>sharding_indexed</c>): the chunks behind one another, then their places and a CRC-32C.</summary>
internal sealed class ZarrShard : ShardWriter
{
    private const int EntryBytes = 16;

    private readonly string _path;
    private readonly HashedFile _file;
    private readonly byte[] _index;

    public ZarrShard(string root, string scratch, string name, long chunks)
    {
        _path = Path.Combine(root, name);
        _file = new HashedFile(root, name, scratch);
        _index = new byte[EntryBytes * chunks + Crc32cCodec.Bytes];
        _index.AsSpan().Fill(byte.MaxValue); // chunks that are not there
    }

    public override void Add(ChunkIndex chunk, int number, ReadOnlySpan<byte> stored)
    {
        if (stored.IsEmpty)
            return;
        Span<byte> entry = _index.AsSpan(number * EntryBytes, EntryBytes);
        BinaryPrimitives.WriteInt64LittleEndian(entry, _file.Length);
        BinaryPrimitives.WriteInt64LittleEndian(entry[sizeof(long)..], stored.Length);
        _file.Write(stored);
    }

    public override IReadOnlyList<WrittenFile> Complete()
    {
        if (_file.Length == 0)
        {
            Remove(_path);
            return [];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(_index.AsSpan(^Crc32cCodec.Bytes..), Crc32cCodec.Of(_index.AsSpan(..^Crc32cCodec.Bytes)));
        _file.Write(_index);
        return [_file.Commit()];
    }

    public override void Dispose() => _file.Dispose();
}

/// <summary>
/// A shard of Precomputed: the place of the one index, the chunks, the index. Chunks come plane by plane and lie by ascending ids, so
/// they are kept in a file beside until all are there.
/// </summary>
internal sealed class PrecomputedShard : ShardWriter
{
    private const int PlaceBytes = 16, CopyBytes = 1 << 20;

    private readonly string _root;
    private readonly string _scratch;
    private readonly string _name;
    private readonly Func<ChunkIndex, ulong> _idOf;
    private readonly ChunkEncoder _gzip;
    private readonly AtomicFile _kept;
    private readonly List<(ulong Id, long Offset, int Length)> _chunks = [];
    private long _length;

    public PrecomputedShard(string root, string scratch, string name, Func<ChunkIndex, ulong> idOf, ChunkEncoder gzip)
    {
        (_root, _scratch, _name, _idOf, _gzip) = (root, scratch, name, idOf, gzip);
        _kept = new AtomicFile(Path.Combine(scratch, name), overwrite: true);
    }

    public override void Add(ChunkIndex chunk, int number, ReadOnlySpan<byte> stored)
    {
        _chunks.Add((_idOf(chunk), _length, stored.Length));
        _kept.WriteBytes(stored);
        _length += stored.Length;
    }

    public override IReadOnlyList<WrittenFile> Complete()
    {
        _chunks.Sort();
        byte[]? memory = null;
        ReadOnlySpan<byte> index = _gzip.Encode(Index(), default, ref memory).Span;
        Span<byte> place = stackalloc byte[PlaceBytes];
        BinaryPrimitives.WriteInt64LittleEndian(place, _length);
        BinaryPrimitives.WriteInt64LittleEndian(place[sizeof(long)..], _length + index.Length);
        using var file = new HashedFile(_root, _name, _scratch);
        file.Write(place);
        byte[] buffer = new byte[CopyBytes];
        foreach ((ulong _, long offset, int length) in _chunks)
        {
            for (int done = 0; done < length;)
            {
                int part = Math.Min(buffer.Length, length - done);
                if (!_kept.Stream.SafeFileHandle.Fill(buffer.AsSpan(0, part), offset + done))
                    throw FileErrors.Writing(_kept.Path, new EndOfStreamException("what was just written is not there"));
                file.Write(buffer.AsSpan(0, part));
                done += part;
            }
        }

        file.Write(index);
        return [file.Commit()];
    }

    public override void Dispose() => _kept.Dispose();

    /// <summary>All ids, as steps from the one before; all offsets, as steps from the end of the one before: 0, as they follow one another; all lengths.</summary>
    private byte[] Index()
    {
        byte[] index = new byte[3 * sizeof(ulong) * _chunks.Count];
        for (int i = 0; i < _chunks.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(index.AsSpan(i * sizeof(ulong)), _chunks[i].Id - (i == 0 ? 0 : _chunks[i - 1].Id));
            BinaryPrimitives.WriteInt64LittleEndian(index.AsSpan((2 * _chunks.Count + i) * sizeof(ulong)), _chunks[i].Length);
        }

        return index;
    }
}
