using System.Text.Json;
using System.Text.Json.Nodes;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Calibration;

/// <summary>The stack that a calibration's tables were made of, as the <c>calibration.json</c> beside them tells.</summary>
/// <param name="Volume">Its shape (z, y, x); the background's coordinates run over it.</param>
/// <param name="First">The index of its first section.</param>
/// <param name="Levels">Where its tissue lies once the offsets are subtracted, and how far it spreads.</param>
/// <param name="BackgroundMean">The mean over its tissue of what the background model subtracts, in grey levels; null where the background was not fitted yet.</param>
public sealed record CalibratedVolume(VolumeShape Volume, int First, GreyLevels Levels, double? BackgroundMean)
{
    /// <summary>The name of the file that tells it.</summary>
    public const string FileName = "calibration.json";

    /// <summary>The index after the last section.</summary>
    public int End => First + Volume.Depth;

    /// <summary>The stack of a table that lies in a folder made by Measure-EmStack; null where the table lies elsewhere.</summary>
    /// <param name="table">The table's path.</param>
    /// <exception cref="EmException">The folder's description cannot be read (<c>CalibrationDamaged</c>).</exception>
    public static CalibratedVolume? Beside(string table)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(table))!, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            JsonNode json = JsonNode.Parse(File.ReadAllBytes(path)) ?? throw new JsonException("it is empty");
            JsonNode volume = json["volume"] ?? throw new JsonException("it tells of no volume");
            var shape = new VolumeShape(Whole(volume["depth"]), Whole(volume["height"]), Whole(volume["width"]));
            int first = json["first"] is { } start ? Whole(start) : 0;
            if (Math.Min(shape.Depth, Math.Min(shape.Height, shape.Width)) < 1 || first < 0 || (long)first + shape.Depth > int.MaxValue)
                throw new JsonException($"a stack of {shape} (z, y, x) from section {first} on is none");
            return new CalibratedVolume(shape, first, new GreyLevels(Number(json["target"]) ?? GreyLevels.PublishedMean, Number(json["scale"]) ?? 1), Number(json["background"]?["mean"]));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new EmException(EmErrorKind.InvalidData, "CalibrationDamaged", $"'{path}' cannot be read: {e.Message} Make the calibration anew with Measure-EmStack.", path, e);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }

        static int Whole(JsonNode? node) => node?.GetValue<int>() ?? throw new JsonException("a number of its volume is missing");

        static double? Number(JsonNode? node)
            => node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.GetValue<double>() is { } number && double.IsFinite(number) ? number : null;
    }

    /// <summary>Refuses a section of another stack.</summary>
    /// <param name="calibration">What to call the calibration.</param>
    /// <param name="index">The section's index.</param>
    /// <param name="name">Its name.</param>
    /// <param name="size">Its rows and columns before it was cropped or binned; null for a part of a full section, whose index only is compared.</param>
    /// <exception cref="EmException">Its size or its index does not fit (<c>CalibrationOfAnotherStack</c>).</exception>
    public void Require(string calibration, int index, string name, (int Height, int Width)? size)
    {
        if (index < First || index >= End)
            throw Other($"which has the sections {First} to {End - 1}");
        if (size is var (height, width) && (height, width) != (Volume.Height, Volume.Width))
            throw Other($"whose sections are {Volume.Height} x {Volume.Width} pixels (y, x), but this one is {height} x {width}");

        EmException Other(string why) => new(EmErrorKind.InvalidArgument, "CalibrationOfAnotherStack", $"Section {index} ('{name}') is not of the stack that the calibration '{calibration}' belongs to, {why}. Give the calibration of this stack, or make it with Measure-EmStack.", calibration);
    }
}
