using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;
using EmTools.Engine.Volumes;

namespace EmTools.Cmdlets;

/// <summary>Writes sections into a volume that viewers and segmentation open: OME-Zarr, Precomputed, MRC or HDF5.</summary>
/// <remarks>
/// <para>
/// Stands at the end of a pipeline, or takes a folder of restored sections as -Path. OME-Zarr and Precomputed are folders of chunks
/// with a pyramid: levels of ever coarser voxels, each the mean of those below, so that a viewer shows terabytes at once. Their
/// chunks lie in shards, so that a volume of a terabyte is some thousand files.
/// </para>
/// <para>
/// The volume is written block by block, here or by the tasks of a cluster, as Invoke-EmStack restores sections: the same command, given
/// again after whatever happened, writes what is missing or out of date, and gives the same bytes. Get-EmStack, Stop-EmStack,
/// Restart-EmStack and Test-EmStack take the volume as they take a stack. Sections that are only read are read in bands of rows, so memory
/// does not grow with the depth; sections with steps are computed once each, and wait in a file beside the volume.
/// </para>
/// <para>
/// The section of the lowest index is z = 0. Where indices are missing, the volume holds 0; that is a warning, and stands in the
/// volume's metadata with the recipe. A volume's voxel size is never guessed: where the sections do not know it, give -VoxelSize.
/// </para>
/// <para>
/// Sections that are in memory only, such as phantoms, are written here and at once, without a plan.
/// </para>
/// </remarks>
/// <example>
/// <para>Makes an OME-Zarr volume of a restored stack.</para>
/// <code>Export-EmVolume restored.zarr -Path restored/</code>
/// </example>
/// <example>
/// <para>Restores and writes in one go.</para>
/// <code>Read-EmSection raw/*.tif -Invert | Invoke-EmRecipe restore.json | Export-EmVolume restored.zarr -VoxelSize 8, 8, 8</code>
/// </example>
/// <example>
/// <para>Writes Neuroglancer's Precomputed on Slurm.</para>
/// <code>Export-EmVolume restored.precomputed -Path restored/ -Format Precomputed -Scheduler Slurm -ArraySize 100 -CpusPerTask 4 -Submit</code>
/// </example>
/// <example>
/// <para>Converts a volume: reads OME-Zarr, writes MRC.</para>
/// <code>Read-EmSection part.zarr | Export-EmVolume part.mrc -Format Mrc</code>
/// </example>
/// <seealso cref="ShowEmVolumeCommand"/>
/// <seealso cref="ReadEmSectionCommand"/>
/// <seealso cref="InvokeEmStackCommand"/>
/// <seealso cref="GetEmStackCommand"/>
/// <seealso cref="TestEmStackCommand"/>
/// <seealso cref="ExportEmChunkCommand"/>
/// <seealso href="../volumes.md">Volumes</seealso>
[Cmdlet(VerbsData.Export, "EmVolume", HelpUri = HelpPages.ExportEmVolume, SupportsShouldProcess = true, DefaultParameterSetName = "Section")]
[OutputType(typeof(EmStackInfo), typeof(EmStackRun))]
public sealed class ExportEmVolumeCommand : StackRunningCmdlet
{
    private readonly VolumeInput _input = new();
    private readonly List<EmSection> _inMemory = [];
    private StackPlanner _planner = null!;
    private StackFolder _folder = null!;
    private VoxelSize? _voxelSize;

    /// <summary>The sections; all have one size, one type, and the same steps.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Section")]
    public EmSection[] Section { get; set; } = [];

    /// <summary>A folder of sections, as Invoke-EmStack gives it, or what else Read-EmSection reads: patterns, files, volumes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The volume's format: OmeZarr (OME-Zarr 0.5 on Zarr 3, the default), OmeZarr04 (on Zarr 2, for older readers), Precomputed (Neuroglancer's), Mrc or Hdf5 (one file, no pyramid).</summary>
    [Parameter]
    public VolumeFormat Format { get; set; } = VolumeFormat.OmeZarr;

    /// <summary>The size of a voxel z, y, x in nanometres, instead of what the sections say.</summary>
    [Parameter]
    [ValidateCount(3, 3)]
    public double[]? VoxelSize { get; set; }

    /// <summary>Voxels of a chunk, z, y, x: what a viewer loads at a time.</summary>
    [Parameter]
    [ValidateCount(3, 3)]
    [ValidateRange(1, 1 << 20)]
    public int[] ChunkSize { get; set; } = [64, 64, 64];

    /// <summary>Voxels of a shard, z, y, x, a multiple of the chunk's: what lies in one file. Without shards, what is written at a time.</summary>
    [Parameter]
    [ValidateCount(3, 3)]
    [ValidateRange(1, 1 << 20)]
    public int[] ShardSize { get; set; } = [512, 512, 512];

    /// <summary>A file for each chunk, for readers that know no shards. OmeZarr04 always does so. For small volumes only: a terabyte becomes millions of files.</summary>
    [Parameter]
    public SwitchParameter NoShard { get; set; }

    /// <summary>How chunks are compressed: Zstd, Gzip or None, all without loss; for Precomputed also Jpeg, which loses a little.</summary>
    /// <value>Default: Zstd; Gzip for Precomputed in shards and for HDF5; None for MRC and for Precomputed without shards.</value>
    [Parameter]
    public VolumeCompression? Compression { get; set; }

    /// <summary>The quality of JPEG, from 1 to 100 (least loss).</summary>
    /// <value>Default: 90.</value>
    [Parameter]
    [ValidateRange(1, 100)]
    public int? Quality { get; set; }

    /// <summary>Levels of the pyramid, the full one included.</summary>
    /// <value>Default: as many as it takes until the longest side is at most 512 voxels; 1 for MRC and HDF5.</value>
    [Parameter]
    [ValidateRange(1, 32)]
    public int? LevelCount { get; set; }

    /// <summary>Removes a volume that was begun here with other settings, and writes it anew. Nothing else is ever removed.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        string destination = ForAll(() => FullPath(Destination));
        _folder = Format is VolumeFormat.Mrc or VolumeFormat.Hdf5 ? StackFolder.ForFile(destination) : new StackFolder(destination);
        _planner = new StackPlanner(_folder, _input);
        if (VoxelSize is { } given)
            _voxelSize = ForAll(() => VoxelSizeArgument.Of(given));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in ParameterSetName == "Path" ? ReadSections() : Section)
        {
            ForAll(() =>
            {
                StopToken.ThrowIfCancellationRequested();
                if (section.Root.GetSource().Path is not null)
                {
                    _planner.Add(section);
                    return section;
                }

                _input.Add(section);
                _inMemory.Add(section);
                return section;
            });
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var choice = new VolumeChoice
        {
            Format = Format,
            ChunkSize = new GridSize(ChunkSize[0], ChunkSize[1], ChunkSize[2]),
            ShardSize = new GridSize(ShardSize[0], ShardSize[1], ShardSize[2]),
            NoShard = NoShard,
            Compression = Compression,
            Quality = Quality,
            LevelCount = LevelCount,
        };
        if (_inMemory.Count > 0)
        {
            WriteAtOnce(choice);
            return;
        }

        VolumeSettings settings = ForAll(() => _input.Settings(choice, _voxelSize));
        VolumeWork work = ForAll(() => _planner.ToVolume(settings, Force));
        TellOddities();
        if (Force && ForAll(() => VolumeGuard.IsOther(work)))
        {
            if (!ShouldProcess(_folder.Destination, "Remove the volume and write it anew"))
                return;
            ForAll(() => VolumeGuard.Remove(_folder));
        }

        if (ShouldProcess(work.Folder.Root, $"Write the plan of a volume of {settings.Shape} voxels (z, y, x) of {_planner.Count} sections ({_planner.Recipe})"))
        {
            ForAll(() =>
            {
                LeftOvers.Remove(work.Folder);
                _planner.Write(work);
                work.Prepare();
                return work;
            });
        }

        RunStack(work, ForAll(() => StackStatus.Of(work)), new ClusterOptions());
    }

    private void TellOddities()
    {
        foreach (string oddity in _planner.Oddities)
            WriteWarning(oddity);
        if (_input.Missing is { Count: > 0 and var count })
            WriteWarning(string.Create(CultureInfo.InvariantCulture, $"{count} section{(count == 1 ? " is" : "s are")} missing between the first and the last; the volume is 0 there, and its metadata say so."));
    }

    private void WriteAtOnce(VolumeChoice choice)
    {
        if (_planner.Count > 0 || (Scheduler is not null && !Scheduler.Equals(LocalScheduler.SchedulerName, StringComparison.OrdinalIgnoreCase)))
            ForAll<bool>(() => throw new EmException(EmErrorKind.InvalidArgument, "SectionNotAFile", $"{_inMemory[0].Title} is no file, and {(_planner.Count > 0 ? "others are; give sections of one kind" : "a cluster's tasks read files")}. Write it first (Write-EmSection, or New-EmPhantom -Destination), and read it from there.", _inMemory[0].Name));
        if (!ShouldProcess(_folder.Destination, $"Write a volume of {_inMemory.Count} sections on this machine"))
            return;
        TellOddities();
        var local = (LocalParameters)SchedulerParameters;
        ForAll(() => DoBeside((messages, cancellation) =>
        {
            var progress = new SectionProgress(this, "Writing");
            var notices = new NoticeTally(WriteWarning);
            VolumeBuild.Write(_inMemory, _folder.Destination, choice, _voxelSize, new EvaluationContext
            {
                Threads = local.Threads,
                Cancellation = cancellation,
                OnNotice = notice => messages.Post(() => notices.Note("The volume", notice)),
                OnStage = stage => messages.Post(() =>
                {
                    (progress.Done, progress.Count) = (stage.Number, stage.Count);
                    progress.Show();
                }),
            });
            messages.Post(notices.End);
            messages.Post(progress.End);
            return true;
        }));
        WriteObject(InvokeProvider.Item.Get([_folder.Destination], force: true, literalPath: true)[0]);
    }

    /// <summary>The sections of -Path, as Read-EmSection gives them, with all that it says.</summary>
    private EmSection[] ReadSections()
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(new CmdletInfo("Read-EmSection", typeof(ReadEmSectionCommand))).AddParameter("Path", Path);
        Collection<EmSection> sections = shell.Invoke<EmSection>();
        foreach (WarningRecord warning in shell.Streams.Warning)
            WriteWarning(warning.Message);
        foreach (ErrorRecord error in shell.Streams.Error)
            WriteError(error);
        return [.. sections];
    }
}
