using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using EmTools.Engine.Estimation;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Report;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Phantoms;

namespace EmTools.Engine.Tests.Estimation;

/// <summary>The report of a small stack, as text and in a real browser.</summary>
public sealed class CalibrationReportTests : IDisposable
{
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
        Assert.InRange(page.Length, 50_000, 3_000_000);
    }

    /// <summary>With the letters of the machine, charts would have none on a node without fonts.</summary>
    [Fact]
    public void Charts_are_lettered_with_what_the_engine_brings_along()
    {
        CalibrationReport.Write(_folder);
        string chart = Encoding.UTF8.GetString(Convert.FromBase64String(Regex.Match(File.ReadAllText(_folder.ReportFile), "data:image/svg\\+xml;base64,([^\"]+)").Groups[1].Value));
        Assert.Contains("font-family=\"DejaVu Sans\"", chart, StringComparison.Ordinal);

        using SkiaSharp.SKTypeface letters = ScottPlot.Fonts.GetTypeface(ScottPlot.Fonts.Default, bold: false, italic: false);
        Assert.Equal("DejaVu Sans", letters.FamilyName);
        Assert.InRange(letters.GlyphCount, 100, 400); // an installed one has thousands
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
