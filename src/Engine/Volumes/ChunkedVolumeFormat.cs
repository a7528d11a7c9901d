using System.Text.Json.Nodes;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Volumes;

/// <summary>How a format of chunks names its files and describes itself.</summary>
internal abstract class ChunkedVolumeFormat(VolumeSettings settings, IReadOnlyList<VolumeLevel> levels)
{
    /// <summary>True where chunks at the volume's end have only the voxels inside; false where they are filled up with zeros.</summary>
    public virtual bool ClipsChunks => false;

    /// <summary>True where chunks of zeros need not be stored.</summary>
    public virtual bool LeavesOutZeros => true;

    /// <summary>The volume's settings.</summary>
    protected VolumeSettings Settings { get; } = settings;

    /// <summary>Its levels.</summary>
    protected IReadOnlyList<VolumeLevel> Levels { get; } = levels;

    /// <summary>The metadata, by their files' paths below the volume's folder.</summary>
    /// <param name="provenance">Where the volume comes from.</param>
    public abstract IEnumerable<(string Name, JsonObject Content)> Metadata(VolumeProvenance provenance);

    /// <summary>The folder of a level, below the volume's.</summary>
    public abstract string FolderOf(VolumeLevel level);

    /// <summary>Begins a shard.</summary>
    /// <param name="level">The level.</param>
    /// <param name="first">The shard's first chunk.</param>
    /// <param name="root">The volume's folder.</param>
    /// <param name="scratch">Where files lie until they are complete.</param>
    public abstract ShardWriter Begin(VolumeLevel level, ChunkIndex first, string root, string scratch);

    /// <summary>Opens a level for reading; its metadata are written.</summary>
    /// <exception cref="EmException">They are gone or damaged.</exception>
    public abstract ChunkedVolume Open(VolumeLevel level, string root);

    /// <summary>The format of a volume.</summary>
    public static ChunkedVolumeFormat Of(VolumeSettings settings, IReadOnlyList<VolumeLevel> levels) => settings.Format switch
    {
        VolumeFormat.OmeZarr => new OmeZarr05(settings, levels),
        VolumeFormat.OmeZarr04 => new OmeZarr04(settings, levels),
        _ => new PrecomputedOutput(settings, levels),
    };
}
