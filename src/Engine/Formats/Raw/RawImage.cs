using EmTools.Engine.Files;
using EmTools.Engine.Imaging;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>A plane of a file of uncompressed planes.</summary>
internal sealed record RawImage : StoredImage
{
    /// <summary>What the file was found to be.</summary>
    public required RawLayout Layout { get; init; }

    /// <summary>What tells the file's layout.</summary>
    public required RawFormat Stored { get; init; }

    /// <summary>How the file was asked for.</summary>
    public required ImageOptions Options { get; init; }

    public override string Format => Stored.Name;

    public override Plane Read(EvaluationContext context) => Read(handle => RawReader.Read(this, handle, context));

    public override Plane<float> ReadSingle(bool invert, EvaluationContext context) => Read(handle => RawReader.ReadSingle(this, handle, invert, context));

    public override Plane ReadRows(int first, int count, EvaluationContext context)
    {
        RequireRows(first, count);
        return Read(handle => RawReader.ReadRows(this, handle, first, count, context));
    }

    private TPlane Read<TPlane>(Func<SafeFileHandle, TPlane> read)
    {
        using SafeFileHandle handle = RegularFile.OpenHandle(Path);
        return FileErrors.Guarded(Path, () =>
        {
            RawLayout now = Stored.Describe(Path, handle, Options).Layout;
            if (now != Layout)
                throw new EmException(EmErrorKind.InvalidData, "FileChanged", $"'{Path}' has changed since it was opened: it was {Told(Layout)} and is {Told(now)} now. Open it again.", Path);
            return read(handle);
        });
    }

    private static string Told(RawLayout layout) => $"{layout.Planes} x {layout.Height} x {layout.Width} {layout.Type.Name()} (z, y, x) from byte {layout.Offset}";
}
