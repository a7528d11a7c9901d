namespace EmTools.Engine.Formats;

/// <summary>Neuroglancer's Precomputed volumes: a folder with a file <c>info</c>, a section a plane along z.</summary>
internal sealed class PrecomputedFormat : ImageFormat
{
    public static PrecomputedFormat Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "Precomputed";

    /// <inheritdoc/>
    public override bool IsFolder => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Metadata => [PrecomputedInfo.FileName];

    /// <inheritdoc/>
    public override bool Recognises(string path, ReadOnlySpan<byte> start) => File.Exists(Path.Combine(path, PrecomputedInfo.FileName));

    /// <inheritdoc/>
    public override IReadOnlyList<StoredImage> Open(string path, ImageOptions options) => PrecomputedVolume.Open(path, options).Planes();
}
