using System.Text.Json;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>The voxel size in attributes that are no format's, but common: a length for each axis, with units beside it.</summary>
internal static class AttributeSizes
{
    /// <summary>The size that attributes tell; null where they do not, or without units.</summary>
    /// <param name="attributes">The attributes of an array or of a group.</param>
    /// <param name="count">Axes of the array.</param>
    /// <param name="axes">Which axis is what.</param>
    /// <param name="xFirst">Lengths are given x first, as in N5; <c>transform</c> is z first always.</param>
    public static VoxelSize? Of(JsonElement attributes, int count, VolumeAxes axes, bool xFirst)
    {
        if (MetadataFile.Find(attributes, "transform") is { } transform && Lengths(MetadataFile.Numbers(transform, "scale", count), Units(transform, "units", count)) is { } scaled)
            return Sized(scaled, axes);
        if (MetadataFile.Find(attributes, "pixelResolution") is { } pixel
            && (pixel.ValueKind == JsonValueKind.Array
                ? Lengths(MetadataFile.Numbers(attributes, "pixelResolution", count), Units(attributes, "units", count) ?? Units(attributes, "unit", count))
                : Lengths(MetadataFile.Numbers(pixel, "dimensions", count), Units(pixel, "unit", count))) is { } resolution)
            return Sized(xFirst ? [.. resolution.Reverse()] : resolution, axes);
        foreach (string name in new[] { "resolution", "voxel_size" })
        {
            if (Lengths(MetadataFile.Numbers(attributes, name, count), Units(attributes, "units", count) ?? Units(attributes, "unit", count)) is { } lengths)
                return Sized(xFirst ? [.. lengths.Reverse()] : lengths, axes);
        }

        return null;
    }

    /// <summary>Nanometres of each axis's unit: a list, or one text for all.</summary>
    private static double?[]? Units(JsonElement parent, string name, int count)
    {
        if (MetadataFile.Find(parent, name) is not { } found)
            return null;
        if (found.ValueKind == JsonValueKind.String)
            return [.. Enumerable.Repeat(LengthUnit.Nanometres(MetadataFile.Text(parent, name)), count)];
        if (found.ValueKind != JsonValueKind.Array || found.GetArrayLength() != count)
            return null;
        return [.. found.EnumerateArray().Select(unit => LengthUnit.Nanometres(MetadataFile.TextOf(unit)))];
    }

    private static double?[]? Lengths(double[]? values, double?[]? units)
        => values is null || units is null ? null : [.. values.Zip(units, (value, unit) => value * unit)];

    private static VoxelSize? Sized(double?[] lengths, VolumeAxes axes)
    {
        (double? z, double? y, double? x) = axes.Of(lengths, null);
        return y is null || x is null ? null : VoxelSize.Sensible(z, y.Value, x.Value);
    }
}
