using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>Writes whole planes as TIFF files.</summary>
public static class TiffWriter
{
    /// <summary>Writes a plane; the file appears under its name when it is complete.</summary>
    /// <param name="path">The destination; its folder is created where it is missing.</param>
    /// <param name="plane">The pixels; stays the caller's.</param>
    /// <param name="options">Compression, tags, overwriting; null for the defaults.</param>
    /// <param name="context">Threads and cancellation; null for the defaults.</param>
    /// <returns>The file's size in bytes.</returns>
    /// <exception cref="EmException">The destination exists (<c>OutputExists</c>), cannot be written (<c>FileNotWritable</c>), or the disk is full (<c>DiskFull</c>).</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled; nothing is left of the file.</exception>
    public static long Write(string path, Plane plane, TiffWriteOptions? options = null, EvaluationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(plane);
        using TiffStripWriter writer = TiffStripWriter.Create(path, plane.Height, plane.Width, plane.PixelType, options ?? TiffWriteOptions.Default, context ?? EvaluationContext.Default);
        writer.WriteRows(plane, 0, plane.Height);
        return writer.Complete();
    }
}
