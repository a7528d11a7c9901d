using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation.Offsets;

namespace EmTools.Engine.Estimation.Report;

/// <summary>A chart or picture as a page embeds it.</summary>
/// <param name="Title">What it shows, for its heading and for readers that show no pictures.</param>
/// <param name="Source">A data URI.</param>
internal sealed record ReportFigure(string Title, string Source);

/// <summary>The charts along the stack and the maps, drawn without a display.</summary>
internal static class ReportCharts
{
    private static readonly Dictionary<SectionQuality, (string Name, string Colour, string Shape)> s_marks = new()
    {
        // Shapes differ too: colours alone are not told apart by everybody.
        [SectionQuality.Jump] = ("jump", "red", "M0-4.5L4.2 3.5H-4.2Z"),
        [SectionQuality.Outlier] = ("outlier", "orange", "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0"),
        [SectionQuality.Missing] = ("missing", "ink", "M-3.5-3.5L3.5 3.5M-3.5 3.5L3.5-3.5"),
        [SectionQuality.Duplicate] = ("duplicate", "purple", "M-3.5-3.5H3.5V3.5H-3.5Z"),
    };

    /// <summary>Brightness, change and offset along the stack, flags marked.</summary>
    public static IEnumerable<ReportFigure> AlongStack(ReportData data)
    {
        yield return Chart("Mean over tissue and mean_c along the stack", "grey levels", chart =>
        {
            chart.Line(data.Mean, "mean", "grey");
            chart.Line(data.CorrectedMean, "mean_c", "blue");
            Mark(chart, data, data.CorrectedMean, SectionQuality.Jump, SectionQuality.Outlier, SectionQuality.Missing, SectionQuality.Duplicate);
        });
        yield return Chart("mean_c less mean: what tissue does to the mean", "grey levels", chart =>
            chart.Line([.. data.CorrectedMean.Zip(data.Mean, (c, m) => c - m)], "mean_c - mean", "blue"));
        yield return Chart("Change from the section before", "grey levels", chart =>
        {
            chart.Line(data.Change, "change", "green");
            Mark(chart, data, data.Change, SectionQuality.Jump, SectionQuality.Outlier);
        });
        yield return Chart("Offset: what is subtracted", "grey levels", chart => chart.Line(data.Offset, "offset", "purple"));
        yield return Chart("Standard error of the change", "grey levels", chart => chart.Line(data.ChangeError, "change_error", "green"));
        yield return Chart("Share of each section that is no tissue", "share", chart => chart.Line(data.MaskedShare, "masked", "brown"));
    }

    /// <summary>The background at the stack's start, middle and end.</summary>
    public static IEnumerable<ReportFigure> Surfaces(ReportData data, BackgroundModel model)
    {
        double[][,] surfaces = [.. new[] { 0, 0.5, 1.0 }.Select(z => Surface(data, model, z))];
        double low = surfaces.Min(s => s.Cast<double>().Min()), high = surfaces.Max(s => s.Cast<double>().Max());
        string[] names = ["first", "middle", "last"];
        for (int i = 0; i < surfaces.Length; i++)
            yield return Map($"Background at the {names[i]} section", new BoxMap { Values = surfaces[i], Across = "x (boxes)", Down = "y (boxes)", Low = low, High = high });
    }

    /// <summary>What the background leaves, and where boxes were used.</summary>
    public static IEnumerable<ReportFigure> Residuals(ReportData data, ResidualMaps maps)
    {
        double front = Largest(maps.Front), top = Largest(maps.Top);
        yield return Map("Residual, mean over sections (y, x)", new BoxMap { Values = maps.Front, Across = "x (boxes)", Down = "y (boxes)", Low = -front, High = front });
        yield return Map("Residual, mean over y (z, x)", new BoxMap { Values = maps.Top, Across = "x (boxes)", Down = "z (sections)", FirstRow = data.Info.First, RowSpan = data.Info.Volume.Depth, Low = -top, High = top });
        yield return Map("Samples: share of sections in which a box was used", new BoxMap { Values = maps.Used, Across = "x (boxes)", Down = "y (boxes)", Low = 0, High = 1 });
    }

    private static double Largest(double[,] values) => Math.Max(1, values.Cast<double>().Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max());

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

    private static ReportFigure Chart(string title, string unit, Action<StackChart> fill)
    {
        var chart = new StackChart();
        fill(chart);
        return new ReportFigure(title, chart.Draw(unit));
    }

    private static void Mark(StackChart chart, ReportData data, double[] values, params SectionQuality[] flags)
    {
        foreach (SectionQuality flag in flags)
        {
            (string name, string colour, string shape) = s_marks[flag];
            chart.Mark(Enumerable.Range(0, values.Length).Where(z => data.Quality[z].HasFlag(flag)).Select(z => (z, values[z])), name, colour, shape);
        }
    }

    private static ReportFigure Map(string title, BoxMap map) => new(title, map.Draw());
}
