using System.Buffers.Binary;
using System.Text.RegularExpressions;

namespace EmTools.Engine.Formats;

/// <summary>What the makers of microscopes store of a picture's scale in tags of their own.</summary>
/// <param name="Y">A pixel's height in nm; null where nothing is said.</param>
/// <param name="X">A pixel's width in nm; null where nothing is said.</param>
/// <param name="DataBarRows">Rows of the bar at the foot; null where nothing is said.</param>
internal sealed partial record MakerScale(double? Y, double? X, int? DataBarRows = null)
{
    private const int Sis = 33560, Zeiss = 34118, OldFei = 34680, Fei = 34682, Tescan = 50431, Fibics = 51023, GatanUnit = 65003, GatanScale = 65009;

    private const double Metre = 1e9;

    private static readonly MakerScale Nothing = new(null, null);

    /// <summary>What a page's tags tell.</summary>
    /// <param name="entries">The page.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns.</param>
    public static MakerScale Of(TiffEntries entries, int height, int width)
    {
        if (entries.Loose(Fei) is { } fei)
            return OfFei(fei, height, width);
        if (entries.Loose(OldFei) is { } old)
            return OfFei(old, height, width);
        if (entries.Loose(Zeiss) is { } zeiss)
            return OfZeiss(zeiss);
        if (entries.Loose(Fibics) is { } fibics)
            return OfFibics(fibics);
        if (entries.Loose(Tescan) is { } tescan)
            return new MakerScale(Ini(tescan, "PixelSizeY") * Metre, Ini(tescan, "PixelSizeX") * Metre);
        if (entries.Has(GatanScale))
            return new MakerScale(entries.Real(GatanScale + 1) * LengthUnit.Nanometres(entries.Text(GatanUnit + 1)), entries.Real(GatanScale) * LengthUnit.Nanometres(entries.Text(GatanUnit)));
        return entries.Has(Sis) ? OfSis(entries) : Nothing;
    }

    /// <summary>FEI and Thermo Fisher: an ini file in metres. The image's own height and the stored one differ by the bar.</summary>
    private static MakerScale OfFei(string text, int height, int width)
    {
        double? x = Ini(text, "PixelWidth") ?? Ini(text, "HorFieldsize") / width, y = Ini(text, "PixelHeight") ?? x;
        double? rows = Ini(text, "ResolutionY") is { } picture ? height - picture : Ini(text, "DatabarHeight");
        return new MakerScale(y * Metre, x * Metre, rows is > 0 and < int.MaxValue ? (int)rows : null);
    }

    /// <summary>Zeiss SmartSEM: a name a line, then its text with the value. The stored image's pixels come before those of the scan.</summary>
    private static MakerScale OfZeiss(string text)
    {
        double? scan = null;
        foreach (Match match in ZeissPixel().Matches(text))
        {
            double? size = LengthUnit.Parse(match.Groups[2].Value);
            if (match.Groups[1].ValueSpan is "AP_IMAGE_PIXEL_SIZE" && size is > 0)
                return new MakerScale(size, size);
            scan ??= match.Groups[1].ValueSpan is "AP_PIXEL_SIZE" ? size : null;
        }

        return new MakerScale(scan, scan);
    }

    /// <summary>Fibics ATLAS: XML, in micrometres where no unit is given. It may hold characters that XML forbids.</summary>
    private static MakerScale OfFibics(string text)
    {
        double? x = Element("Ux"), y = Element("Vy");
        return new MakerScale(y ?? x, x ?? y);

        double? Element(string name)
        {
            Match match = Regex.Match(text, $@"<{name}(?:\s+units?=""([^""]*)"")?\s*>\s*([^<\s]+)\s*</{name}>", RegexOptions.CultureInvariant);
            double unit = LengthUnit.Nanometres(match.Groups[1].Value) ?? 1e3;
            return match.Success && LengthUnit.Number(match.Groups[2].Value) is { } value ? Math.Abs(value) * unit : null;
        }
    }

    /// <summary>Olympus Soft Imaging: a table of its own in the file, with the exponent of a metre and the two sizes.</summary>
    private static MakerScale OfSis(TiffEntries entries)
    {
        const int HeadBytes = 60, EntryBytes = 8, PartBytes = 28;
        if (entries.Bytes(entries.Integer(Sis), HeadBytes) is not [(byte)'S', (byte)'I', (byte)'S', (byte)'0', ..] head)
            return Nothing;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(HeadBytes - 2));
        for (int i = 0; i < Math.Min(count, 64); i++)
        {
            byte[]? entry = entries.Bytes(entries.Integer(Sis) + HeadBytes + EntryBytes * i, EntryBytes);
            if (entry is null)
                break;
            if (BinaryPrimitives.ReadInt16LittleEndian(entry) != 1)
                continue;
            if (entries.Bytes(BinaryPrimitives.ReadUInt32LittleEndian(entry.AsSpan(4)), PartBytes) is not { } part)
                break;
            double unit = Metre * Math.Pow(10, BinaryPrimitives.ReadInt16LittleEndian(part.AsSpan(10)));
            return new MakerScale(BinaryPrimitives.ReadDoubleLittleEndian(part.AsSpan(20)) * unit, BinaryPrimitives.ReadDoubleLittleEndian(part.AsSpan(12)) * unit);
        }

        return Nothing;
    }

    /// <summary>The first value of a name in a text of lines <c>name=value</c>.</summary>
    private static double? Ini(string text, string name)
    {
        Match match = Regex.Match(text, $@"(?:^|[\r\n]){name}\s*=\s*([^\r\n\0]+)", RegexOptions.CultureInvariant);
        return match.Success ? LengthUnit.Number(match.Groups[1].Value) : null;
    }

    [GeneratedRegex(@"(AP_IMAGE_PIXEL_SIZE|AP_PIXEL_SIZE)\s*[\r\n]+[^=\r\n]*=([^\r\n]*)")]
    private static partial Regex ZeissPixel();
}
