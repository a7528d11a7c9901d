using System.Globalization;
using System.Net;
using System.Text;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Offsets;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Estimation.Report;

/// <summary>A calibration as one HTML page that needs nothing else: charts, maps, flagged sections, parameters.</summary>
public static class CalibrationReport
{
    private const int MostFlagged = 500;

    private const string Style = """
        :root { color-scheme: light dark; --ink: #222; --ground: #fff; --rule: #ddd; }
        @media (prefers-color-scheme: dark) { :root { --ink: #ddd; --ground: #1b1b1b; --rule: #444; } }
        body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 1140px; padding: 0 1em; color: var(--ink); background: var(--ground); }
        h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 2em; border-bottom: 1px solid var(--rule); }
        figure { margin: 1em 0; } figcaption { font-weight: 600; } img { max-width: 100%; }
        .maps { display: flex; flex-wrap: wrap; gap: 1em; } .maps figure { width: 360px; margin: 0; }
        table { border-collapse: collapse; } td, th { border: 1px solid var(--rule); padding: .2em .7em; text-align: left; } td.n { text-align: right; }
        """;

    /// <summary>Writes the report of a calibration beside its tables, in place of an older one.</summary>
    /// <param name="folder">The calibration; its offsets must be there, its background may not be yet.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="EmException">There is no calibration, or the report cannot be written.</exception>
    public static void Write(CalibrationFolder folder, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var data = ReportData.Read(folder, cancellation);
        using var file = new AtomicFile(folder.ReportFile, overwrite: true);
        try
        {
            file.Stream.Write(Encoding.UTF8.GetBytes(Page(data)));
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(file.Path, e);
        }

        file.Commit();
    }

    private static string Page(ReportData data)
    {
        var html = new StringBuilder();
        string title = $"Calibration of a stack of {data.Info.Volume} (z, y, x)";
        html.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n");
        Table(html, Summary(data));

        html.Append("<h2>Offsets</h2>\n");
        foreach (ReportFigure figure in ReportCharts.AlongStack(data))
            Figure(html, figure);
        Flagged(html, data);

        html.Append("<h2>Background</h2>\n");
        if (data.Model is { } model)
        {
            Figures(html, ReportCharts.Surfaces(data, model));
            html.Append("<p>In grey levels, without the constant term. Grey in the maps below: no tissue.</p>\n");
            Figures(html, ReportCharts.Residuals(data, data.Residuals!));
            Terms(html, data, model);
            Scores(html, data.Info.Background!.Scores);
        }
        else
        {
            html.Append("<p>The background was not fitted yet.</p>\n");
        }

        html.Append("<h2>Parameters</h2>\n");
        Table(html, Parameters(data));
        return html.Append("</body>\n</html>\n").ToString();
    }

    private static IEnumerable<(string, string)> Summary(ReportData data)
    {
        yield return ("Sections", $"{data.Info.Measured} measured of {data.Info.Volume.Depth}; {Count(SectionQuality.Missing)} missing, {Count(SectionQuality.Jump)} jumps, {Count(SectionQuality.Outlier)} outliers, {Count(SectionQuality.Duplicate)} duplicates");
        yield return ("Offsets", Text($"{data.Offset.Where(double.IsFinite).Min():F1} to {data.Offset.Where(double.IsFinite).Max():F1} grey levels, for a mean of {data.Info.Target:G6}"));
        if (data.Info.Background is { } fit)
            yield return ("Background", Text($"degree {fit.Degree}, {fit.Terms} terms; R2 {fit.R2:F4}; {fit.Scale:F1} grey levels left of {fit.Boxes} boxes (robust standard deviation); {100 * fit.OutlierShare:F1} % of their weight lost as outliers; {fit.Passes} passes"));

        int Count(SectionQuality flag) => data.Quality.Count(q => q.HasFlag(flag));
    }

    private static IEnumerable<(string, string)> Parameters(ReportData data)
    {
        yield return ("Software", data.Info.Software);
        yield return ("Folder", data.Folder.Path);
        yield return ("Flat threshold", Text($"{data.Info.Measuring.FlatThreshold} grey levels"));
        yield return ("Curtains removed before box means", data.Info.Measuring.Destripe ? "yes" : "no");
        yield return ("Boxes", $"{data.Grid.Rows} x {data.Grid.Columns} (y, x) of {data.Grid.Side} pixels");
        yield return ("Correlation of neighbouring sections' contents", data.Info.ContentCorrelation is { } r ? Text($"{r:F5}") : "");
        if (data.Info.BackgroundOptions is { } options)
            yield return ("Background asked for", $"degree {options.Degree}{(options.SelectDegree ? " at most, chosen by cross-validation" : "")}; largest powers of z, y, x: {options.DegreeZ ?? options.Degree}, {options.DegreeY ?? options.Degree}, {options.DegreeX ?? options.Degree}");
    }

    private static void Flagged(StringBuilder html, ReportData data)
    {
        int[] flagged = [.. Enumerable.Range(0, data.Quality.Length).Where(z => data.Quality[z] != SectionQuality.None)];
        if (flagged.Length == 0)
            return;
        html.Append(CultureInfo.InvariantCulture, $"<details><summary>{flagged.Length} flagged sections{(flagged.Length > MostFlagged ? $", the first {MostFlagged} shown" : "")}</summary>\n<table><tr><th>section</th><th>mean</th><th>change</th><th>mean_c</th><th>quality</th></tr>\n");
        foreach (int z in flagged.Take(MostFlagged))
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"n\">{z}</td><td class=\"n\">{data.Mean[z]:F2}</td><td class=\"n\">{data.Change[z]:F2}</td><td class=\"n\">{data.CorrectedMean[z]:F2}</td><td>{data.Quality[z]}</td></tr>\n");
        html.Append("</table></details>\n");
    }

    private static void Terms(StringBuilder html, ReportData data, BackgroundModel model)
    {
        using Hdf5Reader reader = Hdf5Reader.Open(data.Folder.BackgroundFile);
        double[] errors = reader.Read("ParameterStd").Values;
        html.Append("<details><summary>Terms</summary>\n<table><tr><th>z</th><th>y</th><th>x</th><th>coefficient</th><th>standard error</th></tr>\n");
        for (int i = 0; i < model.Terms.Length; i++)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{model.Terms[i].PowerZ}</td><td>{model.Terms[i].PowerY}</td><td>{model.Terms[i].PowerX}</td><td class=\"n\">{model.Terms[i].Coefficient:F2}</td><td class=\"n\">{errors[i]:F2}</td></tr>\n");
        html.Append("</table></details>\n");
    }

    private static void Scores(StringBuilder html, IReadOnlyList<DegreeScore> scores)
    {
        if (scores.Count == 0)
            return;
        html.Append("<p>Cross-validation:</p><table><tr><th>degree</th><th>error (grey levels)</th></tr>\n");
        foreach (DegreeScore score in scores)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{score.Degree}</td><td class=\"n\">{score.Error:F2}</td></tr>\n");
        html.Append("</table>\n");
    }

    private static void Figures(StringBuilder html, IEnumerable<ReportFigure> figures)
    {
        html.Append("<div class=\"maps\">\n");
        foreach (ReportFigure figure in figures)
            Figure(html, figure);
        html.Append("</div>\n");
    }

    private static void Figure(StringBuilder html, ReportFigure figure)
        => html.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{WebUtility.HtmlEncode(figure.Title)}</figcaption><img alt=\"{WebUtility.HtmlEncode(figure.Title)}\" src=\"{figure.Source}\"></figure>\n");

    private static void Table(StringBuilder html, IEnumerable<(string Name, string Value)> rows)
    {
        html.Append("<table>\n");
        foreach ((string name, string value) in rows)
            html.Append(CultureInfo.InvariantCulture, $"<tr><th>{WebUtility.HtmlEncode(name)}</th><td>{WebUtility.HtmlEncode(value)}</td></tr>\n");
        html.Append("</table>\n");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
