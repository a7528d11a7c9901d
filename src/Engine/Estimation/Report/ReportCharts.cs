using System.Text;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation.Offsets;
using ScottPlot;

namespace EmTools.Engine.Estimation.Report;

/// <summary>A chart or picture as a page embeds it.</summary>
/// <param name="Title">What it shows, for its heading and for readers that show no pictures.</param>
/// <param name="Source">A data URI.</param>
internal sealed record ReportFigure(string Title, string Source);

/// <summary>The charts along the stack and the maps, drawn without a display.</summary>
internal static class ReportCharts
{
    private const int Width = 1100, Height = 300, MapWidth = 460, MapHeight = 360;

    /// <summary>Brightness, change and offset along the stack, flags marked.</summary>
    public static IEnumerable<ReportFigure> AlongStack(ReportData data)
    {
        yield return Chart("Mean over tissue and mean_c along the stack", "grey levels", plot =>
        {
            Line(plot, data.Mean, "mean", Colors.Gray);
            Line(plot, data.CorrectedMean, "mean_c", Colors.Blue);
            Mark(plot, data, data.CorrectedMean, SectionQuality.Jump, "jump", Colors.Red);
            Mark(plot, data, data.CorrectedMean, SectionQuality.Outlier, "outlier", Colors.Orange);
            Mark(plot, data, data.CorrectedMean, SectionQuality.Missing, "missing", Colors.Black);
            Mark(plot, data, data.CorrectedMean, SectionQuality.Duplicate, "duplicate", Colors.Purple);
        });
        yield return Chart("mean_c less mean: what tissue does to the mean", "grey levels", plot =>
            Line(plot, [.. data.CorrectedMean.Zip(data.Mean, (c, m) => c - m)], "mean_c - mean", Colors.Blue));
        yield return Chart("Change from the section before", "grey levels", plot =>
        {
            Line(plot, data.Change, "change", Colors.Green);
            Mark(plot, data, data.Change, SectionQuality.Jump, "jump", Colors.Red);
            Mark(plot, data, data.Change, SectionQuality.Outlier, "outlier", Colors.Orange);
        });
        yield return Chart("Offset: what is subtracted", "grey levels", plot => Line(plot, data.Offset, "offset", Colors.Purple));
        yield return Chart("Standard error of the change", "grey levels", plot => Line(plot, data.ChangeError, "change_error", Colors.Green));
        yield return Chart("Share of each section that is no tissue", "share", plot => Line(plot, data.MaskedShare, "masked", Colors.Brown));
    }

    /// <summary>The background at the stack's start, middle and end.</summary>
    public static IEnumerable<ReportFigure> Surfaces(ReportData data, BackgroundModel model)
    {
        double[][,] surfaces = [.. new[] { 0, 0.5, 1.0 }.Select(z => Surface(data, model, z))];
        double low = surfaces.Min(s => s.Cast<double>().Min()), high = surfaces.Max(s => s.Cast<double>().Max());
        string[] names = ["first", "middle", "last"];
        for (int i = 0; i < surfaces.Length; i++)
            yield return Map($"Background at the {names[i]} section", surfaces[i], "x (boxes)", "y (boxes)", low, high);
    }

    /// <summary>What the background leaves, and where boxes were used.</summary>
    public static IEnumerable<ReportFigure> Residuals(ResidualMaps maps)
    {
        double largest = Math.Max(1, maps.Front.Cast<double>().Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max());
        yield return Map("Residual, mean over sections (y, x)", maps.Front, "x (boxes)", "y (boxes)", -largest, largest);
        double side = Math.Max(1, maps.Top.Cast<double>().Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max());
        yield return Map("Residual, mean over y (z, x)", maps.Top, "x (boxes)", "z (of the stack)", -side, side);
        yield return Map("Samples: share of sections in which a box was used", maps.Used, "x (boxes)", "y (boxes)", 0, 1);
    }

    private static double[,] Surface(ReportData data, BackgroundModel model, double z)
    {
        var surface = new double[data.Grid.Rows, data.Grid.Columns];
        SectionBackground section = model.AtSection(z);
        for (int y = 0; y < data.Grid.Rows; y++)
        {
            RowPolynomial row = section.AtRow(data.Grid.CentreY(y));
            for (int x = 0; x < data.Grid.Columns; x++)
                surface[y, x] = row.Evaluate(data.Grid.CentreX(x));
        }

        return surface;
    }

    private static ReportFigure Chart(string title, string unit, Action<Plot> draw)
    {
        ReportFont.Use();
        using var plot = new Plot();
        draw(plot);
        plot.XLabel("section");
        plot.YLabel(unit);
        plot.Legend.IsVisible = true;
        plot.Legend.Alignment = Alignment.UpperRight;
        string svg = plot.GetSvgXml(Width, Height);
        return new ReportFigure(title, "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(svg)));
    }

    /// <summary>A line with gaps where there are no values.</summary>
    private static void Line(Plot plot, double[] values, string name, Color color)
    {
        string? legend = name;
        for (int first = 0; first < values.Length;)
        {
            int end = first;
            while (end < values.Length && double.IsFinite(values[end]))
                end++;
            if (end > first)
            {
                double[] x = [.. Enumerable.Range(first, end - first).Select(z => (double)z)];
                ScottPlot.Plottables.Scatter line = plot.Add.Scatter(x, values[first..end], color);
                line.MarkerSize = end - first == 1 ? 4 : 0;
                line.LegendText = legend ?? "";
                legend = null;
            }

            first = Math.Max(end, first + 1);
        }
    }

    private static void Mark(Plot plot, ReportData data, double[] values, SectionQuality flag, string name, Color color)
    {
        int[] flagged = [.. Enumerable.Range(0, values.Length).Where(z => data.Quality[z].HasFlag(flag) && double.IsFinite(values[z]))];
        if (flagged.Length == 0)
            return;
        double[] x = [.. flagged.Select(z => (double)z)], y = [.. flagged.Select(z => values[z])];
        ScottPlot.Plottables.Markers markers = plot.Add.Markers(x, y, MarkerShape.OpenCircle, 7, color);
        markers.LegendText = name;
    }

    private static ReportFigure Map(string title, double[,] values, string across, string down, double low, double high)
    {
        ReportFont.Use();
        using var plot = new Plot();
        ScottPlot.Plottables.Heatmap map = plot.Add.Heatmap(values);
        map.Colormap = new ScottPlot.Colormaps.Viridis();
        map.ManualRange = new ScottPlot.Range(low, high > low ? high : low + 1);
        plot.Add.ColorBar(map);
        plot.XLabel(across);
        plot.YLabel(down);

        // Row 0 on top, as in the sections.
        map.FlipVertically = true;
        plot.Axes.SetLimits(-0.5, values.GetLength(1) - 0.5, values.GetLength(0) - 0.5, -0.5);
        return new ReportFigure(title, "data:image/png;base64," + Convert.ToBase64String(plot.GetImageBytes(MapWidth, MapHeight, ImageFormat.Png)));
    }
}
