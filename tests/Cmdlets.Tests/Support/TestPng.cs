using System.Buffers.Binary;
using System.IO.Compression;

namespace EmTools.Cmdlets.Tests;

/// <summary>Reads 8-bit grey PNG files, rows as they are or as differences from the left, without the library that may have written them.</summary>
internal static class TestPng
{
    /// <summary>The pixels as (y, x).</summary>
    public static byte[,] Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int width = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)), height = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20));
        Assert.Equal([8, 0], file[24..26]);
        var data = new MemoryStream();
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            if (file.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8))
                data.Write(file, at + 8, length);
            at += length + 12;
        }

        data.Position = 0;
        using var zlib = new ZLibStream(data, CompressionMode.Decompress);
        var pixels = new byte[height, width];
        byte[] row = new byte[width + 1];
        for (int y = 0; y < height; y++)
        {
            zlib.ReadExactly(row);
            Assert.InRange(row[0], 0, 1);
            for (int x = 0; x < width; x++)
                pixels[y, x] = (byte)(row[x + 1] + (row[0] == 1 && x > 0 ? pixels[y, x - 1] : 0));
        }

        return pixels;
    }
}
