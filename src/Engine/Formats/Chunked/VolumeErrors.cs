namespace EmTools.Engine.Formats;

/// <summary>What can be wrong with a chunked volume's metadata, in the user's words.</summary>
internal static class VolumeErrors
{
    private const int LongestList = 20;

    /// <summary>Metadata that make no sense.</summary>
    /// <param name="path">Their file.</param>
    /// <param name="what">What is wrong.</param>
    /// <param name="cause">What the library below said.</param>
    public static EmException Metadata(string path, string what, Exception? cause = null)
        => new(EmErrorKind.InvalidData, "VolumeDamaged", $"'{path}' is damaged: {what.TrimEnd('.')}. Copy it again from its source.", path, cause);

    /// <summary>Metadata that make sense, but of something that is not read.</summary>
    public static EmException NotSupported(string path, string what, string advice)
        => new(EmErrorKind.NotSupported, "VolumeNotSupported", $"'{path}': {what}, which is not read here. {advice}", path);

    /// <summary>Voxels that no section can have.</summary>
    public static EmException TypeNotRead(string volume, string metadata, string type)
        => new(EmErrorKind.NotSupported, "VoxelTypeNotSupported", $"'{volume}' has voxels of type {type}, which no section can have ('{metadata}'). 8- and 16-bit integers and floats are read, 32-bit integers and 64-bit floats where 32-bit floats hold their values. Store the volume as one of these.", volume);

    /// <summary>A dataset that is not there.</summary>
    public static EmException NoSuchDataset(string path, string dataset, IReadOnlyList<string> there)
        => new(EmErrorKind.NotFound, "DatasetNotFound", $"'{path}' has no dataset '{dataset}'; it holds {List(there)}. Choose one of them (-Dataset).", path);

    /// <summary>Several volumes, none of which was chosen.</summary>
    public static EmException SeveralDatasets(string path, IReadOnlyList<string> there)
        => new(EmErrorKind.InvalidArgument, "SeveralDatasets", $"'{path}' holds several volumes: {List(there)}. Choose one of them (-Dataset).", path);

    /// <summary>Nothing that could be a volume.</summary>
    public static EmException NoVolume(string path, string what)
        => new(EmErrorKind.InvalidData, "NoVolume", $"'{path}' holds no volume: {what}. Check that it is the right folder or file.", path);

    private static string List(IReadOnlyList<string> names)
        => names.Count == 0 ? "none" : string.Join(", ", names.Take(LongestList).Select(n => $"'{n}'")) + (names.Count > LongestList ? $" and {names.Count - LongestList} more" : "");
}
