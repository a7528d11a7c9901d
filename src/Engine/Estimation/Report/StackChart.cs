using System.Globalization;
using System.Text;
using EmTools.Engine.Letters;

namespace EmTools.Engine.Estimation.Report;

/// <summary>A chart of values along the stack: lines with gaps where there are no values, and marks on single sections. Its size does not grow with the stack.</summary>
internal sealed class StackChart
{
    private const int Width = 1100, Height = 300, TopMargin = 26, RightMargin = 14, BottomMargin = 46, LeftMargin = 34;
    private const double Room = 0.05;

    private readonly List<(string Name, string Colour, double[] Values)> _lines = [];
    private readonly List<(string Name, string Colour, string Shape, (int Section, double Value)[] At)> _marks = [];

    /// <summary>Adds a line.</summary>
    /// <param name="values">A value a section; NaN leaves a gap.</param>
    /// <param name="name">Its name in the legend.</param>
    /// <param name="colour">A colour of <see cref="SvgPicture"/>.</param>
    public void Line(double[] values, string name, string colour) => _lines.Add((name, colour, values));

    /// <summary>Adds marks; none, and no legend, where no section is to be marked.</summary>
    /// <param name="at">Sections and heights.</param>
    /// <param name="name">Their name in the legend.</param>
    /// <param name="colour">A colour of <see cref="SvgPicture"/>.</param>
    /// <param name="shape">The mark's outline around (0, 0), as an SVG path.</param>
    public void Mark(IEnumerable<(int Section, double Value)> at, string name, string colour, string shape)
    {
        (int, double)[] finite = [.. at.Where(mark => double.IsFinite(mark.Value))];
        if (finite.Length > 0)
            _marks.Add((name, colour, shape, finite));
    }

    /// <summary>The chart as a page embeds it.</summary>
    public string Draw(string unit)
    {
        (AxisScale sections, AxisScale levels) = Scales();
        double left = LeftMargin + levels.Ticks.Select(tick => (double)Lettering.Measure(tick.Label, SvgPicture.LetterSize)).DefaultIfEmpty().Max();
        var svg = new SvgPicture(Width, Height, left, TopMargin, Width - RightMargin, Height - BottomMargin);
        svg.Across(sections, "section", grid: true);
        svg.Down(levels, unit, grid: true);
        foreach ((_, string colour, double[] values) in _lines)
            Line(svg, sections, levels, colour, values);
        for (int i = 0; i < _marks.Count; i++)
            Marks(svg, sections, levels, i);
        svg.Frame();
        Legend(svg);
        return svg.End();
    }

    private (AxisScale Sections, AxisScale Levels) Scales()
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        int first = int.MaxValue, last = -1;
        foreach ((int section, double value) in _lines.SelectMany(line => line.Values.Select((value, section) => (section, value))).Where(point => double.IsFinite(point.value)))
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
            (first, last) = (Math.Min(first, section), Math.Max(last, section));
        }

        if (last < 0)
            (low, high, first, last) = (0, 1, 0, 0);
        (double roomAcross, double room) = (Math.Max(0.5, 0.01 * (last - first)), Room * (high - low));
        return (new AxisScale(first - roomAcross, last + roomAcross, 14, whole: true), new AxisScale(low - room, high + room, 6));
    }

    private static void Line(SvgPicture svg, AxisScale sections, AxisScale levels, string colour, double[] values)
    {
        double perPixel = (sections.High - sections.Low) / (svg.Right - svg.Left);
        StringBuilder line = new(), lone = new();
        for (int first = 0; first < values.Length;)
        {
            int end = first;
            while (end < values.Length && double.IsFinite(values[end]))
                end++;
            if (end == first + 1)
                Point(lone.Append('M'), first).Append("h0");
            else if (end > first)
                Run(first, end);
            first = Math.Max(end, first + 1);
        }

        if (line.Length > 0)
            svg.Add($"<path class=\"line {colour}\" d=\"{line}\"/>\n");
        if (lone.Length > 0)
            svg.Add($"<path class=\"lone {colour}\" d=\"{lone}\"/>\n");

        void Run(int first, int end)
        {
            char how = 'M';
            foreach (int section in Outstanding(values, first, end, perPixel))
            {
                Point(line.Append(how), section);
                how = how == 'M' ? 'L' : ' ';
            }
        }

        StringBuilder Point(StringBuilder path, int section)
        {
            (double x, double y) = Place(svg, sections, levels, section, values[section]);
            return path.Append(CultureInfo.InvariantCulture, $"{x:0.#} {y:0.#}");
        }
    }

    /// <summary>The sections of a run that a line needs: of all that fall on one column of pixels the first, the lowest, the highest and the last, which cover the same pixels as all.</summary>
    internal static IEnumerable<int> Outstanding(double[] values, int first, int end, double perPixel)
    {
        for (int begin = first; begin < end;)
        {
            int column = (int)(begin / perPixel), next = begin + 1, lowest = begin, highest = begin;
            for (; next < end && (int)(next / perPixel) == column; next++)
            {
                lowest = values[next] < values[lowest] ? next : lowest;
                highest = values[next] > values[highest] ? next : highest;
            }

            int previous = -1;
            foreach (int section in new[] { begin, Math.Min(lowest, highest), Math.Max(lowest, highest), next - 1 })
            {
                if (section != previous)
                    yield return section;
                previous = section;
            }

            begin = next;
        }
    }

    private void Marks(SvgPicture svg, AxisScale sections, AxisScale levels, int number)
    {
        (_, string colour, string shape, (int Section, double Value)[] at) = _marks[number];
        var path = new StringBuilder();
        var taken = new HashSet<(int, int)>();
        foreach ((int section, double value) in at)
        {
            (double x, double y) = Place(svg, sections, levels, section, value);
            if (taken.Add(((int)x / 2, (int)y / 2)))
                path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? "M" : " ")}{x:0.#} {y:0.#}");
        }

        svg.Add($"<marker id=\"m{number}\" markerUnits=\"userSpaceOnUse\" markerWidth=\"12\" markerHeight=\"12\" viewBox=\"-6 -6 12 12\"><path class=\"mark {colour}\" d=\"{shape}\"/></marker>\n");

        // Browsers mark the points of a path at its start and within it; a last step of no length makes a lone point a start too.
        svg.Add($"<path fill=\"none\" d=\"{path}h0\" marker-start=\"url(#m{number})\" marker-mid=\"url(#m{number})\"/>\n");
    }

    private void Legend(SvgPicture svg)
    {
        const double Sample = 22, Between = 18;
        double y = TopMargin - 9, x = svg.Right;
        foreach ((string name, string colour, string? shape) in _lines.Select(line => (line.Name, line.Colour, (string?)null)).Concat(_marks.Select(mark => (mark.Name, mark.Colour, (string?)mark.Shape))).Reverse())
        {
            x -= Lettering.Measure(name, SvgPicture.LetterSize);
            svg.Text(name, x, y, "start");
            x -= Sample;
            if (shape is null)
                svg.Add($"<path class=\"line {colour}\" d=\"M{x:0.#} {y - 4:0.#}h16\"/>\n");
            else
                svg.Add($"<path class=\"mark {colour}\" transform=\"translate({x + 10:0.#} {y - 4:0.#})\" d=\"{shape}\"/>\n");
            x -= Between;
        }
    }

    private static (double X, double Y) Place(SvgPicture svg, AxisScale sections, AxisScale levels, int section, double value)
        => (svg.Left + sections.Share(section) * (svg.Right - svg.Left), svg.Bottom - levels.Share(value) * (svg.Bottom - svg.Top));
}
