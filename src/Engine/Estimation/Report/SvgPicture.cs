using System.Globalization;
using System.Net;
using System.Text;

namespace EmTools.Engine.Estimation.Report;

/// <summary>A drawing as SVG: a frame with its axes, and whatever else is put in. It has colours for bright and for dark pages, and needs no letters of the machine that draws it.</summary>
internal sealed class SvgPicture
{
    /// <summary>Pixels of the letters.</summary>
    public const float LetterSize = 12;

    // The colours are told apart on their own ground by 3 : 1 or more.
    private const string Style = """
        text{font:12px 'DejaVu Sans',Verdana,sans-serif;fill:var(--ink)}
        .plate{fill:var(--plate)}.gap{fill:var(--gap)}.frame{fill:none;stroke:var(--ink)}.tick{stroke:var(--ink)}.grid{stroke:var(--grid)}
        .line{fill:none;stroke:var(--c);stroke-width:1.3;stroke-linejoin:round}.lone{fill:none;stroke:var(--c);stroke-width:4;stroke-linecap:round}.mark{fill:none;stroke:var(--c);stroke-width:1.5}
        svg{--plate:#fff;--ink:#222;--grid:#e4e4e4;--gap:#ccc}
        .ink{--c:#222}.grey{--c:#8a8a8a}.blue{--c:#1a5fb4}.green{--c:#1e7d32}.purple{--c:#7b2fa8}.brown{--c:#8a5a2b}.red{--c:#c4161c}.orange{--c:#b85c00}
        @media(prefers-color-scheme:dark){svg{--plate:#1b1b1b;--ink:#ddd;--grid:#383838;--gap:#555}.ink{--c:#eee}.grey{--c:#9a9a9a}.blue{--c:#6ea8fe}.green{--c:#6fcf7c}.purple{--c:#c792ea}.brown{--c:#d2a679}.red{--c:#ff7b72}.orange{--c:#ffae57}}
        """;

    private readonly StringBuilder _svg = new();

    /// <summary>Begins a drawing.</summary>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    /// <param name="left">Where its frame begins.</param>
    /// <param name="top">Where its frame begins.</param>
    /// <param name="right">Where its frame ends.</param>
    /// <param name="bottom">Where its frame ends.</param>
    public SvgPicture(int width, int height, double left, double top, double right, double bottom)
    {
        (Left, Top, Right, Bottom) = (left, top, right, bottom);
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n<style>{Style}</style>\n<rect class=\"plate\" width=\"{width}\" height=\"{height}\"/>\n");
    }

    public double Left { get; }

    public double Top { get; }

    public double Right { get; }

    public double Bottom { get; }

    /// <summary>Adds markup; numbers are written as SVG wants them, whatever the culture.</summary>
    public void Add(FormattableString markup) => _svg.Append(markup.ToString(CultureInfo.InvariantCulture));

    /// <summary>A line of text.</summary>
    /// <param name="text">The words.</param>
    /// <param name="x">Where it is anchored, on its baseline.</param>
    /// <param name="y">Where it is anchored, on its baseline.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="turned">From the bottom to the top.</param>
    public void Text(string text, double x, double y, string anchor, bool turned = false)
    {
        string place = turned ? string.Create(CultureInfo.InvariantCulture, $"transform=\"translate({x:0.#} {y:0.#})rotate(-90)\"") : string.Create(CultureInfo.InvariantCulture, $"x=\"{x:0.#}\" y=\"{y:0.#}\"");
        Add($"<text {place} text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(text)}</text>\n");
    }

    /// <summary>The axis below the frame, with its name.</summary>
    public void Across(AxisScale axis, string name, bool grid = false)
    {
        foreach ((double value, string label) in axis.Ticks)
        {
            double x = Left + axis.Share(value) * (Right - Left);
            if (grid)
                Add($"<path class=\"grid\" d=\"M{x:0.#} {Top:0.#}V{Bottom:0.#}\"/>\n");
            Add($"<path class=\"tick\" d=\"M{x:0.#} {Bottom:0.#}v4\"/>\n");
            Text(label, x, Bottom + 17, "middle");
        }

        Text(name, (Left + Right) / 2, Bottom + 36, "middle");
    }

    /// <summary>The axis left of the frame, with its name. The axis' beginning is at the bottom, or on top as in images.</summary>
    public void Down(AxisScale axis, string name, bool fromTop = false, bool grid = false)
    {
        foreach ((double value, string label) in axis.Ticks)
        {
            double y = fromTop ? Top + axis.Share(value) * (Bottom - Top) : Bottom - axis.Share(value) * (Bottom - Top);
            if (grid)
                Add($"<path class=\"grid\" d=\"M{Left:0.#} {y:0.#}H{Right:0.#}\"/>\n");
            Add($"<path class=\"tick\" d=\"M{Left:0.#} {y:0.#}h-4\"/>\n");
            Text(label, Left - 7, y + 4, "end");
        }

        Text(name, 14, (Top + Bottom) / 2, "middle", turned: true);
    }

    /// <summary>The frame's line; it comes last, above what it frames.</summary>
    public void Frame() => Add($"<rect class=\"frame\" x=\"{Left:0.#}\" y=\"{Top:0.#}\" width=\"{Right - Left:0.#}\" height=\"{Bottom - Top:0.#}\"/>\n");

    /// <summary>The drawing as a page embeds it.</summary>
    public string End() => "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(_svg.Append("</svg>\n").ToString()));
}
