using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using EmTools.Engine.Estimation;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Report;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Phantoms;

namespace EmTools.Engine.Tests.Estimation;

/// <summary>The report of a small stack, as text and in a real browser.</summary>
public sealed class CalibrationReportTests : IDisposable
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    private readonly TemporaryFolder _temporary = new();
    private readonly CalibrationFolder _folder;
    private readonly CalibrationBuilder _builder;

    public CalibrationReportTests()
    {
        var phantom = new Phantom(new PhantomOptions { Height = 120, Width = 160, Depth = 20, SectionThickness = 30, Seed = 4 });
        _folder = new CalibrationFolder(_temporary.File("calibration"));
        var meter = new StackMeter(_folder, new MeasuringOptions());
        for (int z = 0; z < 20; z++)
        {
            if (z != 7)
                meter.Measure(phantom.Section(z), z == 0 ? null : phantom.Section(z == 8 ? 6 : z - 1));
        }

        _builder = new CalibrationBuilder(_folder, phantom.VolumeShape, new MeasuringOptions());
        _builder.BuildOffsets(32768);
    }

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void It_needs_nothing_but_itself()
    {
        _builder.BuildBackground(new BackgroundFitOptions { SelectDegree = true });
        CalibrationReport.Write(_folder);
        string page = File.ReadAllText(_folder.ReportFile);

        Assert.DoesNotContain("http", page.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(12, page.Split("<img ").Length - 1);
        Assert.Contains("19 measured of 20; 1 missing", page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"n\">7</td>", page, StringComparison.Ordinal);
        Assert.Contains("Cross-validation", page, StringComparison.Ordinal);
        Assert.InRange(page.Length, 20_000, 300_000);
    }

    [Fact]
    public void Charts_are_text_and_lines_with_colours_for_bright_and_for_dark_pages()
    {
        CalibrationReport.Write(_folder);
        XDocument[] charts = Charts();

        Assert.Equal(6, charts.Length);
        Assert.All(charts, chart =>
        {
            Assert.Contains(chart.Descendants(s_svg + "text"), text => text.Value == "section");
            Assert.Contains("prefers-color-scheme:dark", chart.Descendants(s_svg + "style").Single().Value, StringComparison.Ordinal);
            Assert.Contains(chart.Descendants(s_svg + "path"), path => path.Attribute("class")?.Value.StartsWith("line ", StringComparison.Ordinal) == true && path.Attribute("d")!.Value.Split(' ').Length > 5);
        });

        // The section that is missing has an interpolated value, and is marked at it.
        Assert.Contains(charts[0].Descendants(s_svg + "text"), text => text.Value == "missing");
        Assert.Single(charts[0].Descendants(s_svg + "marker"));
    }

    [Fact]
    public void The_same_calibration_gives_the_same_page()
    {
        _builder.BuildBackground(new BackgroundFitOptions());
        CalibrationReport.Write(_folder);
        string once = File.ReadAllText(_folder.ReportFile);
        CalibrationReport.Write(_folder);

        Assert.Equal(once, File.ReadAllText(_folder.ReportFile));
    }

    [Fact]
    public void Without_a_background_it_says_so()
    {
        CalibrationReport.Write(_folder);
        string page = File.ReadAllText(_folder.ReportFile);

        Assert.Contains("The background was not fitted yet.", page, StringComparison.Ordinal);
        Assert.Equal(6, page.Split("<img ").Length - 1);
    }

    [SkippableFact]
    public void A_browser_shows_every_chart_and_logs_no_error()
    {
        _builder.BuildBackground(new BackgroundFitOptions());
        CalibrationReport.Write(_folder);

        // The page itself has no script; this one looks at it from inside.
        const string Probe = "<script>addEventListener('load', () => { document.documentElement.dataset.shown = [...document.images].filter(i => i.naturalWidth > 100 && i.naturalHeight > 100).length; console.log('probe-ran'); });</script>";
        string probed = _temporary.File("probed.html");
        File.WriteAllText(probed, File.ReadAllText(_folder.ReportFile).Replace("</body>", Probe + "</body>", StringComparison.Ordinal));

        (string dom, string log) = Browse(probed);

        Assert.Contains("data-shown=\"12\"", dom, StringComparison.Ordinal);
        string[] console = [.. log.Split('\n').Where(line => line.Contains("CONSOLE", StringComparison.Ordinal))];
        Assert.Contains("probe-ran", Assert.Single(console), StringComparison.Ordinal);
    }

    private XDocument[] Charts() =>
    [
        .. Regex.Matches(File.ReadAllText(_folder.ReportFile), "data:image/svg\\+xml;base64,([^\"]+)")
            .Select(chart => XDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(chart.Groups[1].Value)))),
    ];

    private (string Dom, string Log) Browse(string page)
    {
        const string Browser = "/usr/bin/chromium";
        Skip.IfNot(File.Exists(Browser), "chromium is not installed.");
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--enable-logging=stderr", "--virtual-time-budget=10000", $"--user-data-dir={_temporary.File("browser")}", "--dump-dom", new Uri(page).AbsoluteUri,
        ];
        using Process process = Process.Start(new ProcessStartInfo(Browser, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> log = process.StandardError.ReadToEndAsync();
        string dom = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (dom, log.Result);
    }
}
