using System.Runtime.InteropServices;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Offsets;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Estimation;

/// <summary>Makes the two tables of measurements that are there: what is to be done once all sections were measured.</summary>
public sealed class CalibrationBuilder
{
    private readonly CalibrationFolder _folder;
    private readonly CalibrationInfo _stack;

    /// <summary>Works in a folder.</summary>
    /// <param name="folder">Where measurements are and tables go.</param>
    /// <param name="stack">The stack: its shape and type, how sections were measured, what mean was asked for.</param>
    public CalibrationBuilder(CalibrationFolder folder, CalibrationInfo stack)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(stack);
        (_folder, _stack) = (folder, stack);
    }

    /// <summary>Works in a folder on a stack of 16-bit sections.</summary>
    /// <param name="folder">Where measurements are and tables go.</param>
    /// <param name="volume">The stack's shape.</param>
    /// <param name="measuring">How sections were measured.</param>
    public CalibrationBuilder(CalibrationFolder folder, VolumeShape volume, MeasuringOptions measuring)
        : this(folder, new CalibrationInfo { Volume = volume, Measuring = measuring, PixelType = PixelType.UInt16 })
    {
    }

    private int End => _stack.First + _stack.Volume.Depth;

    /// <summary>Makes the table of offsets, and puts the box means into one file.</summary>
    /// <param name="target">The mean that corrected sections are to have; null for what the stack asks for.</param>
    /// <exception cref="EmException">Nothing was measured, or a file cannot be written.</exception>
    public OffsetEstimate BuildOffsets(double? target = null)
    {
        float[] masked = Missing(), saturated = Missing();
        var levels = new List<SectionLevel>();
        var spreads = new List<double>();
        int? before = null;
        using (var boxes = new AtomicFile(_folder.BoxFile, overwrite: true))
        {
            try
            {
                using var buffered = new BufferedStream(boxes.Stream, 1 << 20);
                foreach (SectionMeasurement m in StackMeter.Read(_folder, _stack.Volume, _stack.First))
                {
                    // A section that was compared to another one than that before it, in a run over fewer or more
                    // sections, tells nothing of the change.
                    double change = m.Previous == before ? m.Change : double.NaN;
                    levels.Add(new SectionLevel(m.Index, m.Mean, m.MeanError, change, m.ChangeError, m.Duplicate && m.Previous == before));
                    if (double.IsFinite(m.Spread))
                        spreads.Add(m.Spread);
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

        OffsetEstimate estimate = OffsetEstimator.Estimate(levels, End, target ?? _stack.Aim, _stack.First);
        OffsetTableFile.Write(_folder.OffsetFile, estimate, masked, saturated);
        double? spread = spreads.Count > 0 ? spreads.Order().ElementAt(spreads.Count / 2) : null;
        (_stack with
        {
            Software = Provenance.Software,
            Measured = levels.Count,
            AskedTarget = target ?? _stack.AskedTarget,
            Target = estimate.Target,
            Spread = spread,
            Scale = GreyLevels.Of(_stack.PixelType ?? PixelType.UInt16, estimate.Target, spread ?? 0).Scale,
            ContentCorrelation = estimate.ContentCorrelation,
            BackgroundOptions = null,
            Background = null,
        }).Write(_folder);
        return estimate;
    }

    /// <summary>
    /// Fits the background to the box means that <see cref="BuildOffsets"/> left, and writes the model. Where they do not
    /// determine all of its terms, a lower degree is fitted; what was fitted is told by <see cref="FittedBackground.Lowered"/>.
    /// </summary>
    /// <exception cref="EmException">There are no offsets yet (<c>NoCalibration</c>), or a file cannot be written.</exception>
    public FittedBackground BuildBackground(BackgroundFitOptions options, EvaluationContext? context = null)
    {
        IntensityOffsetTable offsets = IntensityOffsetTable.Read(_folder.OffsetFile);
        CalibrationInfo info = CalibrationInfo.Read(_folder);
        BlockGrid grid = BlockGrid.ForBackground(info.Volume.Height, info.Volume.Width, info.Measuring.Boxes);
        BoxStore boxes = Boxes(_folder, info, offsets);
        FittedBackground fitted = new BackgroundFitter(boxes, grid, info.Volume, info.Target, context, info.First).FitWhatIsDetermined(options);
        BackgroundModelFile.Write(_folder.BackgroundFile, fitted.Model, fitted.Fit, overwrite: true);
        (info with
        {
            BackgroundOptions = options,
            Background = new BackgroundSummary(fitted.Degree, fitted.Model.Terms.Length, fitted.Boxes, fitted.Scale, fitted.OutlierShare, fitted.Fit.R2, fitted.Fit.RootMeanSquareError, fitted.Passes, fitted.Scores, MeanOver(boxes, fitted.Model, grid, info)),
        }).Write(_folder);
        return fitted;
    }

    /// <summary>The box means of a calibration.</summary>
    internal static BoxStore Boxes(CalibrationFolder folder, CalibrationInfo info, IntensityOffsetTable offsets)
    {
        using Hdf5Reader reader = Hdf5Reader.Open(folder.OffsetFile);
        double[] masked = reader.Read("masked_share").Values, quality = reader.Read("quality").Values;
        BlockGrid grid = BlockGrid.ForBackground(info.Volume.Height, info.Volume.Width, info.Measuring.Boxes);
        int[] measured = [.. Enumerable.Range(0, masked.Length).Where(z => double.IsFinite(masked[z]))];

        // Sections whose level says nothing: their boxes are in the file, and no number.
        double Level(int z) => ((SectionQuality)(int)quality[z]).HasFlag(SectionQuality.Missing) ? double.NaN : offsets.At(z);
        return new BoxStore(folder.BoxFile, measured, grid.Rows * grid.Columns, Level);
    }

    /// <summary>The mean of what a model subtracts over the boxes of tissue.</summary>
    private static double MeanOver(BoxStore sections, BackgroundModel model, BlockGrid grid, CalibrationInfo info)
    {
        double sum = 0;
        long count = 0;
        foreach (BoxSection section in sections)
        {
            SectionBackground background = model.AtSection(VolumeShape.Scaled(section.Index - info.First, info.Volume.Depth));
            ReadOnlySpan<float> boxes = section.Boxes.Span;
            for (int y = 0; y < grid.Rows; y++)
            {
                RowPolynomial row = background.AtRow(grid.CentreY(y));
                for (int x = 0; x < grid.Columns; x++)
                {
                    if (!float.IsFinite(boxes[y * grid.Columns + x]))
                        continue;
                    sum += row.Evaluate(grid.CentreX(x));
                    count++;
                }
            }
        }

        return count > 0 ? sum / count : 0;
    }

    private float[] Missing()
    {
        var column = new float[End];
        Array.Fill(column, float.NaN);
        return column;
    }
}
