using EmTools.Engine.Files;

namespace EmTools.Engine.Files;

/// <summary>What tells one state of an input file from another without reading it. The folder does not count: a volume may be mounted elsewhere on another machine.</summary>
/// <param name="Name">The file's name; of a link, that of the file that it leads to.</param>
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
        try
        {
            // A link has a size and a time of its own, which stay when what it leads to changes.
            if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
                file = target;
        }
        catch (IOException)
        {
            return null; // a link that leads to itself
        }

        return file.Exists ? new InputIdentity(file.Name, file.Length, file.LastWriteTimeUtc) : null;
    }
}
