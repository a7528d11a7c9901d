using EmTools.Engine.Files;

namespace EmTools.Engine.Formats;

/// <summary>
/// Reads numeric datasets of an HDF5 file (MATLAB's v7.3 files among them), with errors that name the file. PureHDF, which
/// writes them here, trusts what it reads: a damaged table can keep it in a loop for ever, which nothing in .NET can end,
/// or make it ask for gigabytes. This reader does only what tables need, and takes no longer and no more memory than the file is long.
/// </summary>
public sealed class Hdf5Reader : IDisposable
{
    /// <summary>Tables are thousands of numbers; what is larger is another kind of file, or a damaged one.</summary>
    private const long LargestTable = 100_000_000;

    /// <summary>Groups in groups that are looked into for the list of what a file holds.</summary>
    private const int DeepestListing = 4;

    private const int LongestListing = 20;

    private readonly Hdf5File _file;

    private Hdf5Reader(Hdf5File file) => _file = file;

    /// <summary>The file's full path.</summary>
    public string Path => _file.Path;

    /// <summary>Opens a file.</summary>
    /// <exception cref="EmException">No such file (<c>FileNotFound</c>), not readable (<c>FileNotReadable</c>), no file but a pipe or device (<c>NotRegularFile</c>), not an HDF5 file (<c>NotHdf5</c>), or only a part of one (<c>Hdf5Truncated</c>).</exception>
    public static Hdf5Reader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new Hdf5Reader(Hdf5File.Open(System.IO.Path.GetFullPath(path)));
    }

    /// <summary>The names of the datasets at the file's root.</summary>
    /// <exception cref="EmException">The file is damaged (<c>Hdf5Damaged</c>), or its root is of a kind that is not read (<c>Hdf5NotSupported</c>).</exception>
    public string[] DatasetNames() => Guarded(() => Listing(_file.Root, "", depth: 0));

    /// <summary>True when the file holds a dataset of that name, or of that path through its groups (<c>/calibration/offset</c>).</summary>
    /// <exception cref="EmException">As for <see cref="DatasetNames"/>.</exception>
    public bool Has(string dataset)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataset);
        return Guarded(() => Find(dataset) is { IsDataset: true });
    }

    /// <summary>Reads a dataset of floats or integers of any size, as doubles.</summary>
    /// <param name="dataset">Its name at the file's root, or its path through groups (<c>/calibration/offset</c>).</param>
    /// <exception cref="EmException">No such dataset (<c>DatasetNotFound</c>), not numeric (<c>DatasetNotNumeric</c>), too large (<c>DatasetTooLarge</c>), stored in a way that is not read here (<c>Hdf5NotSupported</c>), or damaged (<c>Hdf5Damaged</c>).</exception>
    public Hdf5Array Read(string dataset)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataset);
        string name = dataset.Trim('/');
        return Guarded(() =>
        {
            if (Find(name) is not { IsDataset: true } header)
            {
                _file.Refill();
                string[] there = Listing(_file.Root, "", DeepestListing);
                string list = there.Length == 0 ? "no datasets" : string.Join(", ", there.Take(LongestListing)) + (there.Length > LongestListing ? $" and {there.Length - LongestListing} more" : "");
                throw new EmException(EmErrorKind.NotFound, "DatasetNotFound", $"'{Path}' has no dataset '{name}'; it holds {list}. Check that it is the right file and dataset.", Path);
            }

            Hdf5Dataset data = Hdf5Dataset.Of(_file, header, name, LargestTable);
            return new Hdf5Array(data.Read(), Array.ConvertAll(data.Shape, d => checked((int)d)));
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>The header of what lies at a path, or null where nothing does.</summary>
    private Hdf5ObjectHeader? Find(string path)
    {
        Hdf5ObjectHeader header = Hdf5ObjectHeader.Read(_file, _file.Root);
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Hdf5Group.Links(_file, header).TryGetValue(part, out long? address))
                return null;
            header = Hdf5ObjectHeader.Read(_file, address ?? throw _file.NotSupported($"a link '{part}' to another place or file"));
        }

        return header;
    }

    /// <summary>The datasets in a group, and with a depth those in its groups.</summary>
    private string[] Listing(long group, string prefix, int depth, HashSet<long>? seen = null)
    {
        seen ??= [];
        var names = new List<string>();
        if (!seen.Add(group))
            return [];
        foreach ((string name, long? address) in Hdf5Group.Links(_file, Hdf5ObjectHeader.Read(_file, group)))
        {
            if (address is null)
                continue;
            if (Hdf5ObjectHeader.Read(_file, address.Value).IsDataset)
                names.Add(prefix + name);
            else if (depth > 0)
                names.AddRange(Listing(address.Value, $"{prefix}{name}/", depth - 1, seen));
        }

        return [.. names];
    }

    private T Guarded<T>(Func<T> read)
    {
        _file.Refill();
        try
        {
            return read();
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(Path, e);
        }
        catch (OverflowException e)
        {
            throw _file.Damaged("a size in it cannot be", e);
        }
    }
}
