using System.Globalization;
using SkiaSharp;

namespace EmTools.Engine.Pictures;

/// <summary>A scale bar: a round length about a fifth of the picture's width (of a picture less than 100 pixels wide, about 20 pixels), with its label above.</summary>
internal sealed class ScaleBar : IDisposable
{
    private const float SmallestFont = 14;
    private const double LeastPixels = 20;
    private readonly SKFont _font;
    private readonly float _labelWidth;

    /// <summary>Plans a bar.</summary>
    /// <param name="pixelSize">Nanometres a pixel of the picture.</param>
    /// <param name="height">The picture's height in pixels.</param>
    /// <param name="width">The picture's width in pixels.</param>
    /// <param name="room">Width in pixels that bar and label may have at most.</param>
    public ScaleBar(double pixelSize, int height, int width, int room)
    {
        // It is drawn in whole pixels, so one of fewer than a dozen would not be true; it may then reach beyond a tiny picture.
        double nanometres = RoundLength(pixelSize * Math.Min(Math.Max(width / 5.0, LeastPixels), 0.6 * room));
        Label = LabelOf(nanometres);
        Length = (float)(nanometres / pixelSize);

        // A picture of 10000 pixels is looked at from further away than one of 500.
        _font = Lettering.Fit(Label, Math.Max(SmallestFont, width / 45f), room - 2);
        _labelWidth = _font.MeasureText(Label);
        FitsInside = BlockWidth + 4 * Padding <= width && BlockHeight + 4 * Padding <= height / 2f;
    }

    /// <summary>The length in words: 200 nm, 2 µm.</summary>
    public string Label { get; }

    /// <summary>The bar's length in pixels of the picture.</summary>
    public float Length { get; }

    /// <summary>True when there is room for it in the picture; else it comes below.</summary>
    public bool FitsInside { get; }

    /// <summary>Pixels of width that bar and label need.</summary>
    public float BlockWidth => Math.Max(Length, _labelWidth);

    /// <summary>Pixels of height that the strip below a small picture has.</summary>
    public int FooterHeight => (int)Math.Ceiling(BlockHeight + Padding);

    private float Padding => _font.Size * 0.5f;

    private float Thickness => MathF.Max(3, MathF.Round(_font.Size / 4));

    private float BlockHeight => _font.Size + 0.3f * _font.Size + Thickness;

    /// <summary>The length of the series 1, 2, 5, 10, 20 ... that is nearest by ratio.</summary>
    public static double RoundLength(double about)
    {
        double decade = Math.Pow(10, Math.Floor(Math.Log10(about)));
        return new[] { 1.0, 2, 5, 10 }.MinBy(step => Math.Abs(Math.Log(step * decade / about))) * decade;
    }

    /// <summary>Draws it at the lower right corner of a picture: white on a dark plate, which shows on dark and on bright tissue.</summary>
    public void DrawInside(SKCanvas canvas, SKRect picture)
    {
        float right = picture.Right - 2 * Padding, bottom = picture.Bottom - 2 * Padding;
        var plate = new SKRect(MathF.Floor(right - BlockWidth - Padding), MathF.Floor(bottom - BlockHeight - Padding * 0.7f), MathF.Ceiling(right + Padding), MathF.Ceiling(bottom + Padding));
        using (var shade = new SKPaint { Color = SKColors.Black.WithAlpha(190), IsAntialias = true })
            canvas.DrawRoundRect(plate, Padding * 0.5f, Padding * 0.5f, shade);
        Draw(canvas, right, bottom, SKColors.White);
    }

    /// <summary>Draws it in a white strip whose upper right corner is given.</summary>
    public void DrawBelow(SKCanvas canvas, float right, float top) => Draw(canvas, right, top + FooterHeight - 2, SKColors.Black);

    public void Dispose() => _font.Dispose();

    /// <summary>A length in the unit that people say it in.</summary>
    public static string LabelOf(double nanometres) => nanometres switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{nanometres / 1e6:0.###} mm"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{nanometres / 1e3:0.###} µm"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanometres:0.######} nm"),
    };

    private void Draw(SKCanvas canvas, float right, float bottom, SKColor colour)
    {
        float centre = right - BlockWidth / 2;

        // Whole pixels: the bar's ends are to be read off.
        float left = MathF.Round(centre - Length / 2);
        using var ink = new SKPaint { Color = colour, IsAntialias = true };
        using var edge = new SKPaint { Color = colour, IsAntialias = false };
        canvas.DrawRect(new SKRect(left, bottom - Thickness, left + MathF.Max(1, MathF.Round(Length)), bottom), edge);
        canvas.DrawText(Label, centre, bottom - Thickness - 0.3f * _font.Size, SKTextAlign.Center, _font, ink);
    }
}
