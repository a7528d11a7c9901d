using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>What a volume's metadata say that all formats have.</summary>
internal sealed record VolumeDescription
{
    /// <summary>The format's name.</summary>
    public required string Format { get; init; }

    /// <summary>The full path that was opened.</summary>
    public required string Path { get; init; }

    /// <summary>Which array of it, where it holds several.</summary>
    public string? Dataset { get; init; }

    /// <summary>The file that tells shape, type and chunks.</summary>
    public required string MetadataPath { get; init; }

    /// <summary>Its state when it was read.</summary>
    public required FileStamp? MetadataStamp { get; init; }

    /// <summary>Planes.</summary>
    public required int Depth { get; init; }

    /// <summary>Rows.</summary>
    public required int Height { get; init; }

    /// <summary>Columns.</summary>
    public required int Width { get; init; }

    /// <summary>The shape of chunks; at the volume's end they may be shorter.</summary>
    public required (int Depth, int Height, int Width) Chunk { get; init; }

    /// <summary>How voxels are stored.</summary>
    public required VoxelType Type { get; init; }

    /// <summary>Only zero or not counts.</summary>
    public bool IsMask { get; init; }

    /// <summary>The value of voxels that were never written.</summary>
    public double Fill { get; init; }

    /// <summary>The size of a voxel in nm, as far as the metadata tell it.</summary>
    public VoxelSize? VoxelSize { get; init; }

    /// <summary>The array's folder or file and its name in it, for the cache.</summary>
    public required string CacheName { get; init; }

    /// <summary>The type in which voxels are read.</summary>
    /// <exception cref="EmException">None can hold them.</exception>
    public PixelType PixelType => Type.Read(IsMask) ?? throw VolumeErrors.TypeNotRead(Path, MetadataPath, Type.Name());

    /// <summary>A pixel that was never written.</summary>
    /// <exception cref="EmException">The type cannot hold the fill value.</exception>
    public byte[] FillPixel => VoxelConversion.Pixel(Fill, Type, IsMask)
        ?? throw VolumeErrors.Metadata(MetadataPath, FormattableString.Invariant($"its fill value {Fill:R} is none of type {Type.Name()}"));
}
