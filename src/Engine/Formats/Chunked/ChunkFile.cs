using EmTools.Engine.Files;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>What tells one state of a file from another.</summary>
internal readonly record struct FileStamp(long Size, DateTime Changed)
{
    /// <summary>The stamp of a file, of a link that of the file it leads to; null where there is no file.</summary>
    public static FileStamp? TryOf(string path)
    {
        var file = new FileInfo(path);
        try
        {
            if (!file.Exists)
                return null;
            if ((file.Attributes & FileAttributes.ReparsePoint) != 0 && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
                file = target;
            return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc) : null;
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }
    }
}

/// <summary>A file of a volume, one chunk's or many chunks': its state, and its bytes. Opened when bytes are first asked for; of one thread.</summary>
internal sealed class ChunkFile : IDisposable
{
    private SafeFileHandle? _handle;

    /// <param name="path">The file's path, whether it is there or not.</param>
    public ChunkFile(string path)
        : this(path, FileStamp.TryOf(path))
    {
    }

    private ChunkFile(string path, FileStamp? stamp) => (Path, Stamp) = (path, stamp);

    public string Path { get; }

    /// <summary>Its state; null where there is no such file: chunks that were never written.</summary>
    public FileStamp? Stamp { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length => Stamp?.Size ?? 0;

    /// <summary>The first of some files that is there, or the first of all where none is.</summary>
    public static ChunkFile First(string path, ReadOnlySpan<string> endings)
    {
        foreach (string ending in endings)
        {
            if (FileStamp.TryOf(path + ending) is { } stamp)
                return new ChunkFile(path + ending, stamp);
        }

        return new ChunkFile(path, null);
    }

    /// <summary>All bytes.</summary>
    /// <exception cref="ChunkException">It is larger than any chunk, or shorter than it was.</exception>
    /// <exception cref="EmException">It cannot be read.</exception>
    public byte[] ReadAll() => Read(0, Length);

    /// <summary>Some bytes.</summary>
    /// <exception cref="ChunkException">They are not in the file.</exception>
    /// <exception cref="EmException">It cannot be read.</exception>
    public byte[] Read(long offset, long count)
    {
        if (offset < 0 || count < 0 || offset > Length || count > Length - offset || count > Array.MaxLength)
            throw ChunkException.Damaged($"{count} bytes are said to lie at byte {offset}, but the file has {Length}");
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)count);
        try
        {
            _handle ??= RegularFile.OpenHandle(Path);
            for (int have = 0; have < bytes.Length;)
            {
                int got = RandomAccess.Read(_handle, bytes.AsSpan(have), offset + have);
                if (got == 0)
                    throw ChunkException.Damaged($"it ends at byte {offset + have} while it is read");
                have += got;
            }
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(Path, e);
        }

        return bytes;
    }

    public void Dispose() => _handle?.Dispose();
}
