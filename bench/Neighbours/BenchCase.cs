using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmTools.NeighbourBench;

/// <summary>What both programs compute: the filter, its parameters under their published names, raw planes, and how often.</summary>
internal sealed record BenchCase
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary><c>nlm</c> or <c>milling</c>.</summary>
    public required string Filter { get; init; }

    public required JsonObject Parameters { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    /// <summary>The planes, 32-bit floats (z, y, x).</summary>
    public string Sections { get; init; } = "";

    /// <summary>Where the result goes.</summary>
    public string Result { get; init; } = "";

    public int Threads { get; init; } = 1;

    public int Runs { get; init; } = 1;

    public static BenchCase Read(string file) => JsonSerializer.Deserialize<BenchCase>(File.ReadAllText(file), Format)!;

    public void Write(string file) => File.WriteAllText(file, JsonSerializer.Serialize(this, Format));

    public override string ToString() => $"{Filter} {Height} x {Width} x 5, {string.Join(", ", Parameters.Select(p => $"{p.Key} {p.Value}"))}";
}
