namespace EmTools.Engine.Formats;

/// <summary>A dataset of numbers: its shape, how its numbers are stored, and where.</summary>
internal sealed class Hdf5Dataset
{
    private const int LargestRank = 32;

    private const int Compact = 0, Contiguous = 1, Chunked = 2;

    private readonly Hdf5File _file;
    private readonly Hdf5Number _number;
    private readonly byte[] _layout;
    private readonly Hdf5Filters _filters;
    private readonly byte[]? _fill;

    /// <summary>How far the axes may grow; -1 without limit.</summary>
    private readonly long[] _limits;

    private Hdf5Dataset(Hdf5File file, long[] shape, long[] limits, Hdf5Number number, byte[] layout, Hdf5Filters filters, byte[]? fill)
        => (_file, Shape, _limits, _number, _layout, _filters, _fill) = (file, shape, limits, number, layout, filters, fill);

    /// <summary>Lengths of its axes; none for a single value.</summary>
    public long[] Shape { get; }

    /// <summary>How its numbers are stored.</summary>
    public Hdf5Number Number => _number;

    /// <summary>What its chunks went through.</summary>
    public Hdf5Filters Filters => _filters;

    /// <summary>The value of numbers that were never written.</summary>
    public double Fill => _fill is null ? 0 : _number.ToDoubles(_fill)[0];

    /// <summary>Describes the dataset whose header this is.</summary>
    /// <param name="file">The file.</param>
    /// <param name="header">The dataset's header.</param>
    /// <param name="name">Its name, for errors.</param>
    /// <param name="largest">The most values that are read at once; null where they are not.</param>
    /// <exception cref="EmException">It holds no numbers, too many, or is damaged.</exception>
    public static Hdf5Dataset Of(Hdf5File file, Hdf5ObjectHeader header, string name, long? largest)
    {
        byte[] Required(int type) => header.Find(type) ?? throw file.Damaged($"dataset '{name}' does not say what it is");
        (long[] shape, long[] limits) = Dimensions(file, Required(Hdf5ObjectHeader.Dataspace));
        double count = shape.Aggregate(1.0, (product, d) => product * d);
        if (count > largest)
            throw new EmException(EmErrorKind.InvalidData, "DatasetTooLarge", $"'{file.Path}', dataset '{name}': {count:G4} values are no table; up to {largest} are read. Name the dataset that holds the table.", file.Path);
        Hdf5Number number = Hdf5Number.Read(file, Required(Hdf5ObjectHeader.DataType), out string found)
            ?? throw new EmException(EmErrorKind.InvalidData, "DatasetNotNumeric", $"'{file.Path}', dataset '{name}': expected floats or integers of at most 64 bits, found {found}. Name a dataset of numbers, or store this one as such.", file.Path);
        if (header.Find(Hdf5ObjectHeader.ExternalFiles) is not null)
            throw file.NotSupported($"a dataset '{name}' whose values lie in other files");
        if (largest is not null && count * number.Size > file.LargestData)
            throw file.Damaged($"dataset '{name}' is said to hold {count} values, which a file of {file.Length} bytes cannot");
        return new Hdf5Dataset(file, shape, limits, number, Required(Hdf5ObjectHeader.Layout), Hdf5Filters.Read(file, header.Find(Hdf5ObjectHeader.Filters)), FillBytes(file, header, number.Size));
    }

    /// <summary>Where its values lie.</summary>
    /// <param name="use">Is given every chunk, where it is stored in chunks.</param>
    /// <exception cref="EmException">They are damaged, or stored in a way that is not read.</exception>
    public Hdf5Place Locate(Hdf5ChunkUse use)
    {
        Hdf5Cursor cursor = Layout(out int version, out int rank, out int kind);
        switch (kind)
        {
            case Compact:
                cursor.Skip(version < 3 ? 4 * rank : 0);
                return new Hdf5Place(null, null, 0, cursor.Take(cursor.Number(version < 3 ? 4 : 2)).ToArray());
            case Contiguous:
                long? address = cursor.Address();
                double bytes = Shape.Aggregate((double)_number.Size, (product, length) => product * length);
                return address is null || address.Value + _file.Base + bytes <= _file.Length
                    ? new Hdf5Place(address, null, 0, null)
                    : throw _file.Damaged($"its values are said to lie at bytes {address} to {address + bytes:F0}, but it has {_file.Length}");
            case Chunked:
                var chunks = new Hdf5Chunks(_file, Shape, _limits, _number.Size, _filters);
                chunks.List(ref cursor, version, rank, Array.MaxLength, use);
                return new Hdf5Place(null, chunks.ChunkShape, chunks.ChunkBytes, null);
            default:
                throw Virtual();
        }
    }

    /// <summary>Reads all values, the last axis fastest.</summary>
    /// <exception cref="EmException">They are damaged, or stored in a way that is not read.</exception>
    public double[] Read()
    {
        long count = Shape.Aggregate(1L, (product, d) => product * d);
        byte[] bytes = new byte[count * _number.Size];
        if (_fill is not null)
        {
            for (int i = 0; i < bytes.Length; i += _fill.Length)
                _fill.CopyTo(bytes, i);
        }

        Hdf5Cursor cursor = Layout(out int version, out int rank, out int kind);
        switch (kind)
        {
            case Compact:
                cursor.Skip(version < 3 ? 4 * rank : 0);
                CopyWhole(cursor.Take(cursor.Number(version < 3 ? 4 : 2)), bytes);
                break;
            case Contiguous when cursor.Address() is { } address:
                CopyWhole(_file.Read(address, bytes.Length, "its values"), bytes);
                break;
            case Contiguous:
                break; // never written
            case Chunked:
                new Hdf5Chunks(_file, Shape, _limits, _number.Size, _filters).Read(ref cursor, version, rank, bytes);
                break;
            default:
                throw Virtual();
        }

        return _number.ToDoubles(bytes);
    }

    /// <summary>The layout message behind its kind.</summary>
    private Hdf5Cursor Layout(out int version, out int rank, out int kind)
    {
        var cursor = new Hdf5Cursor(_file, _layout, "the place of a dataset");
        version = cursor.Byte();
        if (version is < 1 or > 5)
            throw _file.NotSupported($"a dataset in a layout of version {version}");
        rank = 0;
        if (version < 3)
        {
            (rank, kind) = (cursor.Byte(), cursor.Byte());
            cursor.Skip(5);
        }
        else
        {
            kind = cursor.Byte();
        }

        return cursor;
    }

    private EmException Virtual() => _file.NotSupported("a dataset that is put together of others (a virtual one)");

    private void CopyWhole(ReadOnlySpan<byte> stored, byte[] bytes)
    {
        if (stored.Length < bytes.Length)
            throw _file.Damaged($"its values should have {bytes.Length} bytes, but {stored.Length} are stored");
        stored[..bytes.Length].CopyTo(bytes);
    }

    internal static (long[] Shape, long[] Limits) Dimensions(Hdf5File file, byte[] message)
    {
        const int Null = 2, WithLimits = 1;
        var cursor = new Hdf5Cursor(file, message, "the shape of a dataset");
        int version = cursor.Byte(), rank = cursor.Byte();
        int flags = cursor.Byte(), kind = version == 1 ? -1 : cursor.Byte();
        cursor.Skip(version == 1 ? 5 : 0);
        if (version is not (1 or 2) || rank > LargestRank)
            throw file.Damaged("the shape of a dataset makes no sense");
        if (kind == Null)
            return ([0], [0]);
        long[] shape = new long[rank];
        for (int i = 0; i < rank; i++)
            shape[i] = cursor.Length();
        long[] limits = [.. shape];
        for (int i = 0; (flags & WithLimits) != 0 && i < rank; i++)
            limits[i] = cursor.Address(file.LengthSize) ?? -1;
        return (shape, limits);
    }

    /// <summary>The bytes of a value that was never written, or null for zeros.</summary>
    private static byte[]? FillBytes(Hdf5File file, Hdf5ObjectHeader header, int size)
    {
        if (header.Find(Hdf5ObjectHeader.FillValue) is { } message)
        {
            const int Defined = 0x20;
            var cursor = new Hdf5Cursor(file, message, "a fill value");
            int version = cursor.Byte();
            bool defined;
            if (version == 3)
            {
                defined = (cursor.Byte() & Defined) != 0;
            }
            else
            {
                cursor.Skip(2);
                defined = cursor.Byte() != 0 || version == 1;
            }

            return defined && cursor.Left >= 4 && cursor.Number(4) == size ? cursor.Take(size).ToArray() : null;
        }

        if (header.Find(Hdf5ObjectHeader.OldFillValue) is not { } old)
            return null;
        var oldCursor = new Hdf5Cursor(file, old, "a fill value");
        return oldCursor.Left >= 4 && oldCursor.Number(4) == size ? oldCursor.Take(size).ToArray() : null;
    }
}
