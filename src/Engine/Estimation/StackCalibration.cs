using EmTools.Engine.Calibration;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Estimation;

/// <summary>A calibration that is there, and the stack that it belongs to.</summary>
public sealed class StackCalibration
{
    private readonly CalibratedVolume _stack;

    private StackCalibration(CalibrationFolder folder, CalibrationInfo info, CalibratedVolume stack) => (Folder, Info, _stack) = (folder, info, stack);

    /// <summary>Where it lies.</summary>
    public CalibrationFolder Folder { get; }

    /// <summary>The stack, and how the tables were made.</summary>
    public CalibrationInfo Info { get; }

    /// <summary>Opens a calibration.</summary>
    /// <exception cref="EmException">There is none in the folder (<c>NoCalibration</c>), or it cannot be read.</exception>
    public static StackCalibration Open(string path)
    {
        var folder = new CalibrationFolder(path);
        return new StackCalibration(folder, CalibrationInfo.Read(folder), CalibratedVolume.Beside(folder.InfoFile)!);
    }

    /// <summary>The offsets.</summary>
    /// <exception cref="EmException">The table is missing, or holds another number of sections than the stack has (<c>CalibrationOfAnotherStack</c>).</exception>
    public IntensityOffsetTable ReadOffsets() => IntensityOffsetTable.ReadWithStack(Folder.OffsetFile);

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
        _stack.Require(Folder.Path, section.Place, section.Name, part ? null : section.SizeIn(_stack.Volume));
    }
}
