using System.Globalization;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Calibration;

/// <summary>By how many pixels every section of a stack is to be moved, from a CSV or HDF5 file.</summary>
public sealed class ShiftTable
{
    private static readonly char[] s_separators = [',', ';', '\t'];

    private readonly Dictionary<int, (int Y, int X)> _shifts;

    private ShiftTable(CalibrationFile file, string? dataset, Dictionary<int, (int Y, int X)> shifts) => (File, Dataset, _shifts) = (file, dataset, shifts);

    /// <summary>The file, with its hash.</summary>
    public CalibrationFile File { get; }

    /// <summary>The dataset in an HDF5 file; null for a text file.</summary>
    public string? Dataset { get; }

    /// <summary>Sections that the table covers.</summary>
    public int Count => _shifts.Count;

    /// <summary>Reads a table.</summary>
    /// <param name="path">
    /// An HDF5 file (.h5, .hdf5) with a dataset of shape (n, 2): dy, dx, a row a section from index 0; or a text file with
    /// the columns index, dy, dx (or dy, dx, a line a section from index 0), separated by commas, semicolons or tabs, with or
    /// without a line of headings.
    /// </param>
    /// <param name="dataset">The dataset's name in an HDF5 file.</param>
    /// <exception cref="EmException">The file cannot be read, or holds something else (<c>ShiftTableShape</c>, <c>ShiftTableLine</c>).</exception>
    public static ShiftTable Read(string path, string dataset = "shift")
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CalibrationFile file = CalibrationFile.Of(path);
        bool hdf5 = Path.GetExtension(path).ToUpperInvariant() is ".H5" or ".HDF5";
        return new ShiftTable(file, hdf5 ? dataset : null, hdf5 ? FromHdf5(file.Path, dataset) : FromText(file.Path));
    }

    /// <summary>The shift (dy, dx) of a section, in pixels.</summary>
    /// <exception cref="EmException">The table has none for it (<c>NoShift</c>).</exception>
    public (int Y, int X) At(int index)
        => _shifts.TryGetValue(index, out (int Y, int X) shift)
            ? shift
            : throw new EmException(EmErrorKind.InvalidArgument, "NoShift", $"Section {index}: the table '{File.Path}' holds no shift for it; it covers {Count} sections, from {_shifts.Keys.Min()} to {_shifts.Keys.Max()}.", File.Path);

    private static Dictionary<int, (int Y, int X)> FromHdf5(string path, string dataset)
    {
        using Hdf5Reader reader = Hdf5Reader.Open(path);
        Hdf5Array table = reader.Read(dataset);
        if (table.Shape.Length != 2 || table.Shape[1] != 2 || table.Shape[0] == 0)
            throw new EmException(EmErrorKind.InvalidData, "ShiftTableShape", $"'{path}', dataset '{dataset}': expected a shift dy, dx a section, of shape (sections, 2), found the shape {table.ShapeText}.", path);
        var shifts = new Dictionary<int, (int Y, int X)>();
        for (int z = 0; z < table.Shape[0]; z++)
            shifts.Add(z, (Whole(table.Values[2 * z], path, $"row {z}"), Whole(table.Values[2 * z + 1], path, $"row {z}")));
        return shifts;
    }

    private static Dictionary<int, (int Y, int X)> FromText(string path)
    {
        var shifts = new Dictionary<int, (int Y, int X)>();
        string[] lines;
        try
        {
            RegularFile.Require(path);
            lines = System.IO.File.ReadAllLines(path);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }

        for (int i = 0; i < lines.Length; i++)
        {
            string[] fields = lines[i].Split(s_separators, StringSplitOptions.TrimEntries);
            bool headings = shifts.Count == 0 && fields.All(field => field.Length > 0 && char.IsLetter(field[0]));
            if (lines[i].Trim().Length == 0 || lines[i].TrimStart().StartsWith('#') || headings)
                continue;
            string place = $"line {i + 1}";
            if (fields.Length is not (2 or 3))
                throw Line(path, place, $"expected index, dy, dx (or dy, dx), found {fields.Length} value{(fields.Length == 1 ? "" : "s")}");
            int[] numbers = [.. fields.Select(field => Whole(Number(field, path, place), path, place))];
            int index = numbers.Length == 3 ? numbers[0] : shifts.Count;
            if (!shifts.TryAdd(index, (numbers[^2], numbers[^1])))
                throw Line(path, place, $"a second shift for section {index}");
        }

        return shifts.Count > 0 ? shifts : throw Line(path, "the file", "no shifts in it");
    }

    private static double Number(string text, string path, string place)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Line(path, place, $"'{text}' is no number");

    private static int Whole(double number, string path, string place)
        => number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue
            ? (int)number
            : throw Line(path, place, string.Create(CultureInfo.InvariantCulture, $"{number} is no whole number of pixels"));

    private static EmException Line(string path, string place, string what)
        => new(EmErrorKind.InvalidData, "ShiftTableLine", $"'{path}', {place}: {what}.", path);
}
