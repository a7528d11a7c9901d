using System.Text.Json;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>The description of a multiscale image after the OME-NGFF specification: its axes and levels.</summary>
internal sealed class Multiscale
{
    private readonly JsonElement _image;
    private readonly List<JsonElement> _datasets = [];

    private Multiscale(JsonElement image) => _image = image;

    /// <summary>The levels' arrays, the finest first.</summary>
    public List<string> Levels { get; } = [];

    /// <summary>The first image that a group describes; null where it describes none.</summary>
    public static Multiscale? Of(ZarrNode group)
    {
        if (group.Attributes is not { } attributes)
            return null;
        JsonElement? list = (MetadataFile.Find(attributes, "ome") is { } ome ? MetadataFile.Find(ome, "multiscales") : null) ?? MetadataFile.Find(attributes, "multiscales");
        if (list is not { ValueKind: JsonValueKind.Array } images || images.GetArrayLength() == 0)
            return null;
        var multiscale = new Multiscale(images[0]);
        if (MetadataFile.Find(images[0], "datasets") is not { ValueKind: JsonValueKind.Array } datasets)
            return null;
        foreach (JsonElement dataset in datasets.EnumerateArray())
        {
            if (MetadataFile.Text(dataset, "path") is not { Length: > 0 } path)
                continue;
            multiscale.Levels.Add(path);
            multiscale._datasets.Add(dataset);
        }

        return multiscale.Levels.Count > 0 ? multiscale : null;
    }

    /// <summary>The image that an array is a level of, and which: described by a group above it. Null where there is none.</summary>
    /// <param name="folder">The array's folder.</param>
    public static (Multiscale Image, int Level)? Around(string folder)
    {
        const int Highest = 4;
        string? above = Path.GetDirectoryName(folder);
        for (int i = 0; i < Highest && above is not null; i++, above = Path.GetDirectoryName(above))
        {
            if (Try(above) is not { } node)
                continue;
            string name = Path.GetRelativePath(above, folder).Replace('\\', '/');
            if (!node.IsArray && Of(node) is { } image && image.Levels.FindIndex(level => level.Trim('/') == name) is >= 0 and var level)
                return (image, level);
        }

        return null;
    }

    /// <summary>The names of the axes, <c>z</c>, <c>y</c> and <c>x</c> among them; null where they are not told, as in the earliest versions.</summary>
    public string[]? AxisNames(int count) => Axes(count)?.Select(axis => axis.Name).ToArray();

    /// <summary>The size of a voxel of a level.</summary>
    public VoxelSize? VoxelSize(int level, VolumeAxes axes)
    {
        int count = axes.Fixed.Length;
        if (Axes(count) is not { } all || Scale(_datasets[level], count) is not { } scale)
            return null;
        double[] outer = Scale(_image, count) ?? [.. Enumerable.Repeat(1.0, count)];
        double?[] lengths = [.. Enumerable.Range(0, count).Select(i => LengthUnit.Nanometres(all[i].Unit) * scale[i] * outer[i])];
        (double? z, double? y, double? x) = axes.Of(lengths, null);
        return y is null || x is null ? null : Imaging.VoxelSize.Sensible(z, y.Value, x.Value);
    }

    private static ZarrNode? Try(string folder)
    {
        try
        {
            return ZarrNode.TryRead(folder);
        }
        catch (EmException)
        {
            return null; // what lies above is not what was asked for
        }
    }

    /// <summary>The product of all scales of a list of transformations; null where there is none.</summary>
    private static double[]? Scale(JsonElement parent, int count)
    {
        if (MetadataFile.Find(parent, "coordinateTransformations") is not { ValueKind: JsonValueKind.Array } list)
            return null;
        double[]? product = null;
        foreach (JsonElement transformation in list.EnumerateArray())
        {
            if (MetadataFile.Text(transformation, "type") != "scale" || MetadataFile.Numbers(transformation, "scale", count) is not { } scale)
                continue;
            product = product is null ? scale : [.. product.Zip(scale, (a, b) => a * b)];
        }

        return product;
    }

    private List<(string Name, string? Unit)>? Axes(int count)
    {
        if (MetadataFile.Find(_image, "axes") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() != count)
            return null;
        var axes = new List<(string, string?)>();
        foreach (JsonElement axis in list.EnumerateArray())
        {
            // Version 0.3 has names alone.
            string? name = MetadataFile.TextOf(axis) ?? MetadataFile.Text(axis, "name");
            if (name is null)
                return null;
            axes.Add((name, MetadataFile.Text(axis, "unit")));
        }

        return axes;
    }
}
