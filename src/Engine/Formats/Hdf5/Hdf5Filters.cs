using System.IO.Compression;

namespace EmTools.Engine.Formats;

/// <summary>What was done to the chunks of an HDF5 dataset before they were stored: Deflate, shuffling, Fletcher's checksum.</summary>
internal sealed class Hdf5Filters
{
    private const int Deflate = 1, Shuffle = 2, Fletcher = 3;

    private readonly Hdf5File _file;
    private readonly List<int> _ids = [];

    private Hdf5Filters(Hdf5File file) => _file = file;

    public bool Compresses => _ids.Contains(Deflate);

    /// <summary>Reads the list of filters; an empty one for null.</summary>
    /// <exception cref="EmException">A filter is none of these.</exception>
    public static Hdf5Filters Read(Hdf5File file, byte[]? message)
    {
        var filters = new Hdf5Filters(file);
        if (message is null)
            return filters;
        const int FirstWithName = 256;
        var cursor = new Hdf5Cursor(file, message, "a list of filters");
        int version = cursor.Byte(), count = cursor.Byte();
        cursor.Skip(version == 1 ? 6 : 0);
        for (int i = 0; i < count; i++)
        {
            int id = (int)cursor.Number(2);
            int name = version == 1 || id >= FirstWithName ? (int)cursor.Number(2) : 0;
            cursor.Skip(2);
            int values = (int)cursor.Number(2);
            cursor.Skip((version == 1 ? (name + 7) / 8 * 8 : name) + 4L * (version == 1 ? values + values % 2 : values));
            if (id is not (Deflate or Shuffle or Fletcher))
                throw file.NotSupported($"values compressed by {Name(id)}");
            filters._ids.Add(id);
        }

        return filters;
    }

    /// <summary>Turns a stored chunk into its values' bytes.</summary>
    /// <param name="stored">What is stored.</param>
    /// <param name="skipped">A bit for every filter that this chunk went without.</param>
    /// <param name="length">Bytes of the whole chunk.</param>
    /// <param name="numberBytes">Bytes of a number.</param>
    /// <exception cref="EmException">It is damaged.</exception>
    public byte[] Undo(byte[] stored, long skipped, int length, int numberBytes)
    {
        for (int i = _ids.Count - 1; i >= 0; i--)
        {
            if ((skipped >> i & 1) == 0)
                stored = _ids[i] switch { Deflate => Inflate(stored, length), Shuffle => Unshuffle(stored, numberBytes), _ => Checked(stored) };
        }

        return stored.Length == length ? stored : throw _file.Damaged($"a chunk of its values has {stored.Length} bytes, where {length} should be");
    }

    private static string Name(int id) => id switch { 4 => "szip", 5 => "packed bits (n-bit)", 6 => "scaling (scale-offset)", 32000 => "LZF", 32001 => "Blosc", 32004 => "LZ4", 32015 => "Zstandard", _ => $"a filter unknown here (number {id})" };

    private byte[] Inflate(byte[] stored, int length)
    {
        // A checksum may follow what is inflated: Fletcher's, over the compressed bytes or over the others.
        int most = length + sizeof(uint);
        if (length / 1040 > stored.Length)
            throw _file.Damaged($"a chunk of {stored.Length} compressed bytes cannot hold {length}");
        byte[] bytes = new byte[most + 1];
        try
        {
            // Behind the data go bytes that zlib takes for no end: it comes to one only where its own end and checksum are sound.
            byte[] endless = new byte[stored.Length + 64];
            stored.CopyTo(endless, 0);
            endless.AsSpan(stored.Length).Fill(0xFF);
            using var zlib = new ZLibStream(new MemoryStream(endless), CompressionMode.Decompress);
            int got = zlib.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return bytes[..got];
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw _file.Damaged("a chunk of its values cannot be decompressed", e);
        }
    }

    private static byte[] Unshuffle(byte[] bytes, int numberBytes)
    {
        int count = bytes.Length / numberBytes;
        byte[] numbers = [.. bytes]; // what is left over stays at the end
        for (int b = 0; b < numberBytes; b++)
        {
            for (int i = 0; i < count; i++)
                numbers[i * numberBytes + b] = bytes[b * count + i];
        }

        return numbers;
    }

    private byte[] Checked(byte[] bytes)
    {
        if (bytes.Length < sizeof(uint))
            throw _file.Damaged("a chunk of its values has no checksum");
        byte[] values = bytes[..^sizeof(uint)];
        return Fletcher32(values) == BitConverter.ToUInt32(bytes, values.Length) ? values : throw _file.Damaged("the checksum of a chunk of its values is wrong");
    }

    private static uint Fletcher32(ReadOnlySpan<byte> bytes)
    {
        const int Block = 360; // so many words can be added before a sum runs over
        uint sum1 = 0, sum2 = 0;
        int words = bytes.Length / 2;
        for (int i = 0; i < words; i++)
        {
            sum1 += (uint)(bytes[2 * i] << 8 | bytes[2 * i + 1]);
            sum2 += sum1;
            if ((i + 1) % Block == 0 || i == words - 1)
                (sum1, sum2) = (Folded(sum1), Folded(sum2));
        }

        if (bytes.Length % 2 != 0)
        {
            sum1 += (uint)bytes[^1] << 8;
            sum2 += sum1;
            (sum1, sum2) = (Folded(sum1), Folded(sum2));
        }

        return Folded(sum2) << 16 | Folded(sum1);
    }

    private static uint Folded(uint sum) => (sum & 0xFFFF) + (sum >> 16);
}
