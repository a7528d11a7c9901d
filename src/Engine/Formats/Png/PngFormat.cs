using EmTools.Engine.Files;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>PNG files: a grey image of up to 16 bits.</summary>
internal sealed class PngFormat : ImageFormat
{
    public static PngFormat Instance { get; } = new();

    public static FormatErrors Errors { get; } = new("Png", "PNG image");

    public override string Name => "PNG";

    public override IReadOnlyList<string> Extensions => [".png"];

    public override bool Recognises(string path, ReadOnlySpan<byte> start) => start.StartsWith(PngChunks.Signature);

    public override IReadOnlyList<StoredImage> Open(string path, ImageOptions options)
    {
        if (options.Dataset is { } dataset)
            throw Errors.NoDataset(path, dataset);
        using SafeFileHandle handle = RegularFile.OpenHandle(path);
        PngHeader header = FileErrors.Guarded(path, () => PngHeader.Read(path, handle));
        return
        [
            new PngStoredImage
            {
                Path = path,
                Height = header.Height,
                Width = header.Width,
                PixelType = header.PixelType,
                Remarks = header.Remarks(),
                Header = header,
            },
        ];
    }
}
