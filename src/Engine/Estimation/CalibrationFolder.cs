using System.Globalization;

namespace EmTools.Engine.Estimation;

/// <summary>Where a stack's calibration lies: the two tables, what is known of them, the report, and the sections' measurements.</summary>
public sealed class CalibrationFolder
{
    /// <summary>Takes a folder; it need not exist.</summary>
    public CalibrationFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The table of offsets.</summary>
    public string OffsetFile => In("info.h5");

    /// <summary>The background model.</summary>
    public string BackgroundFile => In("polymodel.h5");

    /// <summary>The stack's shape, parameters and results.</summary>
    public string InfoFile => In("calibration.json");

    /// <summary>The report.</summary>
    public string ReportFile => In("report.html");

    /// <summary>All box means, section after section, 32-bit floats, little-endian: what the background was fitted to.</summary>
    public string BoxFile => In("boxes.f32");

    /// <summary>All files that a calibration writes beside the sections' measurements.</summary>
    public IEnumerable<string> Files => [OffsetFile, BackgroundFile, InfoFile, ReportFile, BoxFile];

    /// <summary>The folder of the sections' measurements.</summary>
    public string Measurements => In("sections");

    /// <summary>Refuses a folder with tables that no calibration of it says to be its own.</summary>
    /// <exception cref="EmException">There are such (<c>OutputNotOurs</c>).</exception>
    public void RequireOwn()
    {
        if (!File.Exists(InfoFile) && Files.FirstOrDefault(File.Exists) is { } foreign)
            throw new EmException(EmErrorKind.AlreadyExists, "OutputNotOurs", $"'{foreign}' would be written over, and '{this}' holds no calibration that it belongs to ('{InfoFile}'). Choose another destination, or have it written over.", foreign);
    }

    /// <summary>A section's measurement.</summary>
    /// <param name="index">The section's index.</param>
    public string Measurement(int index) => System.IO.Path.Combine(Measurements, string.Create(CultureInfo.InvariantCulture, $"{index:00000}.json"));

    /// <inheritdoc/>
    public override string ToString() => Path;

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
