namespace EmTools.Engine.Formats;

/// <summary>Finds the dataset of an HDF5 file that is meant as a volume.</summary>
internal sealed class Hdf5VolumeSearch(Hdf5File file)
{
    private const int DeepestGroup = 8;
    private const int MostObjects = 10_000;

    private readonly HashSet<long> _seen = [];
    private readonly List<(string Name, Hdf5ObjectHeader Header)> _datasets = [];

    /// <summary>The dataset of a name, or the only one that can be a volume: of two axes or more that are longer than 1.</summary>
    /// <exception cref="EmException">There is none of that name, none at all, or several and no name.</exception>
    public (string Name, Hdf5ObjectHeader Header) Find(string name)
    {
        Collect(file.Root, "", DeepestGroup);
        if (name.Length > 0)
        {
            (string Name, Hdf5ObjectHeader Header) named = _datasets.Find(dataset => dataset.Name == name);
            return named.Header is not null ? named : throw VolumeErrors.NoSuchDataset(file.Path, name, [.. _datasets.Select(Told)]);
        }

        (string Name, Hdf5ObjectHeader Header)[] volumes = [.. _datasets.Where(IsVolume)];
        return volumes.Length switch
        {
            1 => volumes[0],
            0 => throw VolumeErrors.NoVolume(file.Path, _datasets.Count == 0 ? "it has no datasets" : $"none of its datasets ({string.Join(", ", _datasets.Take(10).Select(Told))}{(_datasets.Count > 10 ? ", ..." : "")}) is an image"),
            _ => throw VolumeErrors.SeveralDatasets(file.Path, [.. volumes.Select(Told)]),
        };
    }

    private string Told((string Name, Hdf5ObjectHeader Header) dataset) => Shape(dataset.Header) is { } shape ? $"{dataset.Name} ({string.Join(" x ", shape)})" : dataset.Name;

    private bool IsVolume((string Name, Hdf5ObjectHeader Header) dataset)
    {
        if (Shape(dataset.Header) is not { } shape || shape.Count(length => length > 1) < 2)
            return false;
        return dataset.Header.Find(Hdf5ObjectHeader.DataType) is { } type && Hdf5Number.Read(file, type, out _) is not null;
    }

    private long[]? Shape(Hdf5ObjectHeader header) => header.Find(Hdf5ObjectHeader.Dataspace) is { } space ? Hdf5Dataset.Dimensions(file, space).Shape : null;

    private void Collect(long group, string prefix, int depth)
    {
        if (!_seen.Add(group))
            return;
        foreach ((string name, long? address) in Hdf5Group.Links(file, Hdf5ObjectHeader.Read(file, group)))
        {
            if (address is not { } at || _datasets.Count + _seen.Count > MostObjects)
                continue;
            var header = Hdf5ObjectHeader.Read(file, at);
            if (header.IsDataset)
                _datasets.Add((prefix + name, header));
            else if (depth > 0)
                Collect(at, $"{prefix}{name}/", depth - 1);
        }
    }
}
