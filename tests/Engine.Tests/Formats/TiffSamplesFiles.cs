using BitMiracle.LibTiff.Classic;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Odd TIFF files, made by LibTiff.NET, and planes to fill them with.</summary>
internal static class TiffSamplesFiles
{
    /// <summary>A plane with structure, noise and the extremes of its type.</summary>
    public static Plane Plane(PixelType type, int height, int width, int seed = 1)
    {
        var random = new Random(seed);
        return type switch
        {
            PixelType.UInt8 => Fill<byte>(height, width, (y, x) => (byte)(128 + 60 * Math.Sin(x / 9.0) + random.Next(40))),
            PixelType.UInt16 => Fill<ushort>(height, width, (y, x) => x % 17 == 0 ? ushort.MaxValue : (ushort)(45000 + 40 * y + random.Next(3000))),
            _ => Fill<float>(height, width, (y, x) => (y + x) % 31 == 0 ? float.NaN : 30000 + 7 * y - x + random.NextSingle()),
        };
    }

    private static Plane<T> Fill<T>(int height, int width, Func<int, int, T> pixel)
        where T : unmanaged
    {
        Plane<T> plane = Imaging.Plane.Rent<T>(height, width);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                plane.Row(y)[x] = pixel(y, x);
        }

        return plane;
    }

    public static void AssertSame(Plane expected, Plane actual)
    {
        Assert.Equal((expected.Height, expected.Width, expected.PixelType), (actual.Height, actual.Width, actual.PixelType));
        for (int y = 0; y < expected.Height; y++)
            Assert.True(expected.RowBytes(y).SequenceEqual(actual.RowBytes(y)), $"row {y} differs");
    }

    /// <summary>Writes a plane with LibTiff.NET.</summary>
    /// <param name="path">The destination.</param>
    /// <param name="plane">The pixels.</param>
    /// <param name="compression">TIFF's compression.</param>
    /// <param name="mode">LibTiff's mode: <c>w</c> with b (big-endian), l, 8 (BigTIFF).</param>
    /// <param name="predictor">1 or 2.</param>
    /// <param name="tile">Height and width of tiles, or null for strips.</param>
    /// <param name="rowsPerStrip">Rows of a strip.</param>
    /// <param name="more">Sets more fields.</param>
    public static void Write(string path, Plane plane, Compression compression = Compression.NONE, string mode = "w", int predictor = 1, (int Height, int Width)? tile = null, int rowsPerStrip = 16, Action<Tiff>? more = null)
    {
        using Tiff tiff = Tiff.Open(path, mode);
        tiff.SetField(TiffTag.IMAGEWIDTH, plane.Width);
        tiff.SetField(TiffTag.IMAGELENGTH, plane.Height);
        tiff.SetField(TiffTag.BITSPERSAMPLE, plane.PixelType.BytesPerPixel() * 8);
        tiff.SetField(TiffTag.SAMPLEFORMAT, plane.PixelType == PixelType.Single ? SampleFormat.IEEEFP : SampleFormat.UINT);
        tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
        tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISBLACK);
        tiff.SetField(TiffTag.COMPRESSION, compression);
        if (predictor != 1)
            tiff.SetField(TiffTag.PREDICTOR, (Predictor)predictor);
        if (tile is null)
            tiff.SetField(TiffTag.ROWSPERSTRIP, rowsPerStrip);
        else
        {
            tiff.SetField(TiffTag.TILELENGTH, tile.Value.Height);
            tiff.SetField(TiffTag.TILEWIDTH, tile.Value.Width);
        }

        more?.Invoke(tiff);
        if (tile is { } size)
            WriteTiles(tiff, plane, size.Height, size.Width);
        else
        {
            // LibTiff.NET swaps bytes and differences pixels in the caller's buffer.
            for (int y = 0; y < plane.Height; y++)
                Assert.True(tiff.WriteScanline(plane.RowBytes(y).ToArray(), y));
        }
    }

    private static void WriteTiles(Tiff tiff, Plane plane, int tileHeight, int tileWidth)
    {
        int pixel = plane.PixelType.BytesPerPixel();
        for (int top = 0, tile = 0; top < plane.Height; top += tileHeight)
        {
            for (int left = 0; left < plane.Width; left += tileWidth, tile++)
            {
                byte[] bytes = new byte[tileHeight * tileWidth * pixel];
                for (int y = 0; y < Math.Min(tileHeight, plane.Height - top); y++)
                {
                    Span<byte> row = plane.RowBytes(top + y)[(left * pixel)..];
                    row[..Math.Min(row.Length, tileWidth * pixel)].CopyTo(bytes.AsSpan(y * tileWidth * pixel));
                }

                Assert.True(tiff.WriteEncodedTile(tile, bytes, bytes.Length) > 0);
            }
        }
    }
}
