using System.Management.Automation;
using System.Text.RegularExpressions;
using EmTools.Engine;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Reads sections from files of images and from volumes.</summary>
/// <remarks>
/// <para>
/// Gives a section for each image: a TIFF file, each page of a TIFF file of several (ImageJ and OME stacks among them), each plane of an MRC or
/// DigitalMicrograph file (DM3, DM4), a FIB-SEM .dat file, a PNG, and each plane of a volume: OME-Zarr and Zarr, N5, Neuroglancer's Precomputed
/// (folders), HDF5. What a file is, its bytes tell, not its name. Only its description is read now; pixels are read when they are needed,
/// a plane at a time. So a whole stack of sections takes little memory. about_EmTools_Formats and docs/formats.md tell what is read of each.
/// </para>
/// <para>
/// A section's index, its place in the stack counted from 0, is the number in its file's name that differs from file to file and rises:
/// 5600 for 05600.tif. Of pages and planes it is their number, counted on from file to file. A file whose name holds no number has no index until
/// something needs one; -Index and -IndexPattern give it. The intensity offset and the background belong to the index. Gaps, doubles and
/// files that are left out are told by a warning.
/// </para>
/// <para>
/// A section knows the size of its voxels where its file tells it; -VoxelSize sets it. It goes into every output.
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
/// <para>Reads the pages 0 to 9 of a stack in one file, and tells the size of its voxels, which the file does not.</para>
/// <code>Read-EmSection stack.tif -Page (0..9) -VoxelSize 40, 8, 8</code>
/// </example>
/// <example>
/// <para>Reads a coarser level of a pyramid in OME-Zarr, and a dataset of an HDF5 file.</para>
/// <code>
/// Read-EmSection fly.zarr -Dataset 2
/// Read-EmSection fly.h5 -Dataset volumes/raw
/// </code>
/// </example>
/// <example>
/// <para>Reads the files that another command found.</para>
/// <code>Get-ChildItem raw -Filter 0560*.tif | Read-EmSection -Invert</code>
/// </example>
/// <seealso cref="WriteEmSectionCommand"/>
/// <seealso cref="InvokeEmFilterCommand"/>
/// <seealso cref="NewEmStackLinkCommand"/>
/// <seealso href="about_EmTools_Formats"/>
[Cmdlet(VerbsCommunications.Read, "EmSection", HelpUri = HelpPages.ReadEmSection, DefaultParameterSetName = "Path")]
[OutputType(typeof(EmSection))]
public sealed class ReadEmSectionCommand : EmCmdlet
{
    private const int TwinsNamed = 5;
    private static readonly FileRemark s_indexOfPages = new("IndexOfPages", "holds several images, and the index of each is its number: -IndexPattern has no part in it");

    private readonly Dictionary<string, int> _remarked = [];
    private readonly SectionKinds _kinds = new();
    private readonly List<OrderNote> _told = [];
    private readonly Dictionary<int, string> _names = [];
    private readonly List<string> _twice = [];
    private StackListing _listing = new([]);
    private VoxelSize? _voxelSize;
    private bool _counts;
    private int _given;
    private int _pages;

    /// <summary>Paths of files or volumes, with wildcards, or of folders, whose files of the format that most are of are read. Files of one pattern or folder come in the order of their indices.</summary>
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

    /// <summary>Which pages of a file, or planes of a volume, counted from 0; all where it is left out.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int[]? Page { get; set; }

    /// <summary>Which dataset of a file or volume that has several: a path in an HDF5 file, a level of a pyramid. The only one, or the finest level, where it is left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Dataset { get; set; }

    /// <summary>The size of a voxel z, y, x in nanometres, instead of what the files say.</summary>
    [Parameter]
    [ValidateCount(3, 3)]
    public double[]? VoxelSize { get; set; }

    /// <summary>The section's place in the stack, counted from 0, instead of the number in its file's name or of its page. Of several files or pages, the first gets this index and the others count on. Objects of the pipeline may have an Index each; where it is empty, the number in the file's name holds.</summary>
    /// <value>Default: the number in the file's name.</value>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [FileIndex]
    public int? Index { get; set; }

    /// <summary>A regular expression that finds the index in a file's name: its first group, or all that it matches. Files whose names it does not match are left out, with a warning.</summary>
    [Parameter]
    public Regex? IndexPattern { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _counts = Index is not null;
        if (_counts && IndexPattern is not null)
            ForAll<bool>(() => throw new EmException(EmErrorKind.InvalidArgument, "IndexTwoWays", "-Index gives the sections' indices, and -IndexPattern finds them in their names: only one can hold. Leave one of them out.", nameof(IndexPattern)));
        if (VoxelSize is { } given)
            _voxelSize = ForAll(() => VoxelSizeArgument.Of(given));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // An index that stands on the command line counts on over the whole pipeline; one that an object brings is that object's.
        if (!_counts)
            _given = 0;
        bool literal = ParameterSetName == "LiteralPath";
        var files = new List<SectionFile>();
        foreach (string path in literal ? LiteralPath : Path)
            ForItem(path, () => files.AddRange(InOrder(literal ? SectionFiles.Literal(SessionState, path, WriteWarning) : SectionFiles.Matching(SessionState, path, WriteWarning))));

        // What comes by the pipeline comes piece by piece, and nobody knows what is to follow.
        StackListing listing = MyInvocation.ExpectingInput ? _listing : _listing = new StackListing(files.Select(file => file.Path));
        listing.Told.UnionWith(_told.Select(note => note.Text));
        foreach ((string file, int? index) in files)
        {
            ForItem(file, () =>
            {
                StopToken.ThrowIfCancellationRequested();
                foreach (EmSection section in Open(file, index, listing))
                {
                    _kinds.Add(section);
                    LookForTwins(section);
                    WriteObject(section);
                }
            });
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach ((string kind, int files) in _remarked.Where(remark => remark.Value > 1))
            WriteWarning($"The same as of the first such file ({kind}) holds for {files - 1} more file{(files == 2 ? "" : "s")}.");
        if (_twice.Count > 0)
            WriteWarning($"{(_twice.Count == 1 ? "An index is that" : $"{_twice.Count} indices are those")} of more than one section: {string.Join(", ", _twice.Take(TwinsNamed))}{(_twice.Count > TwinsNamed ? " and more" : "")}. Read stacks apart, or give every section its own index (-Index).");
        foreach (string difference in _kinds.Differences())
        {
            WriteWarning(difference);
            _listing.Told.Add(difference);
        }
    }

    /// <summary>Sections of one index are told once they are all there, but those that their names told already.</summary>
    private void LookForTwins(EmSection section)
    {
        if (section.Index is { } index && !_names.TryAdd(index, section.Name) && !_told.Exists(note => note.Id == "IndexTwice"))
            _twice.Add($"{index} ('{_names[index]}', '{section.Name}')");
    }

    /// <summary>The files of one path in order, with the indices that their names tell.</summary>
    private IEnumerable<SectionFile> InOrder(string[] files) => Index is not null
        ? [.. files.Order(NaturalOrder.Instance).Select(file => new SectionFile(file, null))]
        : FileOrder.Sections(files, IndexPattern, WriteWarning, _told);

    private IEnumerable<EmSection> Open(string file, int? own, StackListing listing)
    {
        int firstGiven = _given, firstPage = _pages;
        if (Index is not null)
            _given++; // a file takes up its number even when it turns out unreadable, so that the numbers of the others do not depend on it
        IReadOnlyList<StoredImage> images = ImageFile.Open(file, new ImageOptions { Dataset = Dataset });
        StoredImage[] chosen = [.. Chosen(file, images)];
        if (Index is not null)
            _given = firstGiven + chosen.Length;
        else if (images[0].Page is not null)
            _pages += images.Count;
        TellRemarks(file, chosen);
        for (int i = 0; i < chosen.Length; i++)
        {
            StoredImage image = chosen[i];
            int? index = Index is { } first ? first + firstGiven + i : image.Page is { } page ? firstPage + page : own;
            yield return new EmSection(new ImageSource(image), index, Invert, listing, _voxelSize);
        }
    }

    private IEnumerable<StoredImage> Chosen(string file, IReadOnlyList<StoredImage> images)
        => Page is null ? images : Page.Select(page => page < images.Count
            ? images[page]
            : throw new EmException(EmErrorKind.InvalidArgument, "NoSuchPage", $"'{file}' has no page {page}: it holds {(images.Count == 1 ? "one image, page 0" : $"{images.Count} images, pages 0 to {images.Count - 1}")}. Choose others with -Page.", file));

    /// <summary>What is to be said of a file's pages is mostly the same for all of them, and is said once.</summary>
    private void TellRemarks(string file, IEnumerable<StoredImage> images)
    {
        foreach (IGrouping<string, FileRemark> kind in images.SelectMany(RemarksOf).Distinct().GroupBy(remark => remark.Id))
            Tell(file, kind);
    }

    private IEnumerable<FileRemark> RemarksOf(StoredImage image) =>
    [
        .. image.Remarks,
        .. image.DataBarRows is { } rows ? [FileRemark.HasDataBar(rows, image.Height, image.Width)] : Array.Empty<FileRemark>(),
        .. IndexPattern is not null && image.Page is not null ? [s_indexOfPages] : Array.Empty<FileRemark>(),
    ];

    /// <summary>A stack's files mostly share what is to be said of them, so each kind is told for the first file.</summary>
    private void Tell(string file, IGrouping<string, FileRemark> kind)
    {
        int before = _remarked.GetValueOrDefault(kind.Key);
        _remarked[kind.Key] = before + 1;
        foreach (FileRemark remark in before == 0 ? kind : Enumerable.Empty<FileRemark>())
            WriteWarning($"'{file}' {remark.Text}.");
    }
}
