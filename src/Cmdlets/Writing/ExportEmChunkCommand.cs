using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Cuts a box out of a stack and writes it to an HDF5 file or to a folder of TIFFs.</summary>
/// <remarks>
/// <para>
/// Takes the sections of a stack and writes the box that begins at -Start and has the size -Size, both as z, y, x in pixels. The
/// sections' indices are their z; of cropped sections, rows and columns are counted from the uncropped section's first. Sections outside the box are not read; a section of the box that is missing is an error, and
/// then nothing is written. All sections of a box have pixels of one type.
/// </para>
/// <para>
/// An HDF5 file (a destination that ends in .h5 or .hdf5) gets one dataset of shape (z, y, x), compressed by gzip, each plane a
/// chunk of its own, with the attribute origin = z, y, x. A folder gets the planes as 00000.tif, 00001.tif and so on. Sections are
/// read side by side, as many at a time as there are -Threads. A file gets its name when it is complete.
/// </para>
/// </remarks>
/// <example>
/// <para>Writes 64 sections of 1024 x 1024 pixels to one file for training a network.</para>
/// <code>Read-EmSection restored | Export-EmChunk train.h5 -Start 5600, 4000, 6000 -Size 64, 1024, 1024</code>
/// </example>
/// <example>
/// <para>Writes a box as TIFFs, turning inverted intensities back, the last section first.</para>
/// <code>Read-EmSection raw | Export-EmChunk cutout/ -Start 0, 0, 0 -Size 30, 512, 512 -Invert -Flip Z</code>
/// </example>
/// <seealso cref="ReadEmSectionCommand"/>
/// <seealso cref="WriteEmSectionCommand"/>
/// <seealso href="about_EmTools_Formats"/>
[Cmdlet(VerbsData.Export, "EmChunk", HelpUri = HelpPages.ExportEmChunk, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportEmChunkCommand : EvaluatingCmdlet
{
    private readonly List<EmSection> _stack = [];

    /// <summary>The sections of a stack, in any order.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>An HDF5 file, which ends in .h5 or .hdf5, or a folder for TIFFs, which is made if it is missing.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Where the box begins: z, y, x, counted from 0. The default is the first section given, its first row and column. Of cropped sections, counted from the uncropped section's first row and column.</summary>
    [Parameter]
    [ValidateCount(3, 3)]
    [ValidateRange(0, int.MaxValue)]
    public int[]? Start { get; set; }

    /// <summary>The box's size in pixels: sections, rows, columns. The default is all that follows -Start.</summary>
    [Parameter]
    [ValidateCount(3, 3)]
    [ValidateRange(1, int.MaxValue)]
    public int[]? Size { get; set; }

    /// <summary>Writes 255 - v or 65535 - v in place of v.</summary>
    [Parameter]
    public SwitchParameter Invert { get; set; }

    /// <summary>Axes along which the box is mirrored: Z, Y, X or several of them.</summary>
    [Parameter]
    public ChunkFlip Flip { get; set; }

    /// <summary>The dataset's name in an HDF5 file. The default is data.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Dataset { get; set; } = "data";

    /// <summary>Writes over files that exist.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Hands on the written files, as objects with a name, length and so on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _stack.AddRange(Section);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_stack.Count > 0)
            ForAll(Export);
        base.EndProcessing();
    }

    private bool Export()
    {
        string path = FullPath(Destination);
        ChunkBox box = Box();
        var options = new ChunkOptions { Invert = Invert, Flip = Flip, Dataset = Dataset, Overwrite = Force };
        if (!ShouldProcess(path, $"Write {box.Depth} x {box.Height} x {box.Width} pixels (z, y, x)"))
            return false;
        bool hdf5 = Path.GetExtension(path).ToUpperInvariant() is ".H5" or ".HDF5";
        IReadOnlyList<string> written = Evaluate($"Chunk '{path}'", context =>
        {
            if (!hdf5)
                return ChunkWriter.WriteTiffs(_stack, box, path, options, context);
            ChunkWriter.WriteHdf5(_stack, box, path, options, context);
            return [path];
        });
        foreach (string file in PassThru ? written : [])
            WriteObject(new FileInfo(file));
        return true;
    }

    private ChunkBox Box()
    {
        (int first, int last) = (_stack.Min(section => section.Place), _stack.Max(section => section.Place));
        EmSection any = _stack[0];
        (int y, int x) = any.Frame.First;
        int[] start = Start ?? [first, y, x];
        int[] size = Size ?? [last - start[0] + 1, y + any.Height - start[1], x + any.Width - start[2]];
        return size.All(length => length > 0)
            ? new ChunkBox(start[0], start[1], start[2], size[0], size[1], size[2])
            : throw new EmException(EmErrorKind.InvalidArgument, "ChunkOutside", $"The box begins at {string.Join(", ", start)} (z, y, x), beyond the stack, which holds sections {first} to {last} of {any.Height} x {any.Width} pixels; give a -Start of at most {last}, {y + any.Height - 1}, {x + any.Width - 1}, or the sections that the box needs.", nameof(Start));
    }
}
