namespace EmTools.Engine.Pipeline;

/// <summary>
/// The files that were listed together to be read, such as those of a folder: none of them may be written over by what comes of
/// another, also before it has been read itself.
/// </summary>
public sealed class StackListing
{
    /// <summary>Makes the list.</summary>
    public StackListing(IEnumerable<string> files) => Files = [.. files];

    /// <summary>The files' full paths.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>What the user has been told of the sections already, a sentence each: nobody further on needs to say it again.</summary>
    internal HashSet<string> Told { get; } = new(StringComparer.Ordinal);
}
