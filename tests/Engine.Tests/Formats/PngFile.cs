using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Takes a PNG file apart, by the book and with a checksum of its own.</summary>
internal static class PngFile
{
    public sealed record Chunk(string Type, byte[] Data)
    {
        public int Int(int at) => BinaryPrimitives.ReadInt32BigEndian(Data.AsSpan(at));

        public int Short(int at) => BinaryPrimitives.ReadUInt16BigEndian(Data.AsSpan(at));
    }

    /// <summary>The chunks, their checksums and that of the compressed pixels checked, to the file's very end.</summary>
    public static List<Chunk> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        var chunks = new List<Chunk>();
        int at = 8;
        while (at < file.Length)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            uint told = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length));
            Assert.Equal(Checksum(file.AsSpan(at + 4, length + 4)), told);
            chunks.Add(new Chunk(Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]));
            at += length + 12;
        }

        Assert.Equal("IEND", chunks[^1].Type);

        // Read to its very end, as zlib compares its checksum only there.
        using var pixels = new ZLibStream(new MemoryStream([.. chunks.Where(chunk => chunk.Type == "IDAT").SelectMany(chunk => chunk.Data)]), CompressionMode.Decompress);
        pixels.CopyTo(Stream.Null);
        return chunks;
    }

    /// <summary>A file with one image of given chunks.</summary>
    public static void Write(string path, IEnumerable<Chunk> chunks)
    {
        using var file = new BinaryWriter(File.Create(path));
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        foreach (Chunk chunk in chunks)
        {
            byte[] body = [.. Encoding.ASCII.GetBytes(chunk.Type), .. chunk.Data];
            file.Write(BinaryPrimitives.ReverseEndianness(chunk.Data.Length));
            file.Write(body);
            file.Write(BinaryPrimitives.ReverseEndianness(Checksum(body)));
        }
    }

    /// <summary>CRC-32, bit by bit.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint c = uint.MaxValue;
        foreach (byte b in bytes)
        {
            c ^= b;
            for (int k = 0; k < 8; k++)
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
        }

        return ~c;
    }
}
