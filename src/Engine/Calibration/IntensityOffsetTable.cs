using System.Collections.Immutable;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Calibration;

/// <summary>What is to be subtracted from every section so that all have the same mean: a value a section, in grey levels.</summary>
public sealed class IntensityOffsetTable
{
    /// <summary>The dataset that holds the offsets by default.</summary>
    public const string DefaultDataset = "offset";

    private readonly ImmutableArray<double> _values;

    private IntensityOffsetTable(CalibrationFile file, string dataset, ImmutableArray<double> values, int? indexBase = null, CalibratedVolume? stack = null)
    {
        File = file;
        Dataset = dataset;
        IndexBase = indexBase;
        Stack = stack;
        _values = values;
    }

    /// <summary>The file that the table was read from, with its hash.</summary>
    public CalibrationFile File { get; }

    /// <summary>The dataset's name.</summary>
    public string Dataset { get; }

    /// <summary>Sections that the table covers, from <see cref="First"/> on.</summary>
    public int Count => _values.Length;

    /// <summary>The index of the section to which the first value belongs.</summary>
    public int First => IndexBase ?? 0;

    /// <summary>The same where somebody said it; null where it is taken for 0.</summary>
    public int? IndexBase { get; }

    /// <summary>The stack that the table was made of, where Measure-EmStack made it; else null.</summary>
    public CalibratedVolume? Stack { get; }

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

    /// <summary>Reads a table, and, where it lies in a folder that Measure-EmStack made, of which stack it is.</summary>
    /// <param name="path">As for <see cref="Read"/>.</param>
    /// <param name="dataset">As for <see cref="Read"/>.</param>
    /// <param name="indexBase">The index of the section to which the first value belongs; null where nobody said it, which is taken for 0.</param>
    /// <exception cref="EmException">As for <see cref="Read"/>; or the folder's calibration is that of a stack of another length (<c>CalibrationOfAnotherStack</c>), or cannot be read.</exception>
    public static IntensityOffsetTable ReadWithStack(string path, string dataset = DefaultDataset, int? indexBase = null)
    {
        IntensityOffsetTable table = Read(path, dataset);
        CalibratedVolume? stack = indexBase is null or 0 && table.Dataset == DefaultDataset ? CalibratedVolume.Beside(table.File.Path) : null;
        if (stack is not null && table.Count != stack.End)
            throw new EmException(EmErrorKind.InvalidData, "CalibrationOfAnotherStack", $"'{table.File.Path}' holds the offsets of {table.Count} sections, but the calibration in its folder belongs to a stack of {stack.End}; the table comes from another stack. Run Measure-EmStack again, or keep the table in a folder of its own.", table.File.Path);
        return new IntensityOffsetTable(table.File, table.Dataset, table._values, indexBase, stack);
    }

    /// <summary>The offset of a section, in grey levels.</summary>
    /// <param name="index">The section's index.</param>
    /// <exception cref="EmException">The table does not reach that section (<c>OffsetTableTooShort</c>), or holds no finite number for it (<c>OffsetNotFinite</c>).</exception>
    public double At(int index)
    {
        long place = (long)index - First;
        if (place < 0 || place >= Count)
            throw new EmException(EmErrorKind.InvalidArgument, "OffsetTableTooShort", $"Section {index}: the table '{File.Path}' (dataset '{Dataset}') covers sections {First} to {(long)First + Count - 1} only. Give the section's own index (-Index), or the table of its volume.", File.Path);
        double value = _values[(int)place];
        if (!double.IsFinite(value))
            throw new EmException(EmErrorKind.InvalidData, "OffsetNotFinite", $"Section {index}: the table '{File.Path}' (dataset '{Dataset}') holds {value}, which cannot be subtracted. Correct the table, or give this section's offset as a number.", File.Path);
        return value;
    }

    /// <summary>A value by its place in the table, whatever it is.</summary>
    internal double Peek(int place) => _values[place];

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
