using System.Buffers.Binary;
using System.IO.Compression;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Writes PNG files of every kind: bits, colours, filters, passes and chunks.</summary>
internal sealed record PngSample(int Height, int Width, int Bits, int Colour)
{
    /// <summary>A sample of a pixel: (y, x, which).</summary>
    public required Func<int, int, int, int> Sample { get; init; }

    public bool Interlaced { get; init; }

    /// <summary>Bytes of an IDAT chunk.</summary>
    public int ChunkBytes { get; init; } = 100;

    public byte[]? Palette { get; init; }

    public PngFile.Chunk[] Before { get; init; } = [];

    private int Samples => Colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    public void Write(string path)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        (header[8], header[9], header[12]) = ((byte)Bits, (byte)Colour, Interlaced ? (byte)1 : (byte)0);
        var chunks = new List<PngFile.Chunk> { new("IHDR", header) };
        chunks.AddRange(Before);
        if (Palette is not null)
            chunks.Add(new("PLTE", Palette));
        byte[] data = Data();
        for (int at = 0; at < data.Length; at += ChunkBytes)
            chunks.Add(new("IDAT", data[at..Math.Min(data.Length, at + ChunkBytes)]));
        chunks.Add(new("IEND", []));
        PngFile.Write(path, chunks);
    }

    private byte[] Data()
    {
        (int Y, int X, int Rows, int Columns)[] passes = Interlaced ? [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)] : [(0, 0, 1, 1)];
        var bytes = new MemoryStream();
        using (var stream = new ZLibStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            int filter = 0;
            foreach ((int top, int left, int rowStep, int columnStep) in passes)
            {
                byte[]? above = null;
                for (int y = top; y < Height && left < Width; y += rowStep)
                {
                    byte[] row = Row(y, left, columnStep);
                    stream.Write(Filtered(row, above ?? new byte[row.Length], filter++ % 5));
                    above = row;
                }
            }
        }

        return bytes.ToArray();
    }

    private byte[] Row(int y, int left, int columnStep)
    {
        var bits = new List<bool>();
        for (int x = left; x < Width; x += columnStep)
        {
            for (int sample = 0; sample < Samples; sample++)
            {
                int value = Sample(y, x, sample);
                for (int bit = Bits - 1; bit >= 0; bit--)
                    bits.Add((value >> bit & 1) != 0);
            }
        }

        byte[] row = new byte[(bits.Count + 7) / 8];
        for (int i = 0; i < bits.Count; i++)
            row[i / 8] |= (byte)(bits[i] ? 0x80 >> (i % 8) : 0);
        return row;
    }

    private byte[] Filtered(byte[] row, byte[] above, int filter)
    {
        int step = Math.Max(1, Samples * Bits / 8);
        byte[] result = new byte[row.Length + 1];
        result[0] = (byte)filter;
        for (int i = 0; i < row.Length; i++)
        {
            int a = i < step ? 0 : row[i - step], b = above[i], c = i < step ? 0 : above[i - step], p = a + b - c;
            int paeth = Math.Abs(p - a) <= Math.Abs(p - b) && Math.Abs(p - a) <= Math.Abs(p - c) ? a : Math.Abs(p - b) <= Math.Abs(p - c) ? b : c;
            result[i + 1] = (byte)(row[i] - filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => paeth });
        }

        return result;
    }
}
