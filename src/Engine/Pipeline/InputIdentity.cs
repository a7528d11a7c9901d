using EmTools.Engine.Formats;

namespace EmTools.Engine.Pipeline;

/// <summary>What tells one state of an input file from another without reading it. The folder does not count: a volume may be mounted elsewhere on another machine.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Changed">When it was last written (UTC).</param>
public readonly record struct InputIdentity(string Name, long Size, DateTime Changed)
{
    /// <summary>The identity of a file as it is now.</summary>
    /// <exception cref="EmException">There is no such file.</exception>
    public static InputIdentity Of(string path) => TryOf(path) ?? throw FileErrors.NotFound(path);

    /// <summary>The identity of a file as it is now, or null where there is none.</summary>
    public static InputIdentity? TryOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new InputIdentity(file.Name, file.Length, file.LastWriteTimeUtc) : null;
    }
}
