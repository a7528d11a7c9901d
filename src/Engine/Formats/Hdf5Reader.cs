using PureHDF;
using PureHDF.VOL.Native;

namespace EmTools.Engine.Formats;

/// <summary>Reads numeric datasets of an HDF5 file (MATLAB's v7.3 files among them), with errors that name the file.</summary>
public sealed class Hdf5Reader : IDisposable
{
    /// <summary>Tables are thousands of numbers; what is larger is another kind of file, or a damaged one.</summary>
    private const long LargestTable = 100_000_000;

    private readonly NativeFile _file;

    private Hdf5Reader(string path, NativeFile file)
    {
        Path = path;
        _file = file;
    }

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="EmException">No such file (<c>FileNotFound</c>), not readable (<c>FileNotReadable</c>), not an HDF5 file (<c>NotHdf5</c>), or only a part of one (<c>Hdf5Truncated</c>).</exception>
    public static Hdf5Reader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = System.IO.Path.GetFullPath(path);
        CheckWhole(path);
        try
        {
            return new Hdf5Reader(path, H5File.OpenRead(path));
        }
        catch (Exception e)
        {
            // PureHDF meets what is no sound HDF5 file with exceptions of many kinds, bare System.Exception among them.
            throw NotHdf5(path, "it begins like one, but is damaged", e);
        }
    }

    /// <summary>The names of the datasets at the file's root.</summary>
    public string[] DatasetNames() => Guarded("the list of datasets", () => _file.Children().OfType<IH5Dataset>().Select(d => d.Name).Order(StringComparer.Ordinal).ToArray());

    /// <summary>True when the root holds a dataset of that name.</summary>
    public bool Has(string dataset) => DatasetNames().Contains(dataset, StringComparer.Ordinal);

    /// <summary>Reads a dataset of floats or integers of any size, as doubles.</summary>
    /// <param name="dataset">Its name at the file's root.</param>
    /// <exception cref="EmException">No such dataset (<c>DatasetNotFound</c>), not numeric (<c>DatasetNotNumeric</c>), too large (<c>DatasetTooLarge</c>), or damaged (<c>Hdf5Damaged</c>).</exception>
    public Hdf5Array Read(string dataset)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataset);
        string name = dataset.Trim('/');
        if (!Has(name))
        {
            string[] there = DatasetNames();
            string list = there.Length == 0 ? "no datasets at its root" : string.Join(", ", there);
            throw new EmException(EmErrorKind.NotFound, "DatasetNotFound", $"'{Path}' has no dataset '{name}'; it holds {list}. Check that it is the right file and dataset.", Path);
        }

        return Guarded($"dataset '{name}'", () =>
        {
            IH5Dataset data = _file.Dataset(name);
            ulong[] dimensions = data.Space.Dimensions ?? [];
            double count = dimensions.Aggregate(1.0, (product, d) => product * d);
            if (count > LargestTable)
                throw new EmException(EmErrorKind.InvalidData, "DatasetTooLarge", $"'{Path}', dataset '{name}': {count:G4} values are no table; up to {LargestTable} are read. Name the dataset that holds the table.", Path);
            return new Hdf5Array(Values(data, name), Array.ConvertAll(dimensions, d => (int)d));
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Refuses what is no HDF5 file, or not all of one.</summary>
    private static void CheckWhole(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] start = new byte[16];
            start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            long end = Hdf5Superblock.EndOfFile(file) ?? throw NotHdf5(path, FileSignature.Describe(start));
            if (end > file.Length)
                throw new EmException(EmErrorKind.InvalidData, "Hdf5Truncated", $"'{path}' is truncated: it should have {end} bytes, but has {file.Length}. Copy it again from its source.", path);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }
    }

    private static EmException NotHdf5(string path, string what, Exception? cause = null)
        => new(EmErrorKind.InvalidData, "NotHdf5", $"'{path}' is no HDF5 file that can be read: {what}. Give an .h5 file, or copy it again from its source.", path, cause);

    /// <summary>PureHDF converts nothing and would reinterpret bits, so every type is read as itself.</summary>
    private double[] Values(IH5Dataset data, string name)
    {
        IH5DataType type = data.Type;
        bool signed = type.Class == H5DataTypeClass.FixedPoint && type.FixedPoint.IsSigned;
        return (type.Class, type.Size, signed) switch
        {
            (H5DataTypeClass.FloatingPoint, 4, _) => Array.ConvertAll(data.Read<float[]>(), v => (double)v),
            (H5DataTypeClass.FloatingPoint, 8, _) => data.Read<double[]>(),
            (H5DataTypeClass.FixedPoint, 1, false) => Array.ConvertAll(data.Read<byte[]>(), v => (double)v),
            (H5DataTypeClass.FixedPoint, 1, true) => Array.ConvertAll(data.Read<sbyte[]>(), v => (double)v),
            (H5DataTypeClass.FixedPoint, 2, false) => Array.ConvertAll(data.Read<ushort[]>(), v => (double)v),
            (H5DataTypeClass.FixedPoint, 2, true) => Array.ConvertAll(data.Read<short[]>(), v => (double)v),
            (H5DataTypeClass.FixedPoint, 4, false) => Array.ConvertAll(data.Read<uint[]>(), v => (double)v),
            (H5DataTypeClass.FixedPoint, 4, true) => Array.ConvertAll(data.Read<int[]>(), v => (double)v),
            (H5DataTypeClass.FixedPoint, 8, false) => Array.ConvertAll(data.Read<ulong[]>(), v => (double)v),
            (H5DataTypeClass.FixedPoint, 8, true) => Array.ConvertAll(data.Read<long[]>(), v => (double)v),
            _ => throw new EmException(EmErrorKind.InvalidData, "DatasetNotNumeric", $"'{Path}', dataset '{name}': expected floats or integers of at most 64 bits, found {type.Class} of {type.Size} bytes. Name a dataset of numbers, or store this one as such.", Path),
        };
    }

    private T Guarded<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not EmException)
        {
            throw new EmException(EmErrorKind.InvalidData, "Hdf5Damaged", $"'{Path}': {what} cannot be read ({e.Message}). Copy the file again from its source.", Path, e);
        }
    }
}
