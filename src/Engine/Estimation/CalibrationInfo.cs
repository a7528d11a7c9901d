using System.Globalization;
using System.Text.Json;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Offsets;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Estimation;

/// <summary>What <c>calibration.json</c> says: which stack the tables belong to, and how they were made.</summary>
public sealed record CalibrationInfo
{
    /// <summary>The layout that this version writes, and the newest that it reads.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The layout's number.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The version that made the tables.</summary>
    public string Software { get; init; } = Provenance.Software;

    /// <summary>The stack's shape, (z, y, x).</summary>
    public required VolumeShape Volume { get; init; }

    /// <summary>The index of the stack's first section: 5600 for a stack that begins at 05600.tif.</summary>
    public int First { get; init; }

    /// <summary>The type in which the sections are stored; null in calibrations of earlier versions.</summary>
    public PixelType? PixelType { get; init; }

    /// <summary>How sections were measured.</summary>
    public MeasuringOptions Measuring { get; init; } = new();

    /// <summary>Sections that were measured.</summary>
    public int Measured { get; init; }

    /// <summary>The mean that the user asked for, in grey levels; null for the default, which follows the type: 28000 for 16 bits, for others the stack's own.</summary>
    public double? AskedTarget { get; init; }

    /// <summary>The mean that corrected sections have, in grey levels.</summary>
    public double Target { get; init; } = OffsetEstimate.DefaultTarget;

    /// <summary>How far the tissue's pixels spread, one standard deviation in grey levels: the median of the sections'; null where unknown.</summary>
    public double? Spread { get; init; }

    /// <summary>How many times the published spread that is, where parameters in grey levels are to follow it; 1 where the published ones fit. See <see cref="GreyLevels"/>.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The correlation of neighbouring sections' contents; see <see cref="OffsetEstimate.ContentCorrelation"/>.</summary>
    public double? ContentCorrelation { get; init; }

    /// <summary>How the background was fitted; null before it was.</summary>
    public BackgroundFitOptions? BackgroundOptions { get; init; }

    /// <summary>What the fit gave; null before it was made.</summary>
    public BackgroundSummary? Background { get; init; }

    /// <summary>The mean that is aimed at: that which was asked for, or the default of the sections' type; null for the stack's own.</summary>
    internal double? Aim => AskedTarget ?? PixelType switch
    {
        null => Target,
        Imaging.PixelType.UInt16 => OffsetEstimate.DefaultTarget,
        _ => null,
    };

    /// <summary>Which stack it is, in a line.</summary>
    public override string ToString() => $"{Volume} from section {First} on, {Measured} measured, {Software}";

    /// <summary>Reads a calibration's description.</summary>
    /// <exception cref="EmException">There is none (<c>NoCalibration</c>), or it cannot be read (<c>CalibrationDamaged</c>).</exception>
    public static CalibrationInfo Read(CalibrationFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!File.Exists(folder.InfoFile))
            throw new EmException(EmErrorKind.NotFound, "NoCalibration", $"'{folder}' holds no calibration: there is no '{folder.InfoFile}'. Make one with Measure-EmStack.", folder.Path);
        RegularFile.Require(folder.InfoFile);
        try
        {
            CalibrationInfo info = JsonSerializer.Deserialize(File.ReadAllBytes(folder.InfoFile), EstimationJson.Default.CalibrationInfo) ?? throw new JsonException("it is empty");
            if (info.Schema > CurrentSchema)
                throw new EmException(EmErrorKind.NotSupported, "CalibrationNewer", $"'{folder.InfoFile}' was written by {info.Software}, a newer version that lays it out in another way; update EmTools.", folder.InfoFile);
            return info;
        }
        catch (JsonException e)
        {
            throw new EmException(EmErrorKind.InvalidData, "CalibrationDamaged", $"'{folder.InfoFile}' cannot be read: {e.Message} Make the calibration anew with Measure-EmStack.", folder.InfoFile, e);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(folder.InfoFile, e);
        }
    }

    /// <summary>Writes it, in place of an older one.</summary>
    /// <exception cref="EmException">It cannot be written.</exception>
    public void Write(CalibrationFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        JsonFile.Write(folder.InfoFile, this, EstimationJson.Default.CalibrationInfo);
    }
}

/// <summary>A fitted background in numbers.</summary>
/// <param name="Degree">The total degree.</param>
/// <param name="Terms">Terms, the constant among them.</param>
/// <param name="Boxes">Boxes that were fitted.</param>
/// <param name="Scale">Robust standard deviation of what is left of them, in grey levels.</param>
/// <param name="OutlierShare">Share of their weight that they lost as outliers.</param>
/// <param name="R2">Share of the variance that the model explains.</param>
/// <param name="RootMeanSquareError">Root mean square of what is left, outliers counting little, in grey levels.</param>
/// <param name="Passes">Passes over the boxes.</param>
/// <param name="Scores">Cross-validation of the degrees; empty where none was asked for.</param>
/// <param name="Mean">Mean of the model without its constant over the boxes of tissue, in grey levels: Remove-EmBackground leaves it, so that the level stays; null in calibrations of earlier versions.</param>
public sealed record BackgroundSummary(int Degree, int Terms, long Boxes, double Scale, double OutlierShare, double R2, double RootMeanSquareError, int Passes, IReadOnlyList<DegreeScore> Scores, double? Mean = null)
{
    /// <summary>What the fit is worth, in a line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"degree {Degree}, {Terms} terms, R2 {R2:F3}, {Scale:F1} grey levels left of {Boxes} boxes");
}
