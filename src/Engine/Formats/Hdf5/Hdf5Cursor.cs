using System.Text;

namespace EmTools.Engine.Formats;

/// <summary>Reads a structure of an HDF5 file from its beginning on; going behind its end is an error that names the file.</summary>
internal ref struct Hdf5Cursor
{
    private readonly Hdf5File _file;
    private readonly string _what;
    private readonly ReadOnlySpan<byte> _bytes;

    /// <param name="file">The file.</param>
    /// <param name="bytes">The structure.</param>
    /// <param name="what">What it is, for errors.</param>
    public Hdf5Cursor(Hdf5File file, ReadOnlySpan<byte> bytes, string what)
    {
        _file = file;
        _bytes = bytes;
        _what = what;
    }

    /// <summary>Where the next byte lies in the structure.</summary>
    public int At { get; set; }

    public readonly int Left => _bytes.Length - At;

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Left)
            throw _file.Damaged($"{_what} ends too early");
        ReadOnlySpan<byte> taken = _bytes.Slice(At, (int)count);
        At += (int)count;
        return taken;
    }

    public void Skip(long count) => Take(count);

    /// <summary>The next whole number of some bytes, which must not be negative: neither sizes nor addresses are.</summary>
    public long Number(int size)
    {
        ReadOnlySpan<byte> bytes = Take(size);
        ulong value = 0;
        for (int i = size - 1; i >= 0; i--)
            value = value << 8 | bytes[i];
        return value <= long.MaxValue ? (long)value : throw _file.Damaged($"{_what} holds a number that cannot be ({value})");
    }

    public int Byte() => (int)Number(1);

    /// <summary>A length.</summary>
    public long Length() => Number(_file.LengthSize);

    /// <summary>An address, or null where it says that there is none.</summary>
    public long? Address() => Address(_file.OffsetSize);

    /// <summary>A number of some bytes, or null where all bits are set, which means none.</summary>
    public long? Address(int size)
    {
        if (Left >= size && !_bytes.Slice(At, size).ContainsAnyExcept((byte)0xFF))
        {
            At += size;
            return null;
        }

        return Number(size);
    }

    /// <summary>An address that must be there.</summary>
    public long RequiredAddress() => Address() ?? throw _file.Damaged($"{_what} leads nowhere");

    public void Expect(string signature)
    {
        if (Left < signature.Length || !Take(signature.Length).SequenceEqual(Encoding.ASCII.GetBytes(signature)))
            throw _file.Damaged($"there is no {_what} where one should be");
    }
}
