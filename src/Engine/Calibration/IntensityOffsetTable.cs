using System.Collections.Immutable;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Calibration;

/// <summary>What is to be subtracted from every section so that all have the same mean: a value a section, in grey levels.</summary>
public sealed class IntensityOffsetTable
{
    /// <summary>The dataset that holds the offsets by default.</summary>
    public const string DefaultDataset = "offset";

    private readonly ImmutableArray<double> _values;

    private IntensityOffsetTable(CalibrationFile file, string dataset, ImmutableArray<double> values)
    {
        File = file;
        Dataset = dataset;
        _values = values;
    }

    /// <summary>The file that the table was read from, with its hash.</summary>
    public CalibrationFile File { get; }

    /// <summary>The dataset's name.</summary>
    public string Dataset { get; }

    /// <summary>Sections that the table covers, from index 0 on.</summary>
    public int Count => _values.Length;

    /// <summary>Reads a table.</summary>
    /// <param name="path">An HDF5 file (<c>info.h5</c>).</param>
    /// <param name="dataset">A one-dimensional dataset, or a column or row as MATLAB writes vectors, at the file's root or in a group (<c>/calibration/offset</c>); index = section index.</param>
    /// <exception cref="EmException">No such file or dataset (<c>FileNotFound</c>, <c>DatasetNotFound</c>), or no vector of numbers (<c>OffsetShape</c>).</exception>
    public static IntensityOffsetTable Read(string path, string dataset = DefaultDataset)
    {
        using Hdf5Reader reader = Hdf5Reader.Open(path);
        Hdf5Array table = reader.Read(dataset);
        if (table.Shape is not ([_] or [_, 1] or [1, _]) || table.Values.Length == 0)
            throw new EmException(EmErrorKind.InvalidData, "OffsetShape", $"'{reader.Path}', dataset '{dataset}': expected one value a section in a one-dimensional dataset, a column or a row, found the shape {table.ShapeText}. Name the dataset that holds the offsets, or give another table.", reader.Path);
        return new IntensityOffsetTable(CalibrationFile.Of(path), dataset.Trim('/'), [.. table.Values]);
    }

    /// <summary>The offset of a section, in grey levels.</summary>
    /// <param name="index">The section's index, from 0.</param>
    /// <exception cref="EmException">The table does not reach that section (<c>OffsetTableTooShort</c>), or holds no finite number for it (<c>OffsetNotFinite</c>).</exception>
    public double At(int index)
    {
        if (index < 0 || index >= Count)
            throw new EmException(EmErrorKind.InvalidArgument, "OffsetTableTooShort", $"Section {index}: the table '{File.Path}' (dataset '{Dataset}') covers sections 0 to {Count - 1} only. Give the section's own index (-Index), or the table of its volume.", File.Path);
        double value = _values[index];
        if (!double.IsFinite(value))
            throw new EmException(EmErrorKind.InvalidData, "OffsetNotFinite", $"Section {index}: the table '{File.Path}' (dataset '{Dataset}') holds {value}, which cannot be subtracted. Correct the table, or give this section's offset as a number.", File.Path);
        return value;
    }

    /// <summary>Writes a table of all sections in the layout of <c>info.h5</c>: float32 datasets, one value a section.</summary>
    /// <param name="path">The destination; its folder is created where it is missing.</param>
    /// <param name="mean">The sections' means, in grey levels.</param>
    /// <param name="change">Change from the section before, in grey levels.</param>
    /// <param name="correctedMean">The means as the chain of changes gives them.</param>
    /// <param name="offset">What is to be subtracted.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <exception cref="EmException">Lists of different lengths (<c>OffsetLengths</c>), or a destination that cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<float> mean, ReadOnlySpan<float> change, ReadOnlySpan<float> correctedMean, ReadOnlySpan<float> offset, bool overwrite = false)
    {
        if (offset.Length == 0 || mean.Length != offset.Length || change.Length != offset.Length || correctedMean.Length != offset.Length)
            throw new EmException(EmErrorKind.InvalidArgument, "OffsetLengths", $"An offset table needs as many means ({mean.Length}), changes ({change.Length}) and corrected means ({correctedMean.Length}) as offsets ({offset.Length}), at least one.", "offset");
        Hdf5Writer.Write(
            path,
            [new("mean", mean.ToArray()), new("change", change.ToArray()), new("mean_c", correctedMean.ToArray()), new(DefaultDataset, offset.ToArray())],
            overwrite);
    }
}
