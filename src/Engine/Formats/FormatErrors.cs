namespace EmTools.Engine.Formats;

/// <summary>The errors that reading a format's files has in common.</summary>
/// <param name="id">What the errors' ids begin with, such as <c>Mrc</c>.</param>
/// <param name="kind">What such a file is called in messages, such as <c>MRC file</c>.</param>
internal sealed class FormatErrors(string id, string kind)
{
    /// <summary>The file ends before what its header promises.</summary>
    public EmException Truncated(string path, string detail, Exception? cause = null)
        => new(EmErrorKind.InvalidData, id + "Truncated", $"'{path}' is a truncated {kind}: {detail}. Copy it again from its source.", path, cause);

    /// <summary>What the file holds contradicts itself or its format.</summary>
    public EmException Damaged(string path, string detail, Exception? cause = null)
        => new(EmErrorKind.InvalidData, id + "Damaged", $"'{path}' is a damaged {kind}: {detail}. Copy it again from its source.", path, cause);

    /// <summary>The file is sound, but a section cannot be made of it.</summary>
    public EmException NotSupported(string path, string found)
        => new(EmErrorKind.NotSupported, id + "NotSupported", $"'{path}' ({kind}) holds {found}; a section is a grey image of integers or floats. Convert it first.", path);

    /// <summary>The file has no such dataset.</summary>
    /// <param name="path">The file.</param>
    /// <param name="asked">What was asked for.</param>
    /// <param name="there">What there is, or null where the format has no datasets.</param>
    public EmException NoDataset(string path, string asked, string? there = null)
        => new(EmErrorKind.NotFound, "NoDataset", $"'{path}' ({kind}) has no dataset '{asked}': {there ?? "such a file has only one; leave the dataset's name out"}.", path);
}
