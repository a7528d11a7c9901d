using System.Globalization;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Calibration;

/// <summary>
/// Where the tissue of a stack lies and how far it spreads: what parameters in grey levels are counted by that nobody gave.
/// </summary>
/// <param name="Mean">The tissue's mean, in grey levels.</param>
/// <param name="Scale">How many times the published spread the tissue spreads; 1 where the published parameters fit.</param>
public sealed record GreyLevels(double Mean, double Scale = 1)
{
    /// <summary>The mean that the published parameters of 16-bit sections are made for.</summary>
    public const double PublishedMean = 28000;

    /// <summary>The spread (one standard deviation) that they are made for, in grey levels.</summary>
    public const double PublishedSpread = 2000;

    /// <summary>Within such a factor of the published spread the published parameters serve 16-bit sections.</summary>
    private const double Near = 4;

    /// <summary>Floats within such a factor are taken for 16-bit grey levels that another program turned into floats.</summary>
    private const double NearForFloats = 16;

    /// <summary>The levels of a stack of which the spread was measured.</summary>
    /// <param name="stored">The type in which its sections are stored.</param>
    /// <param name="mean">The mean, in grey levels.</param>
    /// <param name="spread">One standard deviation of the tissue, in grey levels; not above 0 where unknown.</param>
    public static GreyLevels Of(PixelType stored, double mean, double spread)
        => !(spread > 0) || Fits(stored, spread, Near) ? new GreyLevels(mean) : new GreyLevels(mean, spread / PublishedSpread);

    /// <summary>The levels of sections without a calibration: of 8-bit ones, their own; of floats too, unless they spread as 16-bit grey levels that another program turned into floats do.</summary>
    /// <param name="stored">The type in which the sections are stored.</param>
    /// <param name="mean">The mean, in grey levels.</param>
    /// <param name="spread">One standard deviation of the tissue, in grey levels, above 0.</param>
    public static GreyLevels OfStored(PixelType stored, double mean, double spread)
        => new(mean, stored == PixelType.Single && spread is > PublishedSpread / NearForFloats and < PublishedSpread * NearForFloats ? 1 : spread / PublishedSpread);

    /// <summary>A number as it goes into parameters: four digits, enough for a grey level, few enough to be read.</summary>
    public static double Rounded(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static bool Fits(PixelType stored, double spread, double factor)
        => stored == PixelType.UInt16 && spread > PublishedSpread / factor && spread < PublishedSpread * factor;
}
