using System.Runtime.InteropServices;
using System.Text.Json;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Estimation;

/// <summary>A section's measurement as a file of its own: who made it of what, and the numbers.</summary>
internal sealed record MeasurementRecord
{
    /// <summary>What it was made of; see <see cref="MeasurementKey"/>.</summary>
    public required string Key { get; init; }

    /// <summary>Rows of the section.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of the section.</summary>
    public required int Width { get; init; }

    public required int Index { get; init; }

    public required double Mean { get; init; }

    public required double MeanError { get; init; }

    public required double MaskedShare { get; init; }

    public required double SaturatedShare { get; init; }

    public double Spread { get; init; } = double.NaN;

    public bool Duplicate { get; init; }

    public int? Previous { get; init; }

    public double Change { get; init; }

    public double ChangeError { get; init; }

    public double ComparedShare { get; init; }

    /// <summary>The box means as little-endian 32-bit floats.</summary>
    public required byte[] Boxes { get; init; }

    public static MeasurementRecord Of(string key, int height, int width, SectionMeasurement m) => new()
    {
        Key = key,
        Height = height,
        Width = width,
        Index = m.Index,
        Mean = m.Mean,
        MeanError = m.MeanError,
        MaskedShare = m.MaskedShare,
        SaturatedShare = m.SaturatedShare,
        Spread = m.Spread,
        Duplicate = m.Duplicate,
        Previous = m.Previous,
        Change = m.Change,
        ChangeError = m.ChangeError,
        ComparedShare = m.ComparedShare,
        Boxes = MemoryMarshal.AsBytes<float>(m.Boxes.ToArray()).ToArray(),
    };

    public SectionMeasurement ToMeasurement() => new()
    {
        Index = Index,
        Mean = Mean,
        MeanError = MeanError,
        MaskedShare = MaskedShare,
        SaturatedShare = SaturatedShare,
        Spread = Spread,
        Duplicate = Duplicate,
        Previous = Previous,
        Change = Change,
        ChangeError = ChangeError,
        ComparedShare = ComparedShare,
        Boxes = MemoryMarshal.Cast<byte, float>(Boxes).ToArray(),
    };

    /// <summary>Reads a measurement; null where there is none, or what is there cannot be read and is to be made anew.</summary>
    public static MeasurementRecord? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), EstimationJson.Default.MeasurementRecord) : null;
        }
        catch (Exception e) when (e is JsonException || FileErrors.IsFileTrouble(e))
        {
            return null;
        }
    }

    public void Write(string path) => JsonFile.Write(path, this, EstimationJson.Default.MeasurementRecord);
}
