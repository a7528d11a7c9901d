using EmTools.Engine.Files;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Volumes;

/// <summary>A volume that is written block by block, in any order and by several processes, each block by one.</summary>
internal abstract class VolumeStore
{
    private readonly Func<VolumeProvenance> _provenance;

    private protected VolumeStore(VolumeSettings settings, string destination, string scratch, Func<VolumeProvenance> provenance)
    {
        (Settings, Destination, Scratch, _provenance) = (settings, destination, scratch, provenance);
        Levels = VolumePyramid.Of(settings);
    }

    /// <summary>What the volume is.</summary>
    public VolumeSettings Settings { get; }

    /// <summary>Its folder or file.</summary>
    public string Destination { get; }

    /// <summary>The levels.</summary>
    public IReadOnlyList<VolumeLevel> Levels { get; }

    /// <summary>The blocks, by their numbers: each after those that it is made of.</summary>
    public abstract IReadOnlyList<VolumeBlock> Blocks { get; }

    /// <summary>The folder of files that are not complete, on the volume's file system.</summary>
    protected string Scratch { get; }

    /// <summary>Where the volume comes from. Asked for when it is written: not every process that writes a block needs it.</summary>
    protected VolumeProvenance Provenance => _provenance();

    /// <summary>The store of a volume.</summary>
    /// <param name="settings">What the volume is.</param>
    /// <param name="destination">Its folder or file.</param>
    /// <param name="scratch">The folder of files that are not complete.</param>
    /// <param name="provenance">Tells where the volume comes from.</param>
    public static VolumeStore Of(VolumeSettings settings, string destination, string scratch, Func<VolumeProvenance> provenance) => settings.Format switch
    {
        VolumeFormat.Mrc => new MrcStore(settings, destination, scratch, provenance),
        VolumeFormat.Hdf5 => new Hdf5Store(settings, destination, scratch, provenance),
        _ => new ChunkedStore(settings, destination, scratch, provenance),
    };

    /// <summary>The numbers of the blocks that a block is made of, beside sections.</summary>
    public virtual IEnumerable<int> Below(int number) => [];

    /// <summary>The voxels of a block.</summary>
    public VoxelBox Voxels(VolumeBlock block) => block.Voxels(Levels[block.Level], Settings.ChunkSize);

    /// <summary>The indices of the sections that decide what a block holds.</summary>
    public (int First, int Last) Sections(VolumeBlock block)
    {
        VoxelBox box = Voxels(block);
        int factor = Levels[block.Level].Factor.Z;
        long last = Math.Min(Settings.Shape.Z, ((long)box.Z + box.Depth) * factor) - 1;
        return (Settings.FirstIndex + box.Z * factor, Settings.FirstIndex + (int)last);
    }

    /// <summary>What messages call a block.</summary>
    public string LabelOf(VolumeBlock block)
    {
        VoxelBox box = Voxels(block);
        string rows = box.Height == Levels[block.Level].Shape.Y ? "" : $", rows {box.Y} to {box.Y + box.Height - 1}";
        return $"level {block.Level}, planes {box.Z} to {box.Z + box.Depth - 1}{rows}";
    }

    /// <summary>How many files a block gives at most.</summary>
    public virtual long FilesOf(VolumeBlock block) => 1;

    /// <summary>The memory that a block takes at most, in bytes, without what computing sections takes.</summary>
    public abstract long PeakOf(VolumeBlock block, int threads);

    /// <summary>Makes the folders, and writes what describes the volume.</summary>
    /// <exception cref="EmException">It cannot be written.</exception>
    public virtual void Prepare() => CreateFolder(Scratch);

    /// <summary>Writes a block; its files appear when they are complete.</summary>
    /// <param name="block">The block.</param>
    /// <param name="sectionAt">The section of an index; null for one that is not there.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <exception cref="EmException">A section cannot be read, or the disk is full.</exception>
    public abstract BlockResult Build(VolumeBlock block, Func<int, EmSection?> sectionAt, EvaluationContext context);

    /// <summary>Does what is left when all blocks are written.</summary>
    /// <param name="blocks">What the blocks gave.</param>
    /// <exception cref="EmException">It cannot be written.</exception>
    public virtual void Complete(IReadOnlyList<BlockResult> blocks)
    {
    }

    /// <summary>Where a written file lies now.</summary>
    public virtual string PathOf(WrittenFile file) => Path.Combine(Destination, file.Path);

    /// <summary>All that the store writes directly into a destination that is a folder, for removing it.</summary>
    public virtual IEnumerable<string> Entries => [];

    /// <summary>Makes a folder where it is missing.</summary>
    protected static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(folder, e);
        }
    }
}
