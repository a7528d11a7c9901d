using EmTools.Engine.Files;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>Writes 8-bit planes as PNG images, for people to look at.</summary>
public static class PngImage
{
    /// <summary>Writes a plane as a grey PNG image.</summary>
    /// <param name="path">The destination; its folder is created where it is missing.</param>
    /// <param name="plane">The pixels; stays the caller's.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    /// <exception cref="EmException">The destination exists (<c>OutputExists</c>), cannot be written (<c>FileNotWritable</c>), or the disk is full (<c>DiskFull</c>).</exception>
    public static void Write(string path, Plane<byte> plane, bool overwrite = false, EvaluationContext? context = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(plane);
        Save(path, overwrite, file =>
        {
            var chunks = new PngChunks(file);
            chunks.Begin(plane);
            PngPixels.Encode(plane, context ?? EvaluationContext.Default, piece => chunks.Write("IDAT"u8, piece));
            chunks.End();
        });
    }

    /// <summary>A PNG image of at most 256 colours, for a page that embeds it.</summary>
    /// <param name="indices">Numbers of colours; 0 is transparent.</param>
    /// <param name="palette">Red, green and blue of each colour.</param>
    internal static byte[] Indexed(Plane<byte> indices, ReadOnlySpan<byte> palette)
    {
        var bytes = new MemoryStream();
        var chunks = new PngChunks(bytes);
        chunks.Begin(indices, palette);
        PngPixels.Encode(indices, EvaluationContext.Default, piece => chunks.Write("IDAT"u8, piece));
        chunks.End();
        return bytes.ToArray();
    }

    /// <summary>Writes a file that appears under its name when it is complete.</summary>
    internal static void Save(string path, bool overwrite, Action<Stream> write)
    {
        using var file = new AtomicFile(path, overwrite);
        try
        {
            write(file.Stream);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(file.Path, e);
        }

        file.Commit();
    }
}
