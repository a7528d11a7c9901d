using SkiaSharp;

namespace EmTools.Engine.Pictures;

/// <summary>Words in pictures: DejaVu Sans, which the engine brings along, as large as there is room for. So pictures are the same on a compute node without fonts.</summary>
internal static class Lettering
{
    private const float Smallest = 7;

    private static readonly SKTypeface Face = Load();

    /// <summary>The font of at most <paramref name="size"/> pixels in which a text is no wider than <paramref name="width"/>. The caller owns it.</summary>
    public static SKFont Fit(string text, float size, float width)
    {
        var font = new SKFont(Face, size) { Edging = SKFontEdging.Antialias };
        float needed = font.MeasureText(text);
        if (needed > width)
            font.Size = Math.Max(Smallest, size * width / needed);

        // Letters have widths of whole pixels, so a text does not shrink in proportion to its size.
        while (font.Size > Smallest && font.MeasureText(text) > width)
            font.Size = Math.Max(Smallest, font.Size - 0.25f);
        return font;
    }

    /// <summary>The letters. The caller owns them.</summary>
    public static SKTypeface Load()
    {
        using Stream file = typeof(Lettering).Assembly.GetManifestResourceStream("DejaVuSans.ttf")!;
        return SKTypeface.FromStream(file);
    }
}
