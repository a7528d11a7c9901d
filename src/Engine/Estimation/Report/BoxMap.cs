using System.Globalization;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Letters;

namespace EmTools.Engine.Estimation.Report;

/// <summary>A map of values (down, across) in colours, with a bar that tells what they mean; grey where there are no values.</summary>
internal sealed class BoxMap
{
    private const int Width = 360, Height = 290, TopMargin = 10, BottomMargin = 46, LeftMargin = 34, BarWidth = 16, Gap = 14;

    /// <summary>The values in rows from above, as in sections.</summary>
    public required double[,] Values { get; init; }

    /// <summary>The horizontal axis' name; it counts columns from 0.</summary>
    public required string Across { get; init; }

    /// <summary>The vertical axis' name.</summary>
    public required string Down { get; init; }

    /// <summary>What the first row stands for on the vertical axis.</summary>
    public int FirstRow { get; init; }

    /// <summary>How much the rows stand for together; 0: as many as there are.</summary>
    public int RowSpan { get; init; }

    /// <summary>The value of the darkest colour.</summary>
    public required double Low { get; init; }

    /// <summary>The value of the brightest colour.</summary>
    public required double High { get; init; }

    /// <summary>The map as a page embeds it.</summary>
    public string Draw()
    {
        (int rows, int columns) = (Values.GetLength(0), Values.GetLength(1));
        var levels = new AxisScale(Low, High, 6);
        var down = new AxisScale(FirstRow - 0.5, FirstRow + (RowSpan > 0 ? RowSpan : rows) - 0.5, 6, whole: true);
        var svg = new SvgPicture(Width, Height, LeftMargin + Widest(down), TopMargin, Width - Widest(levels) - BarWidth - Gap - 12, Height - BottomMargin);
        (double width, double height, double bar) = (svg.Right - svg.Left, svg.Bottom - svg.Top, svg.Right + Gap);
        svg.Add($"<rect class=\"gap\" x=\"{svg.Left:0.#}\" y=\"{svg.Top:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\"/>\n");
        svg.Add($"<image x=\"{svg.Left:0.#}\" y=\"{svg.Top:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{Convert.ToBase64String(Pixels(levels))}\"/>\n");
        svg.Across(new AxisScale(-0.5, columns - 0.5, 5, whole: true), Across);
        svg.Down(down, Down, fromTop: true);
        svg.Frame();

        svg.Add($"<linearGradient id=\"g\" x1=\"0\" y1=\"1\" x2=\"0\" y2=\"0\">");
        for (int i = 0; i < MapColours.Stops.Count; i++)
            svg.Add($"<stop offset=\"{(double)i / (MapColours.Stops.Count - 1):0.####}\" stop-color=\"#{MapColours.Stops[i]:x6}\"/>");
        svg.Add($"</linearGradient>\n<rect x=\"{bar:0.#}\" y=\"{svg.Top:0.#}\" width=\"{BarWidth}\" height=\"{height:0.#}\" fill=\"url(#g)\"/>\n");
        foreach ((double value, string label) in levels.Ticks)
        {
            double y = svg.Bottom - levels.Share(value) * height;
            svg.Add($"<path class=\"tick\" d=\"M{bar + BarWidth:0.#} {y:0.#}h4\"/>\n");
            svg.Text(label, bar + BarWidth + 7, y + 4, "start");
        }

        return svg.End();
    }

    private byte[] Pixels(AxisScale levels)
    {
        using Plane<byte> indices = Plane.Rent<byte>(Values.GetLength(0), Values.GetLength(1));
        for (int y = 0; y < indices.Height; y++)
        {
            for (int x = 0; x < indices.Width; x++)
                indices.Row(y)[x] = double.IsFinite(Values[y, x]) ? MapColours.Index(levels.Share(Values[y, x])) : MapColours.None;
        }

        return PngImage.Indexed(indices, MapColours.Palette);
    }

    private static double Widest(AxisScale axis) => axis.Ticks.Max(tick => Lettering.Measure(tick.Label, SvgPicture.LetterSize));
}
