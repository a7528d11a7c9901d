namespace EmTools.Engine.Formats;

/// <summary>N5: folders of blocks, a section a plane along z.</summary>
internal sealed class N5Format : ImageFormat
{
    private const int HighestRoot = 5;

    public static N5Format Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "N5";

    /// <inheritdoc/>
    public override bool IsFolder => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Metadata => ["attributes.json"];

    /// <inheritdoc/>
    public override bool Recognises(string path, ReadOnlySpan<byte> start)
    {
        if (IsN5(path) || File.Exists(Path.Combine(path, N5Node.FinestLevel, N5Node.Attributes)))
            return true;

        // A group need not have attributes of its own, but lies below a root that has.
        string? above = Path.GetDirectoryName(path);
        for (int i = 0; i < HighestRoot && above is not null; i++, above = Path.GetDirectoryName(above))
        {
            if (IsN5(above))
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<StoredImage> Open(string path, ImageOptions options) => N5Volume.Open(path, options).Planes();

    private static bool IsN5(string folder)
    {
        try
        {
            return MetadataFile.TryRead(Path.Combine(folder, N5Node.Attributes)) is { } file && (MetadataFile.Find(file.Root, "n5") is not null || N5Node.IsArray(file));
        }
        catch (EmException)
        {
            return Directory.EnumerateFiles(folder, N5Node.Attributes).Any(); // damaged: to be told by who opens it
        }
    }
}
