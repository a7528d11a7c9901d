using EmTools.Engine.Imaging;
using SkiaSharp;

namespace EmTools.Engine.Formats;

/// <summary>Writes 8-bit planes as PNG images, for people to look at.</summary>
public static class PngImage
{
    private const int CaptionHeight = 28;
    private const int Gap = 4;

    /// <summary>Writes a plane as a grey PNG image.</summary>
    /// <param name="path">The destination; its folder is created where it is missing.</param>
    /// <param name="plane">The pixels; stays the caller's.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <exception cref="EmException">The destination exists (<c>OutputExists</c>), cannot be written (<c>FileNotWritable</c>), or the disk is full (<c>DiskFull</c>).</exception>
    public static void Write(string path, Plane<byte> plane, bool overwrite = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(plane);
        using SKBitmap picture = Bitmap(plane);
        Save(path, picture, overwrite);
    }

    /// <summary>Writes two planes side by side, each scaled down by area average, with a caption above each.</summary>
    /// <param name="path">The destination; its folder is created where it is missing.</param>
    /// <param name="left">The left image; stays the caller's.</param>
    /// <param name="right">The right image; stays the caller's.</param>
    /// <param name="leftCaption">A few words above the left image.</param>
    /// <param name="rightCaption">A few words above the right image.</param>
    /// <param name="maximumWidth">Width of the whole picture at most, in pixels; at least 64.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <exception cref="EmException">As for <see cref="Write"/>.</exception>
    public static void WritePair(string path, Plane<byte> left, Plane<byte> right, string leftCaption, string rightCaption, int maximumWidth = 1600, bool overwrite = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumWidth, 64);

        int panelWidth = (maximumWidth - Gap) / 2;
        using Plane<byte> smallLeft = AreaAverage.Shrink(left, panelWidth);
        using Plane<byte> smallRight = AreaAverage.Shrink(right, panelWidth);
        using SKBitmap leftPicture = Bitmap(smallLeft), rightPicture = Bitmap(smallRight);
        int rightStart = smallLeft.Width + Gap;
        using var picture = new SKBitmap(new SKImageInfo(rightStart + smallRight.Width, CaptionHeight + Math.Max(smallLeft.Height, smallRight.Height), SKColorType.Gray8, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(picture))
        using (var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true })
        using (var font = new SKFont(SKTypeface.Default, 16))
        {
            canvas.Clear(SKColors.White);
            canvas.DrawBitmap(leftPicture, 0, CaptionHeight);
            canvas.DrawBitmap(rightPicture, rightStart, CaptionHeight);
            Caption(canvas, leftCaption, 0, smallLeft.Width, font, ink);
            Caption(canvas, rightCaption, rightStart, smallRight.Width, font, ink);
        }

        Save(path, picture, overwrite);
    }

    private static void Caption(SKCanvas canvas, string text, int start, int width, SKFont font, SKPaint ink)
    {
        canvas.Save();
        canvas.ClipRect(new SKRect(start, 0, start + width, CaptionHeight));
        canvas.DrawText(text, start + 4, CaptionHeight - 9, SKTextAlign.Left, font, ink);
        canvas.Restore();
    }

    private static SKBitmap Bitmap(Plane<byte> plane)
    {
        var bitmap = new SKBitmap(new SKImageInfo(plane.Width, plane.Height, SKColorType.Gray8, SKAlphaType.Opaque));
        Span<byte> pixels = bitmap.GetPixelSpan();
        for (int y = 0; y < plane.Height; y++)
            plane.Row(y).CopyTo(pixels[(y * bitmap.RowBytes)..]);
        return bitmap;
    }

    private static void Save(string path, SKBitmap picture, bool overwrite)
    {
        using var file = new AtomicFile(path, overwrite);
        try
        {
            using SKPixmap pixels = picture.PeekPixels();
            using SKData png = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub, 6))
                ?? throw new IOException($"{picture.Width} x {picture.Height} pixels do not fit into a PNG image");
            file.Stream.Write(png.AsSpan());
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(file.Path, e);
        }

        file.Commit();
    }
}
