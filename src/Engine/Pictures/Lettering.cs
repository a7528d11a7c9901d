using SkiaSharp;

namespace EmTools.Engine.Pictures;

/// <summary>Words in pictures: an upright sans-serif face, as large as there is room for.</summary>
internal static class Lettering
{
    private const float Smallest = 7;

    private static readonly SKTypeface Face = Choose("DejaVu Sans", "Liberation Sans", "Noto Sans", "Segoe UI", "Helvetica Neue", "Arial");

    /// <summary>The font of at most <paramref name="size"/> pixels in which a text is no wider than <paramref name="width"/>. The caller owns it.</summary>
    public static SKFont Fit(string text, float size, float width)
    {
        var font = new SKFont(Face, size) { Edging = SKFontEdging.Antialias };
        float needed = font.MeasureText(text);
        if (needed > width)
            font.Size = Math.Max(Smallest, size * width / needed);
        return font;
    }

    private static SKTypeface Choose(params string[] families)
    {
        foreach (string family in families)
        {
            SKTypeface? face = SKFontManager.Default.MatchFamily(family, SKFontStyle.Normal);
            if (face is not null)
                return face;
        }

        return SKTypeface.Default;
    }
}
