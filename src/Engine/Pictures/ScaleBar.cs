using System.Globalization;
using EmTools.Engine.Imaging;
using EmTools.Engine.Letters;

namespace EmTools.Engine.Pictures;

/// <summary>A scale bar: a round length about a fifth of the picture's width (of a picture less than 100 pixels wide, about 20 pixels), with its label above.</summary>
internal sealed class ScaleBar
{
    private const float SmallestFont = 14;
    private const double LeastPixels = 20;
    private const float PlateOpacity = 0.75f;
    private readonly float _size, _labelWidth;

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
        _size = Lettering.Fit(Label, Math.Max(SmallestFont, width / 45f), room - 2);
        _labelWidth = Lettering.Measure(Label, _size);
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

    private float Padding => _size * 0.5f;

    private float Thickness => MathF.Max(3, MathF.Round(_size / 4));

    private float BlockHeight => _size + 0.3f * _size + Thickness;

    /// <summary>The length of the series 1, 2, 5, 10, 20 ... that is nearest by ratio.</summary>
    public static double RoundLength(double about)
    {
        double decade = Math.Pow(10, Math.Floor(Math.Log10(about)));
        return new[] { 1.0, 2, 5, 10 }.MinBy(step => Math.Abs(Math.Log(step * decade / about))) * decade;
    }

    /// <summary>Draws it at the lower right corner of an image: white on a dark plate, which shows on dark and on bright tissue.</summary>
    /// <param name="picture">The picture that holds the image.</param>
    /// <param name="imageRight">The column after the image's last.</param>
    /// <param name="imageBottom">The row after the image's last.</param>
    public void DrawInside(Plane<byte> picture, int imageRight, int imageBottom)
    {
        float right = imageRight - 2 * Padding, bottom = imageBottom - 2 * Padding;
        Figure.RoundRectangle(MathF.Floor(right - BlockWidth - Padding), MathF.Floor(bottom - BlockHeight - Padding * 0.7f), MathF.Ceiling(right + Padding), MathF.Ceiling(bottom + Padding), Padding * 0.5f)
            .Fill(picture, byte.MinValue, PlateOpacity);
        Draw(picture, right, bottom, byte.MaxValue);
    }

    /// <summary>Draws it in a white strip whose upper right corner is given.</summary>
    public void DrawBelow(Plane<byte> picture, float right, int top) => Draw(picture, right, top + FooterHeight - 2, byte.MinValue);

    /// <summary>A length in the unit that people say it in.</summary>
    public static string LabelOf(double nanometres) => nanometres switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{nanometres / 1e6:0.###} mm"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{nanometres / 1e3:0.###} µm"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanometres:0.######} nm"),
    };

    private void Draw(Plane<byte> picture, float right, float bottom, byte grey)
    {
        float centre = right - BlockWidth / 2;

        // Whole pixels: the bar's ends are to be read off.
        int left = (int)MathF.Round(centre - Length / 2), end = left + Math.Max(1, (int)MathF.Round(Length)), foot = (int)MathF.Round(bottom);
        for (int y = Math.Max(0, foot - (int)Thickness); y < Math.Min(foot, picture.Height); y++)
            picture.Row(y)[Math.Clamp(left, 0, picture.Width)..Math.Clamp(end, 0, picture.Width)].Fill(grey);
        Lettering.Draw(picture, Label, centre - _labelWidth / 2, bottom - Thickness - 0.3f * _size, _size, grey);
    }
}
