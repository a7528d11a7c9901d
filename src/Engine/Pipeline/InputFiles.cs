using EmTools.Engine.Files;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// The files that results are made of: sections, masks, calibration tables. No result is written over one of them, under
/// whatever name it is reached: a link, another name of the file, a folder mounted twice, other letters' case.
/// </summary>
public sealed class InputFiles
{
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly Dictionary<FileIdentity, string> _files = [];
    private readonly HashSet<StackListing> _listings = [];
    private readonly Dictionary<FileIdentity, string> _volumes = [];

    /// <summary>The files of one section.</summary>
    public static InputFiles Of(EmSection section)
    {
        var files = new InputFiles();
        files.Add(section);
        return files;
    }

    /// <summary>Adds all files that a section's pixels come from, and those that were listed with it.</summary>
    public void Add(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        Add(section.Files);
        foreach (StackListing listing in section.Inputs.Select(input => input.Listing).OfType<StackListing>())
        {
            if (_listings.Add(listing))
                Add(listing.Files);
        }
    }

    /// <summary>Adds files; those that are gone have nothing to lose.</summary>
    public void Add(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        foreach (string path in paths)
        {
            if (_paths.Add(path) && FileIdentity.TryOf(path) is { } file)
            {
                _files.TryAdd(file, path);
                if (Directory.Exists(path))
                    _volumes.TryAdd(file, path);
            }
        }
    }

    /// <summary>Refuses a destination in the folder of a volume that sections are planes of, also where nothing is there yet: the volume would be another one then.</summary>
    /// <param name="destination">Where something is to be written; it need not exist.</param>
    /// <param name="what">What is to be written, as a message begins.</param>
    /// <exception cref="EmException">It lies in one (<c>DestinationIsSource</c>).</exception>
    public void RequireOutside(string destination, string what)
    {
        for (string? folder = _volumes.Count == 0 ? null : Path.GetFullPath(destination); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (FileIdentity.TryOf(folder) is { } at && _volumes.TryGetValue(at, out string? volume))
                throw new EmException(EmErrorKind.InvalidArgument, "DestinationIsSource", $"{what} cannot be written into a volume that is read here: '{destination}' lies in '{volume}'. Choose another destination.", destination);
        }
    }

    /// <summary>Refuses a folder that some of the files lie in, for what takes a whole folder for itself.</summary>
    /// <param name="destination">The folder; it need not exist.</param>
    /// <param name="what">What is to be written, as a message begins.</param>
    /// <exception cref="EmException">They do (<c>DestinationIsSource</c>).</exception>
    public void RequireNoneIn(string destination, string what)
    {
        if (FileIdentity.TryOf(destination) is not { } there)
            return;
        foreach (IGrouping<string?, string> folder in _paths.GroupBy(Path.GetDirectoryName))
        {
            for (string? above = folder.Key; above is not null; above = Path.GetDirectoryName(above))
            {
                if (FileIdentity.TryOf(above) == there)
                    throw new EmException(EmErrorKind.InvalidArgument, "DestinationIsSource", $"{what} cannot be written to '{destination}', where '{folder.First()}' lies, which is read here. Choose another destination.", destination);
            }
        }
    }

    /// <summary>Refuses a destination that is one of the files.</summary>
    /// <param name="destination">Where something is to be written; it need not exist.</param>
    /// <param name="what">What is to be written, as a message begins.</param>
    /// <exception cref="EmException">It is, or lies in a volume's folder (<c>DestinationIsSource</c>).</exception>
    public void RequireNone(string destination, string what)
    {
        RequireOutside(destination, what);
        if (FileIdentity.TryOf(destination) is not { } there || !_files.TryGetValue(there, out string? input))
            return;
        bool sameName = string.Equals(Path.GetFullPath(destination), Path.GetFullPath(input), StringComparison.Ordinal);
        string which = sameName ? $"'{destination}'" : $"'{destination}', which is '{input}' by another name";
        throw new EmException(EmErrorKind.InvalidArgument, "DestinationIsSource", $"{what} cannot be written over a file that is read here: {which}. Choose another destination.", destination);
    }
}
