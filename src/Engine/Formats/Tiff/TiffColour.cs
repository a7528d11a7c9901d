namespace EmTools.Engine.Formats;

/// <summary>Which of a pixel's numbers is its grey, and which end of their range is black.</summary>
/// <param name="Photometric">The end.</param>
/// <param name="Samples">Numbers a pixel.</param>
/// <param name="IsRgb">Red, green and blue come first, and must be equal.</param>
/// <param name="Remark">What is read otherwise than it stands, or left out; mostly null.</param>
internal sealed record TiffColour(TiffPhotometric Photometric, int Samples = 1, bool IsRgb = false, FileRemark? Remark = null)
{
    private const int BitsPerSample = 258, PhotometricTag = 262, SamplesPerPixel = 277, ColourMap = 320, ExtraSamples = 338;

    /// <summary>The kind of colour that a page's tags tell.</summary>
    /// <exception cref="EmException">It is no grey.</exception>
    public static TiffColour Of(string path, TiffEntries entries)
    {
        long samples = entries.Integer(SamplesPerPixel, 1), photometric = entries.Integer(PhotometricTag, 1);
        long[] extra = entries.Integers(ExtraSamples, 4);
        TiffPhotometric end = photometric == 0 ? TiffPhotometric.MinIsWhite : TiffPhotometric.MinIsBlack;
        return (photometric, samples) switch
        {
            (0 or 1, 1) => new TiffColour(end),
            (0 or 1, 2) when extra is [1 or 2] => new TiffColour(end, 2, Remark: TiffRemarks.Alpha),
            (2, 3) => new TiffColour(TiffPhotometric.MinIsBlack, 3, IsRgb: true, TiffRemarks.EqualChannels),
            (2, 4) when extra is [0 or 1 or 2] => new TiffColour(TiffPhotometric.MinIsBlack, 4, IsRgb: true, TiffRemarks.EqualChannels),
            (3, 1) => Palette(path, entries),
            (0 or 1, _) => throw TiffErrors.NotSupported(path, $"an image of {samples} samples a pixel"),
            (2, _) => throw Refused("a colour image (RGB)"),
            (3, _) => throw Refused("a palette image"),
            (4, _) => throw TiffErrors.NotSupported(path, "a transparency mask"),
            (5, _) => throw Refused("a colour image (CMYK)"),
            (6, _) => throw Refused("a colour image (YCbCr)"),
            _ => throw TiffErrors.NotSupported(path, $"an image of a colour kind unknown here (photometric interpretation {photometric})"),
        };

        EmException Refused(string kind) => TiffErrors.NotSupported(path, kind);
    }

    /// <summary>
    /// A palette image whose indices are intensities: its greys rise or fall evenly. Microscopes mix in some colours to draw
    /// with, such as every ninth.
    /// </summary>
    private static TiffColour Palette(string path, TiffEntries entries)
    {
        const int Coloured = 8;
        long bits = entries.Integer(BitsPerSample, 1);
        if (bits is < 2 or > 16)
            throw TiffErrors.NotSupported(path, $"a palette image of {bits} bits a pixel");
        int count = 1 << (int)bits;
        long[] map = entries.Integers(ColourMap, 3 * count);
        if (map.Length < 3 * count)
            throw TiffErrors.Damaged(path, $"its palette should have {3 * count} numbers, and has {map.Length}");

        double step = map.Max() / (count - 1.0);
        int rising = 0, falling = 0, grey = 0, ups = 0, downs = 0;
        for (int i = 0; i < count; i++)
        {
            (long red, long green, long blue) = (map[i], map[count + i], map[2 * count + i]);
            if (Math.Max(red, Math.Max(green, blue)) - Math.Min(red, Math.Min(green, blue)) > step)
                continue;
            grey++;
            rising += Math.Abs(red - i * step) <= step ? 1 : 0;
            falling += Math.Abs(red - (count - 1 - i) * step) <= step ? 1 : 0;
            ups += i > 0 && red > map[i - 1] ? 1 : 0;
            downs += i > 0 && red < map[i - 1] ? 1 : 0;
        }

        if (step > 0 && (rising == count || (grey == count && ups > 0 && downs == 0)))
            return new TiffColour(TiffPhotometric.MinIsBlack, Remark: TiffRemarks.Ramp);
        if (step > 0 && (falling == count || (grey == count && downs > 0 && ups == 0)))
            return new TiffColour(TiffPhotometric.MinIsWhite, Remark: TiffRemarks.FallingRamp);
        if (rising >= count - count / Coloured)
            return new TiffColour(TiffPhotometric.MinIsBlack, Remark: TiffRemarks.Greys(count - rising));
        throw TiffErrors.NotSupported(path, grey == count
            ? "a palette image whose greys neither rise nor fall with the index"
            : $"a palette image in colour: {count - grey} of its {count} colours are no greys");
    }
}
