namespace EmTools.Engine.Formats;

/// <summary>TIFF files: a grey image a page.</summary>
internal sealed class TiffFormat : ImageFormat
{
    private static readonly FormatErrors s_errors = new("Tiff", "TIFF file");

    public static TiffFormat Instance { get; } = new();

    public override string Name => "TIFF";

    public override IReadOnlyList<string> Extensions => [".tif", ".tiff"];

    public override bool Recognises(string path, ReadOnlySpan<byte> start)
        => start is [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..];

    public override IReadOnlyList<StoredImage> Open(string path, ImageOptions options)
    {
        IReadOnlyList<TiffFile> images = TiffFile.OpenAll(path, options.IsMask);
        return options.Dataset is { } dataset ? throw s_errors.NoDataset(path, dataset) : images;
    }
}
