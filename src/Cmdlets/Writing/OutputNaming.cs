using EmTools.Engine;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Which file a section is written to, and whether it may be.</summary>
internal sealed class OutputNaming
{
    /// <summary>Who gives a name with such an ending means a file, and would not look for a folder of that name.</summary>
    private static readonly string[] FileEndings = [".tif", ".tiff", ".png", ".apng", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"];

    private readonly string _destination;
    private readonly string _extension;
    private readonly bool _isFile;
    private readonly InputFiles _inputs = new();
    private readonly Dictionary<string, string> _taken = new(OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);

    private OutputNaming(string destination, params string[] extensions)
    {
        _destination = Path.GetFullPath(destination);
        _extension = extensions[0];
        _isFile = !Directory.Exists(_destination) && extensions.Contains(Path.GetExtension(_destination), StringComparer.OrdinalIgnoreCase);
        if (!_isFile && File.Exists(_destination))
            throw new EmException(EmErrorKind.InvalidArgument, "DestinationIsFile", $"'{_destination}' is a file and not a folder; give a folder, or a file that ends in {string.Join(" or ", extensions)}.", _destination);
        if (!_isFile && !Directory.Exists(_destination) && FileEndings.Contains(Path.GetExtension(_destination), StringComparer.OrdinalIgnoreCase))
            throw new EmException(EmErrorKind.InvalidArgument, "DestinationFormat", $"'{_destination}' looks like the name of a file of another format; give one that ends in {string.Join(" or ", extensions)}, or a folder.", _destination);
    }

    /// <summary>Takes the destination as a folder, or as a file where its name ends like a TIFF's.</summary>
    /// <exception cref="EmException">It is a file without such an ending, or has the ending of another kind of picture.</exception>
    public static OutputNaming ForSections(string destination) => new(destination, ".tif", ".tiff");

    /// <summary>Takes the destination as a folder, or as a file where its name ends like a PNG's.</summary>
    /// <exception cref="EmException">It is a file without such an ending, or has the ending of another kind of picture.</exception>
    public static OutputNaming ForPictures(string destination) => new(destination, ".png");

    /// <summary>Keeps the files of a section that is only looked at from being written over.</summary>
    public void Protect(EmSection section) => _inputs.Add(section);

    /// <summary>The file for a section.</summary>
    /// <exception cref="EmException">Another section of this pipeline has it, it exists, or a section of this pipeline comes from it.</exception>
    public string PathFor(EmSection section, bool overwrite)
    {
        _inputs.Add(section);
        string path = _isFile ? _destination : Path.Combine(_destination, SectionFileName.Of(section.Place, _extension));
        if (_taken.TryGetValue(path, out string? first))
            throw new EmException(EmErrorKind.InvalidArgument, "DestinationTaken", $"{section.Title} cannot be written to '{path}': {first} of the same pipeline goes there. {(_isFile ? "Give a folder for several sections" : "Give the sections different indices")}.", path);
        _inputs.RequireOutside(path, section.Title);
        if (File.Exists(path))
        {
            RequireNoInput(section, path);
            if (!overwrite)
                throw FileErrors.AlreadyExists(path);
        }

        _taken.Add(path, $"{section.Label}");
        return path;
    }

    /// <summary>Refuses to write a section over a file that any section so far comes from.</summary>
    /// <exception cref="EmException">It would be (<c>DestinationIsSource</c>).</exception>
    public void RequireNoInput(EmSection section, string path) => _inputs.RequireNone(path, $"{section.Title}");
}
