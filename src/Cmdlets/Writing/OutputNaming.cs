using EmTools.Engine;
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

    /// <summary>The file for a section.</summary>
    /// <exception cref="EmException">Another section of this pipeline has it, it exists, or the section comes from it.</exception>
    public string PathFor(EmSection section, bool overwrite)
    {
        string path = _isFile ? _destination : Path.Combine(_destination, SectionFileName.Of(section.Index, _extension));
        if (_taken.TryGetValue(path, out string? first))
            throw new EmException(EmErrorKind.InvalidArgument, "DestinationTaken", $"Section {section.Index} ({section.Name}) cannot be written to '{path}': {first} of the same pipeline goes there. {(_isFile ? "Give a folder for several sections" : "Give the sections different indices")}.", path);
        if (section.Path is { } source && IsSame(source, path))
            throw new EmException(EmErrorKind.InvalidArgument, "DestinationIsSource", $"Section {section.Index} ({section.Name}) cannot be written over the file that it comes from, '{path}'; choose another destination.", path);
        if (!overwrite && File.Exists(path))
            throw new EmException(EmErrorKind.AlreadyExists, "OutputExists", $"'{path}' exists already and is left as it is; ask for overwriting (-Force) or choose another destination.", path);
        _taken.Add(path, $"section {section.Index} ({section.Name})");
        return path;
    }

    /// <summary>True when both are one file, also by way of a link.</summary>
    private static bool IsSame(string source, string path)
        => string.Equals(Resolved(source), Resolved(path), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    private static string Resolved(string path)
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string real = folder.Exists ? folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder.FullName : folder.FullName;
        var file = new FileInfo(Path.Combine(real, Path.GetFileName(path)));
        return file.Exists ? file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName : file.FullName;
    }
}
