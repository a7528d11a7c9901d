using EmTools.Engine.Calibration;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Estimation;

/// <summary>A calibration that is there, and the stack that it belongs to.</summary>
public sealed class StackCalibration
{
    private StackCalibration(CalibrationFolder folder, CalibrationInfo info) => (Folder, Info) = (folder, info);

    /// <summary>Where it lies.</summary>
    public CalibrationFolder Folder { get; }

    /// <summary>The stack, and how the tables were made.</summary>
    public CalibrationInfo Info { get; }

    /// <summary>Opens a calibration.</summary>
    /// <exception cref="EmException">There is none in the folder (<c>NoCalibration</c>), or it cannot be read.</exception>
    public static StackCalibration Open(string path)
    {
        var folder = new CalibrationFolder(path);
        return new StackCalibration(folder, CalibrationInfo.Read(folder));
    }

    /// <summary>The offsets.</summary>
    /// <exception cref="EmException">The table is missing, or holds another number of sections than the stack has (<c>CalibrationOfAnotherStack</c>).</exception>
    public IntensityOffsetTable ReadOffsets()
    {
        IntensityOffsetTable table = IntensityOffsetTable.Read(Folder.OffsetFile);
        return table.Count == Info.Volume.Depth
            ? table
            : throw new EmException(EmErrorKind.InvalidData, "CalibrationOfAnotherStack", $"'{Folder.OffsetFile}' holds the offsets of {table.Count} sections, but the calibration in '{Folder}' belongs to a stack of {Info.Volume.Depth}; the table comes from another stack. Run Measure-EmStack again.", Folder.OffsetFile);
    }

    /// <summary>The background.</summary>
    /// <exception cref="EmException">The model is missing or cannot be read.</exception>
    public BackgroundModel ReadBackground() => BackgroundModel.Read(Folder.BackgroundFile);

    /// <summary>Refuses a section of another stack.</summary>
    /// <param name="section">The section.</param>
    /// <param name="part">It may be a part of a full section, whose index only is compared.</param>
    /// <exception cref="EmException">Its size or its index does not fit (<c>CalibrationOfAnotherStack</c>).</exception>
    public void Require(EmSection section, bool part = false)
    {
        ArgumentNullException.ThrowIfNull(section);
        VolumeShape volume = Info.Volume;
        if (section.Index >= volume.Depth)
            throw Other($"which has the sections 0 to {volume.Depth - 1}");
        if (!part && (section.Height != volume.Height || section.Width != volume.Width))
            throw Other($"whose sections are {volume.Height} x {volume.Width} pixels (y, x), but this one is {section.Height} x {section.Width}");

        EmException Other(string why) => new(EmErrorKind.InvalidArgument, "CalibrationOfAnotherStack", $"Section {section.Index} ('{section.Name}') is not of the stack that the calibration '{Folder}' belongs to, {why}. Give the calibration of this stack, or make it with Measure-EmStack.", Folder.Path);
    }
}
