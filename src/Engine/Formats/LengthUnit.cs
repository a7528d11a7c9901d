using System.Globalization;
using System.Text.RegularExpressions;

namespace EmTools.Engine.Formats;

/// <summary>Units of length as programs write them.</summary>
internal static partial class LengthUnit
{
    /// <summary>The nanometres of a unit, by any of its names; null for pixels, and what is no unit of length.</summary>
    public static double? Nanometres(string? unit)
    {
        if (unit is null)
            return null;
        string name = Escapes().Replace(unit.Trim(), match => ((char)int.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());
        return name switch
        {
            "fm" => 1e-6,
            "pm" or "picometer" or "picometre" or "picometers" => 1e-3,
            "\u00C5" or "\u212B" or "A" or "angstrom" or "Angstrom" or "angstroms" or "Angstroms" => 0.1,
            "nm" or "nanometer" or "nanometre" or "nanometers" or "nanometres" => 1,
            "um" or "\u00B5m" or "\u03BCm" or "\u00C2\u00B5m" or "micron" or "microns" or "Micron" or "micrometer" or "micrometre" or "micrometers" or "micrometres" or "\u00B5" or "\u03BC" => 1e3,
            "mm" or "millimeter" or "millimetre" or "millimeters" => 1e6,
            "cm" or "centimeter" or "centimetre" => 1e7,
            "m" or "meter" or "metre" or "meters" or "metres" => 1e9,
            "inch" or "in" => 2.54e7,
            _ => null,
        };
    }

    /// <summary>A length with its unit, such as <c>10.0 nm</c>, in nm; null where it is none.</summary>
    public static double? Parse(string text)
    {
        Match match = WithUnit().Match(text);
        return match.Success && Nanometres(match.Groups[2].Value) is { } unit ? Number(match.Groups[1].Value) * unit : null;
    }

    /// <summary>A finite number; null where it is none.</summary>
    public static double? Number(string? text)
        => double.TryParse(text?.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;

    [GeneratedRegex(@"\\u([0-9A-Fa-f]{4})")]
    private static partial Regex Escapes();

    [GeneratedRegex(@"^\s*([-+0-9.eE]+)\s*(\S+)")]
    private static partial Regex WithUnit();
}
