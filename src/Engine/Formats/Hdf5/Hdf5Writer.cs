using EmTools.Engine.Files;
using PureHDF;

namespace EmTools.Engine.Formats;

/// <summary>Writes small HDF5 files of float datasets; a file appears under its name when it is complete.</summary>
public static class Hdf5Writer
{
    /// <summary>Writes datasets to the root of a new file.</summary>
    /// <param name="path">The destination; its folder is created where it is missing.</param>
    /// <param name="datasets">Datasets by name: arrays of float or double, of one or two dimensions, or of bytes, of one.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <exception cref="EmException">The destination exists (<c>OutputExists</c>), cannot be written (<c>FileNotWritable</c>), or the disk is full (<c>DiskFull</c>).</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Array>> datasets, bool overwrite = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(datasets);
        var content = new H5File();
        foreach ((string name, Array values) in datasets)
        {
            if (values is not (float[] or double[] or float[,] or double[,] or byte[]))
                throw new ArgumentException($"Dataset '{name}': {values.GetType().Name} is not written, only one- and two-dimensional arrays of float and double, and one-dimensional ones of bytes.", nameof(datasets));
            content[name] = values;
        }

        using var file = new AtomicFile(path, overwrite);
        try
        {
            // PureHDF seeks about and closes the stream that it writes to; the file itself gets the bytes in one go.
            using var memory = new MemoryStream();
            content.Write(memory);
            file.Stream.Write(memory.ToArray());
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(file.Path, e);
        }

        file.Commit();
    }
}
