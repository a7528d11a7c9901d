namespace EmTools.Engine.Formats;

/// <summary>OME-Zarr 0.4 and 0.5 and plain arrays of Zarr versions 2 and 3: folders, a section a plane along z.</summary>
internal sealed class ZarrFormat : ImageFormat
{
    public static ZarrFormat Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "OME-Zarr";

    /// <inheritdoc/>
    public override bool IsFolder => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Metadata => [ZarrNode.Version3, ZarrNode.Array2, ZarrNode.Group2, ZarrNode.Attributes2];

    /// <inheritdoc/>
    public override bool Recognises(string path, ReadOnlySpan<byte> start)
        => File.Exists(Path.Combine(path, ZarrNode.Version3)) || File.Exists(Path.Combine(path, ZarrNode.Array2)) || File.Exists(Path.Combine(path, ZarrNode.Group2));

    /// <inheritdoc/>
    public override IReadOnlyList<StoredImage> Open(string path, ImageOptions options) => ZarrVolume.Open(path, options).Planes();
}
