using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using EmTools.Engine.Files;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>Where a chunk of a PNG file lies: 4 bytes of length, 4 of type, data, 4 of checksum.</summary>
/// <param name="Type">Four letters.</param>
/// <param name="Offset">The data's first byte.</param>
/// <param name="Length">The data's length.</param>
internal readonly record struct PngChunk(string Type, long Offset, int Length)
{
    /// <summary>The next chunk's first byte.</summary>
    public long End => Offset + Length + 4;

    /// <summary>The chunk that begins at a place.</summary>
    /// <exception cref="EmException">The file ends before the chunk does.</exception>
    public static PngChunk At(string path, SafeFileHandle handle, long at, long fileLength)
    {
        Span<byte> head = stackalloc byte[8];
        if (!handle.Fill(head, at))
            throw PngFormat.Errors.Truncated(path, $"it ends at byte {fileLength}, before its last chunk");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (head[4..].ContainsAnyExceptInRange((byte)'A', (byte)'z'))
            throw PngFormat.Errors.Damaged(path, $"at byte {at} there should be a chunk, and there is none");
        if (length > int.MaxValue || length + 12L > fileLength - at)
            throw PngFormat.Errors.Truncated(path, $"a chunk at byte {at} claims {length} bytes, more than follow");
        return new PngChunk(Encoding.ASCII.GetString(head[4..]), at + 8, (int)length);
    }

    /// <summary>The data of a small chunk, its checksum compared.</summary>
    /// <exception cref="EmException">The checksum differs.</exception>
    public byte[] Read(string path, SafeFileHandle handle)
    {
        byte[] data = new byte[Length];
        if (!handle.Fill(data, Offset))
            throw PngFormat.Errors.Truncated(path, "it became shorter while it was read");
        Crc32 sum = Begin();
        sum.Append(data);
        Compare(path, handle, sum);
        return data;
    }

    /// <summary>A checksum to which the data is to be added.</summary>
    public Crc32 Begin()
    {
        var sum = new Crc32();
        sum.Append(Encoding.ASCII.GetBytes(Type));
        return sum;
    }

    /// <summary>Compares the checksum of all data with the chunk's own.</summary>
    /// <exception cref="EmException">It differs.</exception>
    public void Compare(string path, SafeFileHandle handle, Crc32 sum)
    {
        Span<byte> stored = stackalloc byte[4];
        if (!handle.Fill(stored, Offset + Length))
            throw PngFormat.Errors.Truncated(path, "it became shorter while it was read");
        if (BinaryPrimitives.ReadUInt32BigEndian(stored) != sum.GetCurrentHashAsUInt32())
            throw PngFormat.Errors.Damaged(path, $"the checksum of its chunk {Type} at byte {Offset - 8} is wrong");
    }
}
