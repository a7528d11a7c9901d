using EmTools.Engine;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation;
using EmTools.Engine.Estimation.Offsets;
using EmTools.Engine.Formats;

namespace EmTools.Cmdlets;

/// <summary>A calibration as Get-EmCalibration tells it: which stack it belongs to, what its tables hold, how good they are.</summary>
public sealed class EmCalibration
{
    private EmCalibration(StackCalibration calibration, ReadableList<EmSectionOffset> sections)
    {
        (Info, Sections, Path) = (calibration.Info, sections, calibration.Folder.Path);
        Report = File.Exists(calibration.Folder.ReportFile) ? calibration.Folder.ReportFile : null;
    }

    /// <summary>The calibration's folder.</summary>
    public string Path { get; }

    /// <summary>The stack's shape, (z, y, x).</summary>
    public VolumeShape VolumeShape => Info.Volume;

    /// <summary>The index of the stack's first section.</summary>
    public int FirstIndex => Info.First;

    /// <summary>Sections that were measured.</summary>
    public int Measured => Info.Measured;

    /// <summary>Sections whose offset is interpolated.</summary>
    public int Missing => Count(SectionQuality.Missing);

    /// <summary>Sections to which the brightness jumps.</summary>
    public int Jumps => Count(SectionQuality.Jump);

    /// <summary>Sections whose mean and change contradict each other.</summary>
    public int Outliers => Count(SectionQuality.Outlier);

    /// <summary>Sections that are equal to the one before.</summary>
    public int Duplicates => Count(SectionQuality.Duplicate);

    /// <summary>The mean that corrected sections have, in grey levels; Contrast takes its -Mean from it.</summary>
    public double Target => Info.Target;

    /// <summary>The smallest offset, in grey levels; null where they were not made yet.</summary>
    public double? LowestOffset => Sections.Count == 0 ? null : Sections.Min(s => s.Offset);

    /// <summary>The largest offset, in grey levels; null where they were not made yet.</summary>
    public double? HighestOffset => Sections.Count == 0 ? null : Sections.Max(s => s.Offset);

    /// <summary>The background's fit; null where it was not made yet.</summary>
    public BackgroundSummary? Background => Info.Background;

    /// <summary>The report's path; null where it was not written yet.</summary>
    public string? Report { get; }

    /// <summary>All that calibration.json holds.</summary>
    public CalibrationInfo Info { get; }

    /// <summary>The offsets, section by section; empty where they were not made yet.</summary>
    public ReadableList<EmSectionOffset> Sections { get; }

    internal static EmCalibration Open(string path)
    {
        var calibration = StackCalibration.Open(path);
        return new EmCalibration(calibration, File.Exists(calibration.Folder.OffsetFile) ? Rows(calibration.Folder.OffsetFile, calibration.Info.First) : []);
    }

    private static ReadableList<EmSectionOffset> Rows(string path, int first)
    {
        using Hdf5Reader reader = Hdf5Reader.Open(path);
        double[] offset = reader.Read("offset").Values;
        double[] mean = Column("mean"), meanError = Column("mean_error"), change = Column("change"), changeError = Column("change_error");
        double[] corrected = Column("mean_c"), correctedError = Column("mean_c_error"), masked = Column("masked_share"), quality = Column("quality");
        return
        [
            .. Enumerable.Range(first, Math.Max(0, offset.Length - first)).Select(z => new EmSectionOffset
            {
                Index = z,
                Mean = mean[z],
                MeanError = meanError[z],
                Change = change[z],
                ChangeError = changeError[z],
                CorrectedMean = corrected[z],
                CorrectedError = correctedError[z],
                Offset = offset[z],
                MaskedShare = masked[z],
                Quality = double.IsNaN(quality[z]) ? SectionQuality.None : (SectionQuality)(int)quality[z],
            }),
        ];

        // A table of another program holds only what the published one does.
        double[] Column(string name) => reader.Has(name) && reader.Read(name).Values is { } values && values.Length == offset.Length ? values : [.. offset.Select(_ => double.NaN)];
    }

    private int Count(SectionQuality flag) => Sections.Count(s => s.Quality.HasFlag(flag));
}
