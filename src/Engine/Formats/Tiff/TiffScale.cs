using System.Text.Json;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>How large a page's pixels are, and where its picture ends, as far as it tells.</summary>
/// <param name="Voxel">The size of a voxel.</param>
/// <param name="DataBarRows">Rows at the foot that are no picture.</param>
internal sealed record TiffScale(VoxelSize? Voxel, int? DataBarRows)
{
    /// <summary>Sides that differ by less were rounded.</summary>
    private const double Rounding = 0.005;

    /// <summary>Coarser than this the resolution is one of prints and screens (2540 dots an inch): no electron microscope has such pixels.</summary>
    private const double Coarsest = 10_000;

    private const double Inch = 2.54e7, Centimetre = 1e7;

    /// <summary>True when a pixel is as high as it is wide.</summary>
    public bool IsSquare => Voxel is null || Math.Abs(Voxel.Y - Voxel.X) <= Rounding * Math.Max(Voxel.Y, Voxel.X);

    /// <summary>
    /// What a page tells, in order of trust: our own description, OME-XML, ImageJ's, what the microscope's maker stores,
    /// TIFF's resolution.
    /// </summary>
    public static TiffScale Of(TiffEntries entries, TiffTags tags, int height, int width)
    {
        MakerScale maker = MakerScale.Of(entries, height, width);
        VoxelSize? voxel = Own(tags.ImageDescription) ?? Ome(tags.ImageDescription) ?? ImageJ(tags) ?? VoxelSize.Sensible(null, maker.Y ?? 0, maker.X ?? 0) ?? Resolution(tags);
        return new TiffScale(voxel, maker.DataBarRows is { } rows && rows > 0 && rows < height ? rows : null);
    }

    private static VoxelSize? Own(string? description)
    {
        if (description is null || !description.StartsWith('{') || !description.Contains("\"voxelSize\"", StringComparison.Ordinal))
            return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(description);
            if (!json.RootElement.TryGetProperty("voxelSize", out JsonElement size) || size.ValueKind != JsonValueKind.Array || size.GetArrayLength() != 3)
                return null;
            double?[] lengths = [.. size.EnumerateArray().Select(side => side.ValueKind == JsonValueKind.Number && side.TryGetDouble(out double length) ? length : (double?)null)];
            return VoxelSize.Sensible(lengths[0], lengths[1] ?? 0, lengths[2] ?? 0);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static VoxelSize? Ome(string? description)
        => OmeDescription.Of(description) is { } ome ? VoxelSize.Sensible(ome.Z, ome.Y ?? ome.X ?? 0, ome.X ?? ome.Y ?? 0) : null;

    private static VoxelSize? ImageJ(TiffTags tags)
    {
        if (ImageJDescription.Of(tags.ImageDescription) is not { Unit: { } unit } imageJ)
            return null;
        double? x = unit / tags.ResolutionX, y = unit / tags.ResolutionY;
        return VoxelSize.Sensible(imageJ.Spacing * unit, y ?? x ?? 0, x ?? y ?? 0);
    }

    private static VoxelSize? Resolution(TiffTags tags)
    {
        double? unit = (tags.ResolutionUnit ?? 2) switch { 2 => Inch, 3 => Centimetre, _ => null };
        double? x = unit / tags.ResolutionX, y = unit / tags.ResolutionY;
        return x < Coarsest && y < Coarsest ? VoxelSize.Sensible(null, y.Value, x.Value) : null;
    }
}
