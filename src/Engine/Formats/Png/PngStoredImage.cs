using EmTools.Engine.Files;
using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>A PNG file's image.</summary>
internal sealed record PngStoredImage : StoredImage
{
    /// <summary>What the file was found to be.</summary>
    public required PngHeader Header { get; init; }

    public override string Format => PngFormat.Instance.Name;

    public override Plane Read(EvaluationContext context)
    {
        using SafeFileHandle handle = RegularFile.OpenHandle(Path);
        return FileErrors.Guarded(Path, () =>
        {
            PngHeader now = PngHeader.Read(Path, handle);
            if (!now.SameAs(Header))
                throw new EmException(EmErrorKind.InvalidData, "FileChanged", $"'{Path}' has changed since it was opened: it was {Header} and is {now} now. Open it again.", Path);
            return PngDecoder.Read(Path, handle, now, context);
        });
    }
}
