using System.Text.Json;

namespace EmTools.Engine.Formats;

/// <summary>An array or a group of Zarr: its metadata.</summary>
/// <param name="IsArray">An array; else a group.</param>
/// <param name="Version">2 or 3.</param>
/// <param name="Metadata">The file that says so.</param>
/// <param name="Attributes">What users wrote beside it.</param>
internal sealed record ZarrNode(bool IsArray, int Version, MetadataFile Metadata, JsonElement? Attributes)
{
    /// <summary>Names of metadata files.</summary>
    public const string Version3 = "zarr.json", Array2 = ".zarray", Group2 = ".zgroup", Attributes2 = ".zattrs";

    /// <summary>Reads what a folder is; null where it is nothing of Zarr.</summary>
    /// <exception cref="EmException">Its metadata are damaged.</exception>
    public static ZarrNode? TryRead(string folder)
    {
        if (MetadataFile.TryRead(Path.Combine(folder, Version3)) is { } newer)
        {
            if (newer.RequiredInteger(newer.Root, "zarr_format", 1, 1000) is not 3 and var version)
                throw VolumeErrors.NotSupported(newer.Path, $"it is Zarr of version {version}", "Store the volume in version 3 or 2.");
            string type = newer.RequiredText(newer.Root, "node_type");
            if (type is not ("array" or "group"))
                throw newer.Damaged($"its 'node_type' is '{type}', where array or group should be");
            return new ZarrNode(type == "array", 3, newer, MetadataFile.Find(newer.Root, "attributes"));
        }

        MetadataFile? array = MetadataFile.TryRead(Path.Combine(folder, Array2));
        if ((array ?? MetadataFile.TryRead(Path.Combine(folder, Group2))) is not { } metadata)
            return null;
        if (metadata.RequiredInteger(metadata.Root, "zarr_format", 1, 1000) is not 2 and var other)
            throw VolumeErrors.NotSupported(metadata.Path, $"it is Zarr of version {other}", "Store the volume in version 2 or 3.");
        MetadataFile? attributes;
        try
        {
            attributes = MetadataFile.TryRead(Path.Combine(folder, Attributes2));
        }
        catch (EmException) when (array is not null)
        {
            attributes = null; // Python writes NaN into them, which is no JSON; an array needs none
        }

        return new ZarrNode(array is not null, 2, metadata, attributes?.Root);
    }

    /// <summary>What the search for arrays wants to know.</summary>
    public static VolumeNode? Look(string folder)
        => TryRead(folder) is { } node ? new VolumeNode(node.IsArray, node.IsArray ? null : Multiscale.Of(node)?.Levels) : null;
}
