using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using EmTools.Engine.Estimation.Report;
using StbImageSharp;

namespace EmTools.Engine.Tests.Estimation;

/// <summary>The report's charts and maps, each alone.</summary>
public sealed class ReportDrawingTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Theory]
    [InlineData(11260)]
    [InlineData(1_000_000)]
    public void A_chart_does_not_grow_with_the_stack(int sections)
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, sections).Select(_ => 25000 + 1000 * random.NextDouble())];
        values[sections / 3] = 30000;
        values[sections / 2] = 20000;
        var chart = new StackChart();
        chart.Line(values, "mean", "grey");
        chart.Mark(values.Select((value, section) => (section, value)), "jump", "red", "M0 0h1");
        XDocument svg = Drawn(chart.Draw("grey levels"));

        (double X, double Y)[] line = Points(svg, "line grey");
        Assert.InRange(line.Length, 1000, 4 * 1100);
        Assert.InRange(svg.ToString().Length, 20_000, 1_200_000);

        // The highest and the lowest section are where they belong, though most of their neighbours are left out.
        (double x, double y) = line.MinBy(point => point.Y);
        Assert.InRange((x - line[0].X) / (line[^1].X - line[0].X), 1 / 3.0 - 0.002, 1 / 3.0 + 0.002);
        Assert.InRange(line.Max(point => point.Y) - y, 200, 230);
    }

    [Fact]
    public void A_line_has_gaps_where_there_are_no_values_and_a_lone_value_is_a_dot()
    {
        var chart = new StackChart();
        chart.Line([double.NaN, 1, 2, double.NaN, 5, double.NaN, 3, 4, 5, double.PositiveInfinity], "mean", "grey");
        XDocument svg = Drawn(chart.Draw("grey levels"));

        Assert.Equal(2, Path(svg, "line grey").Count(c => c == 'M'));
        Assert.Equal(5, Points(svg, "line grey").Length);
        Assert.Single(Points(svg, "lone grey"));
    }

    /// <summary>A browser draws no mark on a path of a single point.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_mark_is_at_the_start_of_a_path_or_within_it(int count)
    {
        var chart = new StackChart();
        chart.Line([1, 2, 3, 4], "mean", "grey");
        chart.Mark(Enumerable.Range(0, count).Select(section => (section, section + 1.0)), "jump", "red", "M0 0h1");
        chart.Mark([(2, double.NaN)], "outlier", "orange", "M0 0h1");
        XDocument svg = Drawn(chart.Draw("grey levels"));

        XElement marks = Assert.Single(svg.Descendants(s_svg + "path"), path => path.Attribute("marker-start") is not null);
        Assert.Equal(marks.Attribute("marker-start")!.Value, marks.Attribute("marker-mid")!.Value);
        Assert.Null(marks.Attribute("marker-end"));
        Assert.Equal(string.Join(' ', Points(svg, "line grey").Take(count)), string.Join(' ', PointsOf(marks.Attribute("d")!.Value)));
        Assert.EndsWith("h0", marks.Attribute("d")!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain(svg.Descendants(s_svg + "text"), text => text.Value == "outlier");
    }

    [Theory]
    [InlineData(new double[0])]
    [InlineData(new[] { double.NaN, double.NaN })]
    [InlineData(new[] { 0.0 })]
    [InlineData(new[] { 28000.0, 28000, 28000 })]
    [InlineData(new[] { 1e-300, 2e-300 })]
    [InlineData(new[] { -1e300, 1e300 })]
    [InlineData(new[] { 1e9, 1e9 + 1e-7 })]
    public void Odd_values_give_a_chart_with_numbers_in_it(double[] values)
    {
        var chart = new StackChart();
        chart.Line(values, "mean", "grey");
        XDocument svg = Drawn(chart.Draw("grey levels"));

        Assert.DoesNotContain(svg.Descendants().Attributes(), attribute => Regex.IsMatch(attribute.Value, "NaN|Infinity|∞"));
        Assert.InRange(svg.Descendants(s_svg + "text").Count(), 4, 40);
    }

    [Theory]
    [InlineData(0, 10, 5, false, "0 2 4 6 8 10")]
    [InlineData(-0.31, 0.29, 6, false, "-0.3 -0.2 -0.1 0.0 0.1 0.2")]
    [InlineData(9.5, 13.5, 14, true, "10 11 12 13")]
    [InlineData(51400, 52800, 4, false, "51500 52000 52500")]
    public void Axes_are_labelled_with_round_numbers(double low, double high, int ticks, bool whole, string labels)
        => Assert.Equal(labels, string.Join(' ', new AxisScale(low, high, ticks, whole).Ticks.Select(tick => tick.Label)));

    [Fact]
    public void Numbers_are_those_of_SVG_whatever_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            string Draw()
            {
                var chart = new StackChart();
                chart.Line([0.25, 0.5, 0.125], "mean", "grey");
                return chart.Draw("share");
            }

            string expected = Draw();
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.Equal(expected, Draw());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_map_has_row_0_on_top_its_lowest_value_darkest_and_no_colour_without_a_value()
    {
        double[,] values = { { -5, 0, 5 }, { double.NaN, 5, 5 } };
        XDocument svg = Drawn(new BoxMap { Values = values, Across = "x (boxes)", Down = "y (boxes)", Low = -5, High = 5 }.Draw());

        string source = svg.Descendants(s_svg + "image").Single().Attribute("href")!.Value;
        ImageResult image = ImageResult.FromMemory(Convert.FromBase64String(source["data:image/png;base64,".Length..]), ColorComponents.RedGreenBlueAlpha);
        Assert.Equal((3, 2), (image.Width, image.Height));
        byte[] dark = [0x44, 0x01, 0x54, 255], middle = [0x21, 0x91, 0x8C, 255], bright = [0xFD, 0xE7, 0x25, 255];
        Assert.Equal([.. dark, .. middle, .. bright], image.Data[..12]);
        Assert.Equal(0, image.Data[15]);
        Assert.Equal([.. bright, .. bright], image.Data[16..]);
        Assert.Equal("#440154", svg.Descendants(s_svg + "stop").First().Attribute("stop-color")!.Value, ignoreCase: true);
    }

    [Fact]
    public void A_map_of_joined_rows_counts_what_the_rows_stand_for()
    {
        XDocument svg = Drawn(new BoxMap { Values = new double[200, 10], Across = "x (boxes)", Down = "z (sections)", FirstRow = 500, RowSpan = 11260, Low = 0, High = 1 }.Draw());

        int[] labels = [.. svg.Descendants(s_svg + "text").Where(text => text.Attribute("text-anchor")!.Value == "end").Select(text => int.Parse(text.Value, CultureInfo.InvariantCulture))];
        Assert.InRange(labels.Min(), 500, 2500);
        Assert.InRange(labels.Max(), 10000, 11760);
    }

    private static XDocument Drawn(string source)
        => XDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(source["data:image/svg+xml;base64,".Length..])));

    private static string Path(XDocument svg, string kind)
        => svg.Descendants(s_svg + "path").First(path => path.Attribute("class")?.Value == kind).Attribute("d")!.Value;

    private static (double X, double Y)[] Points(XDocument svg, string kind) => PointsOf(Path(svg, kind));

    private static (double X, double Y)[] PointsOf(string path)
        => [.. Regex.Matches(path, @"([0-9.]+) ([0-9.]+)").Select(point => (double.Parse(point.Groups[1].Value, CultureInfo.InvariantCulture), double.Parse(point.Groups[2].Value, CultureInfo.InvariantCulture)))];
}
