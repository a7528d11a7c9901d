using System.Text.Json;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>What N5's attributes say of a folder.</summary>
internal static class N5Node
{
    /// <summary>The name of the metadata files.</summary>
    public const string Attributes = "attributes.json";

    /// <summary>The name of the finest level of a multiscale volume.</summary>
    public const string FinestLevel = "s0";

    private const int MostLevels = 32;

    /// <summary>True for the attributes of an array.</summary>
    public static bool IsArray(MetadataFile file) => MetadataFile.Find(file.Root, "dimensions") is not null && MetadataFile.Find(file.Root, "blockSize") is not null;

    /// <summary>What the search for arrays wants to know; a group needs no attributes.</summary>
    public static VolumeNode? Look(string folder)
    {
        if (!Directory.Exists(folder))
            return null;
        if (MetadataFile.TryRead(Path.Combine(folder, Attributes)) is { } file && IsArray(file))
            return new VolumeNode(IsArray: true, null);
        string[] levels = [.. Enumerable.Range(0, MostLevels).Select(level => $"s{level}").TakeWhile(level => File.Exists(Path.Combine(folder, level, Attributes)))];
        return new VolumeNode(IsArray: false, levels.Length > 0 ? levels : null);
    }

    /// <summary>The size of an array's voxels: its own attributes tell it, or a group's above it together with the level's factors.</summary>
    /// <param name="folder">The array's folder.</param>
    /// <param name="file">Its attributes.</param>
    /// <param name="axes">Which axis is what, the last one fastest.</param>
    public static VoxelSize? VoxelSize(string folder, MetadataFile file, VolumeAxes axes)
    {
        const int Highest = 3;
        int count = axes.Fixed.Length;
        if (AttributeSizes.Of(file.Root, count, axes, xFirst: true) is { } own)
            return own;
        string level = Path.GetFileName(folder);
        double[]? factors = MetadataFile.Numbers(file.Root, "downsamplingFactors", count);
        string? above = Path.GetDirectoryName(folder);
        for (int i = 0; i < Highest && above is not null; i++, above = Path.GetDirectoryName(above))
        {
            if (TryRead(above) is not { } group)
                continue;
            factors ??= Factors(group.Root, level, count);
            if (AttributeSizes.Of(group.Root, count, axes, xFirst: true) is not { } finest)
                continue;
            if (factors is null)
                return level == FinestLevel || !IsLevel(level) ? finest : null;
            (double z, double y, double x) = axes.Of([.. factors.Reverse()], 1.0);
            return Imaging.VoxelSize.Sensible(finest.Z * z, finest.Y * y, finest.X * x);
        }

        return null;
    }

    /// <summary>A level's factors as groups list them for all levels.</summary>
    private static double[]? Factors(JsonElement group, string level, int count)
    {
        if (!IsLevel(level))
            return null;
        int number = int.Parse(level.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        foreach (string name in new[] { "scales", "downsamplingFactors" })
        {
            if (MetadataFile.Find(group, name) is not { ValueKind: JsonValueKind.Array } list || number >= list.GetArrayLength())
                continue;
            JsonElement element = list[number];
            if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == count && element.EnumerateArray().All(n => n.ValueKind == JsonValueKind.Number))
                return [.. element.EnumerateArray().Select(n => n.GetDouble())];
        }

        return null;
    }

    private static bool IsLevel(string name) => name.Length is > 1 and < 4 && name[0] == 's' && name.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static MetadataFile? TryRead(string folder)
    {
        try
        {
            return MetadataFile.TryRead(Path.Combine(folder, Attributes));
        }
        catch (EmException)
        {
            return null; // what lies above is not what was asked for
        }
    }
}
