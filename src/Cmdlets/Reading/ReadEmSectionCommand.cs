using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Reads sections from TIFF files.</summary>
/// <remarks>
/// <para>
/// Gives one section for each file: grey, one sample a pixel, unsigned 8- or 16-bit integers or 32-bit floats; strips or tiles,
/// classic or BigTIFF; uncompressed, LZW, Deflate or PackBits. Only the file's description is read now; pixels are read when
/// they are needed. So a whole stack of sections takes little memory.
/// </para>
/// <para>
/// A section's index, its place in the stack counted from 0, is the last number in its file's name: 5600 for 05600.tif. The
/// intensity offset and the background belong to the index.
/// </para>
/// <para>
/// Microscopes that record electrons often store inverted intensities; -Invert turns them back (255 - v or 65535 - v).
/// A file that says itself that 0 is white (photometric interpretation MINISWHITE) is turned without being asked, so that 0 is
/// black in all that follows, and a warning says so once. -Invert turns what has been read so, once more: such a file then has its
/// stored values.
/// </para>
/// <para>
/// Files may lack strips or tiles that were never written: their pixels are 0, or what the file names as the value of pixels without
/// data. Such things, and damaged tags that are left out, are told by a warning, the first time for each kind; how many more files it holds for, at the end.
/// A file that cannot be read is an error of its own; the other files go on.
/// </para>
/// </remarks>
/// <example>
/// <para>Reads one section as it is stored.</para>
/// <code>Read-EmSection raw/05600.tif</code>
/// </example>
/// <example>
/// <para>Reads all sections of a folder in the order of their indices and turns inverted intensities back. The pattern raw/*.tif would do the same.</para>
/// <code>$stack = Read-EmSection raw -Invert</code>
/// </example>
/// <example>
/// <para>Reads files whose names hold no index, giving them the indices 120, 121 and so on.</para>
/// <code>Read-EmSection top.tif, next.tif -Index 120</code>
/// </example>
/// <example>
/// <para>Reads the files of a list with the columns Path and Index.</para>
/// <code>Import-Csv stack.csv | Read-EmSection -Invert</code>
/// </example>
/// <example>
/// <para>Reads the files that another command found.</para>
/// <code>Get-ChildItem raw -Filter 0560*.tif | Read-EmSection -Invert</code>
/// </example>
[Cmdlet(VerbsCommunications.Read, "EmSection", DefaultParameterSetName = "Path")]
[OutputType(typeof(EmSection))]
public sealed class ReadEmSectionCommand : EmCmdlet
{
    private readonly Dictionary<string, int> _remarked = [];
    private bool _counts;
    private int _given;

    /// <summary>Paths of TIFF files, with wildcards, or of folders, whose *.tif and *.tiff files are read. Files of one pattern or folder come in the order of their indices.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paths that are taken as they are: brackets, stars and question marks in them stand for themselves.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Turns inverted intensities back on reading: 255 - v for 8-bit files, 65535 - v for 16-bit files.</summary>
    [Parameter]
    public SwitchParameter Invert { get; set; }

    /// <summary>The section's place in the stack, counted from 0, instead of the number in its file's name. Of several files, the first gets this index and the others count on. Objects of the pipeline may have an Index each; where it is empty, the number in the file's name holds.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [FileIndex]
    public int? Index { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _counts = Index is not null;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // An index that stands on the command line counts on over the whole pipeline; one that an object brings is that object's.
        if (!_counts)
            _given = 0;
        bool literal = ParameterSetName == "LiteralPath";
        var files = new List<(string File, int? Index)>();
        foreach (string path in literal ? LiteralPath : Path)
        {
            // A file takes up its number even when it turns out unreadable, so that the numbers of the others do not depend on it.
            ForItem(path, () => files.AddRange((literal ? Literal(path) : Matching(SessionState, path)).Select(file => (file, IndexOf(file)))));
        }

        // What comes by the pipeline comes piece by piece, and nobody knows what is to follow.
        StackListing? listing = MyInvocation.ExpectingInput ? null : new StackListing(files.Select(file => file.File));
        foreach ((string file, int? index) in files)
        {
            ForItem(file, () =>
            {
                StopToken.ThrowIfCancellationRequested();
                WriteObject(Open(file, index, listing));
            });
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach ((string kind, int files) in _remarked.Where(remark => remark.Value > 1))
            WriteWarning($"The same as of the first such file ({kind}) holds for {files - 1} more file{(files == 2 ? "" : "s")}.");
    }

    private int? IndexOf(string file) => Index is { } first ? first + _given++ : SectionFileName.Index(file);

    private EmSection Open(string file, int? index, StackListing? listing)
    {
        if (index is null && File.Exists(file))
            throw new EmException(EmErrorKind.InvalidArgument, "NoIndex", $"The name of '{file}' holds no number that could be the section's index; give it with -Index.", file);
        ImageSource source = ImageSource.Open(file);
        var section = new EmSection(source, index!.Value, Invert, listing);
        foreach (IGrouping<string, FileRemark> kind in source.Image.Remarks.GroupBy(remark => remark.Id))
            Tell(file, kind);
        return section;
    }

    /// <summary>A stack's files mostly share what is to be said of them, so each kind is told for the first file.</summary>
    private void Tell(string file, IGrouping<string, FileRemark> kind)
    {
        int before = _remarked.GetValueOrDefault(kind.Key);
        _remarked[kind.Key] = before + 1;
        foreach (FileRemark remark in before == 0 ? kind : Enumerable.Empty<FileRemark>())
            WriteWarning($"'{file}' {remark.Text}.");
    }

    private string[] Literal(string path)
    {
        string full = FullPath(path);
        return Directory.Exists(full) ? InFolder(full) : [full];
    }

    /// <summary>The files that a path stands for, which may have wildcards or be a folder, in the order of the stack.</summary>
    internal static string[] Matching(SessionState session, string pattern)
    {
        IReadOnlyList<string> found = FilePaths.Matching(session, pattern);
        if (!WildcardPattern.ContainsWildcardCharacters(pattern) && found.Count == 1 && Directory.Exists(found[0]))
            return InFolder(found[0]);

        string[] files = [.. found.Where(path => !Directory.Exists(path)).InStackOrder()];
        return files.Length > 0
            ? files
            : throw new EmException(EmErrorKind.NotFound, "NoSuchFile", $"No file matches '{pattern}' in '{session.Path.CurrentFileSystemLocation}'. Check the path and its wildcards.", pattern);
    }

    private static string[] InFolder(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Where(IsTiff).InStackOrder()];
        return files.Length > 0
            ? files
            : throw new EmException(EmErrorKind.NotFound, "NoSectionsInFolder", $"Folder '{folder}' holds no *.tif or *.tiff file.", folder);
    }

    private static bool IsTiff(string path)
        => System.IO.Path.GetExtension(path).ToUpperInvariant() is ".TIF" or ".TIFF" && !System.IO.Path.GetFileName(path).StartsWith('.');
}
