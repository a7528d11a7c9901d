using System.Runtime.InteropServices;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Offsets;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Estimation;

/// <summary>Makes the two tables of measurements that are there: what is to be done once all sections were measured.</summary>
public sealed class CalibrationBuilder
{
    private readonly CalibrationFolder _folder;
    private readonly VolumeShape _volume;
    private readonly MeasuringOptions _measuring;

    /// <summary>Works in a folder.</summary>
    /// <param name="folder">Where measurements are and tables go.</param>
    /// <param name="volume">The stack's shape.</param>
    /// <param name="measuring">How sections were measured.</param>
    public CalibrationBuilder(CalibrationFolder folder, VolumeShape volume, MeasuringOptions measuring)
        => (_folder, _volume, _measuring) = (folder, volume, measuring);

    /// <summary>Makes the table of offsets, and puts the box means into one file.</summary>
    /// <param name="target">The mean that corrected sections are to have.</param>
    /// <exception cref="EmException">Nothing was measured, or a file cannot be written.</exception>
    public OffsetEstimate BuildOffsets(double target)
    {
        float[] masked = Missing(), saturated = Missing();
        var levels = new List<SectionLevel>();
        int? before = null;
        using (var boxes = new AtomicFile(_folder.BoxFile, overwrite: true))
        {
            try
            {
                using var buffered = new BufferedStream(boxes.Stream, 1 << 20);
                foreach (SectionMeasurement m in StackMeter.Read(_folder, _volume))
                {
                    // A section that was compared to another one than that before it, in a run over fewer or more
                    // sections, tells nothing of the change.
                    double change = m.Previous == before ? m.Change : double.NaN;
                    levels.Add(new SectionLevel(m.Index, m.Mean, m.MeanError, change, m.ChangeError));
                    before = double.IsFinite(m.Mean) ? m.Index : before;
                    (masked[m.Index], saturated[m.Index]) = ((float)m.MaskedShare, (float)m.SaturatedShare);
                    buffered.Write(MemoryMarshal.AsBytes<float>(m.Boxes.ToArray()));
                }

                buffered.Flush();
                boxes.Commit();
            }
            catch (Exception e) when (FileErrors.IsFileTrouble(e))
            {
                throw FileErrors.Writing(_folder.BoxFile, e);
            }
        }

        OffsetEstimate estimate = OffsetEstimator.Estimate(levels, _volume.Depth, target);
        OffsetTableFile.Write(_folder.OffsetFile, estimate, masked, saturated);
        new CalibrationInfo { Volume = _volume, Measuring = _measuring, Measured = levels.Count, Target = target, ContentCorrelation = estimate.ContentCorrelation }.Write(_folder);
        return estimate;
    }

    /// <summary>Fits the background to the box means that <see cref="BuildOffsets"/> left, and writes the model.</summary>
    /// <exception cref="EmException">There are no offsets yet (<c>NoCalibration</c>), the boxes do not determine the model, or it cannot be written.</exception>
    public FittedBackground BuildBackground(BackgroundFitOptions options, EvaluationContext? context = null)
    {
        IntensityOffsetTable offsets = IntensityOffsetTable.Read(_folder.OffsetFile);
        CalibrationInfo info = CalibrationInfo.Read(_folder);
        BlockGrid grid = BlockGrid.ForBackground(_volume.Height, _volume.Width, info.Measuring.Boxes);
        FittedBackground fitted = new BackgroundFitter(Boxes(_folder, info, offsets), grid, _volume, info.Target, context).Fit(options);
        BackgroundModelFile.Write(_folder.BackgroundFile, fitted.Model, fitted.Fit, overwrite: true);
        (info with
        {
            BackgroundOptions = options,
            Background = new BackgroundSummary(fitted.Degree, fitted.Model.Terms.Length, fitted.Boxes, fitted.Scale, fitted.OutlierShare, fitted.Fit.R2, fitted.Fit.RootMeanSquareError, fitted.Passes, fitted.Scores),
        }).Write(_folder);
        return fitted;
    }

    /// <summary>The box means of a calibration.</summary>
    internal static BoxStore Boxes(CalibrationFolder folder, CalibrationInfo info, IntensityOffsetTable offsets)
    {
        using Hdf5Reader reader = Hdf5Reader.Open(folder.OffsetFile);
        double[] masked = reader.Read("masked_share").Values;
        BlockGrid grid = BlockGrid.ForBackground(info.Volume.Height, info.Volume.Width, info.Measuring.Boxes);
        int[] measured = [.. Enumerable.Range(0, masked.Length).Where(z => double.IsFinite(masked[z]))];
        return new BoxStore(folder.BoxFile, measured, grid.Rows * grid.Columns, offsets.At);
    }

    private float[] Missing()
    {
        var column = new float[_volume.Depth];
        Array.Fill(column, float.NaN);
        return column;
    }
}
