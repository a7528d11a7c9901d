using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pictures;

/// <summary>Makes every pixel a square, without smoothing: what is looked at is the pixels.</summary>
public static class Enlargement
{
    /// <summary>Pixels that an enlarged picture has at most: more than a screen can show, and less than a PNG file can hold.</summary>
    private const long MostPixels = 1L << 29;

    /// <summary>The plane with every pixel a square of <paramref name="zoom"/> x <paramref name="zoom"/> pixels. The caller owns the result.</summary>
    /// <param name="plane">The pixels; stay the caller's.</param>
    /// <param name="zoom">Side of the squares, 1 or more.</param>
    /// <exception cref="EmException">The result would have more than 2^29 pixels (<c>ZoomTooLarge</c>).</exception>
    public static Plane<byte> Of(Plane<byte> plane, int zoom)
    {
        ArgumentNullException.ThrowIfNull(plane);
        ArgumentOutOfRangeException.ThrowIfLessThan(zoom, 1);
        if ((double)plane.Height * zoom * plane.Width * zoom > MostPixels)
            throw new EmException(EmErrorKind.InvalidArgument, "ZoomTooLarge", $"{plane.Height} x {plane.Width} pixels (y, x) enlarged {zoom} times are more than a picture can hold ({MostPixels >> 20} megapixels); show a smaller part with -Region, or give a smaller -Zoom.", "Zoom");
        Plane<byte> large = Plane.Rent<byte>(plane.Height * zoom, plane.Width * zoom);
        for (int y = 0; y < plane.Height; y++)
        {
            Span<byte> first = large.Row(y * zoom);
            ReadOnlySpan<byte> pixels = plane.Row(y);
            for (int x = 0; x < pixels.Length; x++)
                first.Slice(x * zoom, zoom).Fill(pixels[x]);
            for (int row = 1; row < zoom; row++)
                first.CopyTo(large.Row(y * zoom + row));
        }

        return large;
    }
}
