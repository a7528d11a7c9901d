using EmTools.Engine.Imaging;
using EmTools.Engine.Letters;
using EmTools.Engine.Pictures;

namespace EmTools.Engine.Tests.Pictures;

/// <summary>Letters and figures drawn into planes of grey.</summary>
public sealed class LetteringTests
{
    [Fact]
    public void Pixels_are_covered_by_the_share_of_their_area_that_lies_inside()
    {
        using Plane<byte> picture = White(9, 11);
        Figure.RoundRectangle(2.25f, 3.5f, 6.5f, 6.75f, 0).Fill(picture, 0);

        for (int y = 0; y < 9; y++)
        {
            for (int x = 0; x < 11; x++)
                Assert.Equal(255 * (1 - Overlap(x, 2.25, 6.5) * Overlap(y, 3.5, 6.75)), picture.Row(y)[x], 0.6);
        }
    }

    [Fact]
    public void A_slanted_figure_covers_its_area_also_where_the_picture_ends()
    {
        // A triangle of area 450, and the same one moved so that parts lie beyond each side: what is seen is the same.
        double Ink(int height, int width, float x, float y)
        {
            using Plane<byte> picture = White(height, width);
            var figure = new Figure();
            figure.Begin(new(x + 3.3f, y + 2.2f));
            figure.Line(new(x + 33.3f, y + 12.2f));
            figure.Line(new(x + 13.3f, y + 35.533333f));
            figure.End();
            figure.Fill(picture, 0);
            return Enumerable.Range(0, height).Sum(row => picture.Row(row).ToArray().Sum(value => (255 - value) / 255.0));
        }

        double whole = Ink(40, 40, 0, 0);
        Assert.Equal(450, whole, 1.5);
        Assert.Equal(whole, Ink(20, 20, 0, 0) + Ink(20, 20, -20, 0) + Ink(20, 20, 0, -20) + Ink(20, 20, -20, -20), 1e-6);
        Assert.Equal(0, Ink(10, 10, 50, 0) + Ink(10, 10, 0, 50) + Ink(10, 10, -50, -50));
    }

    [Fact]
    public void Opacity_lets_shine_through()
    {
        using Plane<byte> picture = White(4, 4);
        Figure.RoundRectangle(0, 0, 4, 4, 0).Fill(picture, 55, 0.5f);

        Assert.All(picture.ToArray().Cast<byte>(), value => Assert.Equal(155, value));
    }

    /// <summary>What pictures are lettered with: units, numbers, captions.</summary>
    [Theory]
    [InlineData("0123456789")]
    [InlineData("abcdefghijklmnopqrstuvwxyz")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
    [InlineData("µ%.,-:;()")]
    [InlineData("éüåß")]
    public void Every_character_has_a_form_of_its_own(string characters)
    {
        byte[][] forms = [.. characters.Select(character => Form(character.ToString()))];

        Assert.All(forms, form => Assert.True(form.Count(value => value < 128) >= 4));
        Assert.Equal(characters.Length, forms.Select(Convert.ToHexString).Distinct().Count());
        Assert.DoesNotContain(Convert.ToHexString(Form("?")), forms.Select(Convert.ToHexString)); // what the font lacks
    }

    [Fact]
    public void A_space_has_width_and_no_ink_and_what_the_font_lacks_is_a_question_mark()
    {
        Assert.All(Form(" "), value => Assert.Equal(255, value));
        Assert.True(Lettering.Measure("a b", 20) > Lettering.Measure("ab", 20) + 4);
        Assert.Equal(Form("?"), Form("\u4E2D"));
        Assert.Equal(Form("?"), Form("\U0001F52C"));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(14)]
    [InlineData(16)]
    [InlineData(22.4)]
    [InlineData(40)]
    public void Letters_stand_on_their_line_and_end_at_whole_pixels(float size)
    {
        using Plane<byte> picture = White(80, 80);
        Lettering.Draw(picture, "x", 10, 60.3f, size, 0);
        int[] darkest = [.. Enumerable.Range(0, 80).Select(y => (int)picture.Row(y).ToArray().Min())];

        int[] inked = [.. Enumerable.Range(0, 80).Where(y => darkest[y] < 255)];
        Assert.Equal(59, inked[^1]);
        Assert.Equal((int)Math.Round(size * 1120 / 2048), inked.Length);
        Assert.All(inked, y => Assert.True(darkest[y] < 140, $"row {y} is pale: {darkest[y]}"));
    }

    [Fact]
    public void A_composed_letter_is_its_letter_and_an_accent_above()
    {
        using Plane<byte> plain = White(40, 40), accented = White(40, 40);
        Lettering.Draw(plain, "e", 5, 30, 24, 0);
        Lettering.Draw(accented, "é", 5, 30, 24, 0);

        Assert.Equal(Rows(plain, 16, 40), Rows(accented, 16, 40));
        Assert.All(Rows(plain, 0, 15), value => Assert.Equal(255, value));
        Assert.Contains(Rows(accented, 0, 15), value => value < 100);
    }

    [Fact]
    public void A_text_is_as_wide_as_it_measures_and_fits_where_it_is_to_fit()
    {
        const string Text = "Before: power spectrum; edges: period 2 µm";
        Assert.Equal(16, Lettering.Fit(Text, 16, 1000));
        float size = Lettering.Fit(Text, 16, 200);
        Assert.InRange(Lettering.Measure(Text, size), 199, 200.01);
        Assert.Equal(7, Lettering.Fit(Text, 16, 20));

        using Plane<byte> picture = White(30, 400);
        Lettering.Draw(picture, Text, 50, 20, size, 0);
        int[] columns = [.. Enumerable.Range(0, 400).Where(x => Enumerable.Range(0, 30).Any(y => picture.Row(y)[x] < 128))];
        Assert.InRange(columns[0], 50, 52);
        Assert.InRange(columns[^1], 246, 250);
    }

    private static byte[] Form(string character)
    {
        using Plane<byte> picture = White(32, 32);
        Lettering.Draw(picture, character, 4, 24, 20, 0);
        return Rows(picture, 0, 32);
    }

    private static byte[] Rows(Plane<byte> picture, int first, int end) => [.. Enumerable.Range(first, end - first).SelectMany(y => picture.Row(y).ToArray())];

    private static double Overlap(int pixel, double from, double to) => Math.Max(0, Math.Min(pixel + 1, to) - Math.Max(pixel, from));

    private static Plane<byte> White(int height, int width)
    {
        Plane<byte> plane = Plane.Rent<byte>(height, width);
        for (int y = 0; y < height; y++)
            plane.Row(y).Fill(255);
        return plane;
    }
}
