using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Offsets;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Estimation.Report;

/// <summary>What a report shows, read from a calibration's files.</summary>
internal sealed class ReportData
{
    public required CalibrationFolder Folder { get; init; }

    public required CalibrationInfo Info { get; init; }

    public required double[] Mean { get; init; }

    public required double[] Change { get; init; }

    public required double[] ChangeError { get; init; }

    public required double[] CorrectedMean { get; init; }

    public required double[] Offset { get; init; }

    public required double[] MaskedShare { get; init; }

    public required SectionQuality[] Quality { get; init; }

    public required BlockGrid Grid { get; init; }

    public BackgroundModel? Model { get; init; }

    public ResidualMaps? Residuals { get; init; }

    /// <summary>Reads what is there: the offsets must be, the background may be missing.</summary>
    /// <exception cref="EmException">There is no calibration, or its offsets were not made yet.</exception>
    public static ReportData Read(CalibrationFolder folder, CancellationToken cancellation)
    {
        CalibrationInfo info = CalibrationInfo.Read(folder);
        using Hdf5Reader reader = Hdf5Reader.Open(folder.OffsetFile);
        BackgroundModel? model = info.Background is not null ? BackgroundModel.Read(folder.BackgroundFile) : null;
        BlockGrid grid = BlockGrid.ForBackground(info.Volume.Height, info.Volume.Width, info.Measuring.Boxes);
        return new ReportData
        {
            Folder = folder,
            Info = info,
            Mean = reader.Read("mean").Values,
            Change = reader.Read("change").Values,
            ChangeError = reader.Read("change_error").Values,
            CorrectedMean = reader.Read("mean_c").Values,
            Offset = reader.Read("offset").Values,
            MaskedShare = reader.Read("masked_share").Values,
            Quality = [.. reader.Read("quality").Values.Select(q => (SectionQuality)(int)q)],
            Grid = grid,
            Model = model,
            Residuals = model is null ? null : ResidualMaps.Of(CalibrationBuilder.Boxes(folder, info, IntensityOffsetTable.Read(folder.OffsetFile)), model, grid, info.Volume, info.First, cancellation),
        };
    }
}

/// <summary>What the background leaves of the box means, averaged along one axis, in grey levels.</summary>
internal sealed class ResidualMaps
{
    private const int LargestDepth = 200;

    private ResidualMaps(double[,] front, double[,] top, double[,] used) => (Front, Top, Used) = (front, top, used);

    /// <summary>(y, x), averaged over the sections; NaN where there was no tissue.</summary>
    public double[,] Front { get; }

    /// <summary>(z, x), averaged over y; sections joined to at most 200 rows.</summary>
    public double[,] Top { get; }

    /// <summary>(y, x): in what share of the sections the box was used.</summary>
    public double[,] Used { get; }

    public static ResidualMaps Of(IEnumerable<BoxSection> sections, BackgroundModel model, BlockGrid grid, VolumeShape volume, int firstSection, CancellationToken cancellation)
    {
        double constant = model.Terms.Where(t => t.IsConstant).Sum(t => t.Coefficient);
        int depth = Math.Min(LargestDepth, volume.Depth), count = 0;
        double[,] front = new double[grid.Rows, grid.Columns], used = new double[grid.Rows, grid.Columns];
        double[,] top = new double[depth, grid.Columns], topUsed = new double[depth, grid.Columns];
        foreach (BoxSection section in sections)
        {
            cancellation.ThrowIfCancellationRequested();
            count++;
            int z = (int)((long)(section.Index - firstSection) * depth / volume.Depth);
            SectionBackground background = model.AtSection(VolumeShape.Scaled(section.Index - firstSection, volume.Depth));
            ReadOnlySpan<float> boxes = section.Boxes.Span;
            for (int y = 0; y < grid.Rows; y++)
            {
                RowPolynomial row = background.AtRow(grid.CentreY(y));
                for (int x = 0; x < grid.Columns; x++)
                {
                    double residual = boxes[y * grid.Columns + x] - section.Level - constant - row.Evaluate(grid.CentreX(x));
                    if (!double.IsFinite(residual))
                        continue;
                    front[y, x] += residual;
                    used[y, x]++;
                    top[z, x] += residual;
                    topUsed[z, x]++;
                }
            }
        }

        Divide(front, used);
        Divide(top, topUsed);
        for (int y = 0; y < grid.Rows; y++)
        {
            for (int x = 0; x < grid.Columns; x++)
                used[y, x] /= Math.Max(1, count);
        }

        return new ResidualMaps(front, top, used);
    }

    private static void Divide(double[,] sums, double[,] counts)
    {
        for (int i = 0; i < sums.GetLength(0); i++)
        {
            for (int j = 0; j < sums.GetLength(1); j++)
                sums[i, j] = counts[i, j] > 0 ? sums[i, j] / counts[i, j] : double.NaN;
        }
    }
}
