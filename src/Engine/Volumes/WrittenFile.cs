using System.Security.Cryptography;
using EmTools.Engine.Files;

namespace EmTools.Engine.Volumes;

/// <summary>A file, or the part of one, that a block of a volume gave.</summary>
/// <param name="Path">Its path below the volume's folder, with slashes; empty for a volume that is a file.</param>
/// <param name="Offset">Where the part begins; 0 for a whole file.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal digits.</param>
public sealed record WrittenFile(string Path, long Offset, long Bytes, string Sha256);

/// <summary>A file of a volume while it is written: appears under its name when it is complete, and knows its checksum without being read again.</summary>
internal sealed class HashedFile : IDisposable
{
    private readonly AtomicFile _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string _name;

    /// <summary>Begins a file.</summary>
    /// <param name="root">The volume's folder.</param>
    /// <param name="name">The file's path below it, with slashes.</param>
    /// <param name="scratch">The folder that it lies in until it is complete.</param>
    /// <exception cref="EmException">It cannot be written.</exception>
    public HashedFile(string root, string name, string scratch)
        => (_name, _file) = (name, new AtomicFile(Path.Combine(root, name), overwrite: true, scratch: scratch));

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds to the file.</summary>
    /// <exception cref="EmException">It cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _file.WriteBytes(bytes);
        _hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>Gives the file its name.</summary>
    /// <param name="flush">False for small files of which there are many: what a crash leaves of them is found by its length and made again.</param>
    /// <exception cref="EmException">The disk is full, or the device failed.</exception>
    public WrittenFile Commit(bool flush = true)
    {
        _file.Commit(flush);
        return new WrittenFile(_name, 0, Length, Convert.ToHexStringLower(_hash.GetCurrentHash()));
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }
}
