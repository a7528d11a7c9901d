using System.Numerics;
using System.Text;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Letters;

/// <summary>Words in pictures: DejaVu Sans, which the engine brings along, as large as there is room for. So pictures are the same on every machine, one without fonts too.</summary>
internal static class Lettering
{
    private const float Smallest = 7;

    // Grey levels are not light: white lines a pixel wide look thinner on black than black ones on white.
    private const float WhiteWeight = 0.65f;

    private static readonly TrueTypeFont Face = Load();
    private static readonly float LowerCase = Top('x'), Capitals = Top('H'), Overshoot = Top('o') - Top('x');

    /// <summary>The size of at most <paramref name="size"/> pixels at which a text is no wider than <paramref name="width"/>; not below 7.</summary>
    public static float Fit(string text, float size, float width)
    {
        float needed = Measure(text, size);
        return needed > width ? Math.Max(Smallest, size * width / needed) : size;
    }

    /// <summary>Pixels of width that a text takes.</summary>
    public static float Measure(string text, float size)
        => text.EnumerateRunes().Sum(letter => Face.Advance(Glyph(letter))) * size / Face.UnitsPerEm;

    /// <summary>Writes a text into a picture, smoothed.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="text">The words, in one line.</param>
    /// <param name="left">Where the first letter begins, in pixels.</param>
    /// <param name="baseline">The row that letters stand on; rounded to whole pixels.</param>
    /// <param name="size">The font's size in pixels.</param>
    /// <param name="grey">Its grey level.</param>
    public static void Draw(Plane<byte> picture, string text, float left, float baseline, float size, byte grey)
    {
        (float From, float To)[] heights = Heights(size);
        float scale = size / Face.UnitsPerEm, foot = MathF.Round(baseline);
        foreach (Rune letter in text.EnumerateRunes())
        {
            int glyph = Glyph(letter);
            var figure = new Figure();
            foreach (OutlinePoint[] contour in Face.Outline(glyph))
                Add(figure, [.. contour.Select(point => point with { At = new Vector2(left + point.At.X * scale, foot - Height(point.At.Y, heights, scale)) })]);
            figure.Fill(picture, grey, weight: grey > sbyte.MaxValue ? WhiteWeight : 1);
            left += Face.Advance(glyph) * scale;
        }
    }

    private static void Add(Figure figure, OutlinePoint[] contour)
    {
        int first = Array.FindIndex(contour, point => point.OnCurve);
        Vector2 start = first >= 0 ? contour[first].At : (contour[0].At + contour[^1].At) / 2;
        figure.Begin(start);
        Vector2? control = null;
        for (int i = 1; i <= contour.Length; i++)
        {
            OutlinePoint point = contour[(first + i + contour.Length) % contour.Length];
            if (point.OnCurve && control is null)
                figure.Line(point.At);
            else if (control is { } bend)
                figure.Curve(bend, point.OnCurve ? point.At : (bend + point.At) / 2);
            control = point.OnCurve ? null : point.At;
        }

        if (control is { } last)
            figure.Curve(last, start);
        figure.End();
    }

    /// <summary>Heights in font units that fall on whole pixels. Without, the tops of small letters would be a grey row, and words look out of focus.</summary>
    private static (float From, float To)[] Heights(float size)
    {
        float scale = size / Face.UnitsPerEm, lower = MathF.Round(LowerCase * scale), capitals = MathF.Max(lower + 1, MathF.Round(Capitals * scale));

        // Round letters reach a little beyond flat ones; less than half a pixel is left out.
        float beyond = Overshoot * scale < 0.5f ? 0 : Overshoot * scale;
        return [(-Overshoot, -beyond), (0, 0), (LowerCase, lower), (LowerCase + Overshoot, lower + beyond), (Capitals, capitals), (Capitals + Overshoot, capitals + beyond)];
    }

    private static float Height(float y, (float From, float To)[] heights, float scale)
    {
        if (y <= heights[0].From)
            return heights[0].To + (y - heights[0].From) * scale;
        for (int i = 1; i < heights.Length; i++)
        {
            (float from, float to) = heights[i - 1];
            if (y <= heights[i].From)
                return to + (y - from) / (heights[i].From - from) * (heights[i].To - to);
        }

        return heights[^1].To + (y - heights[^1].From) * scale;
    }

    /// <summary>The font holds Latin-1; it shows others as question marks rather than as nothing.</summary>
    private static int Glyph(Rune letter) => Face.Glyph(letter) is > 0 and int glyph ? glyph : Face.Glyph(new Rune('?'));

    private static float Top(char letter) => Face.Outline(Face.Glyph(new Rune(letter))).Max(contour => contour.Max(point => point.At.Y));

    private static TrueTypeFont Load()
    {
        using Stream file = typeof(Lettering).Assembly.GetManifestResourceStream("DejaVuSans.ttf")!;
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return new TrueTypeFont(bytes);
    }
}
