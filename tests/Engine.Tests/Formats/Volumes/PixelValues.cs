using System.Runtime.InteropServices;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

/// <summary>What comes out of files.</summary>
internal static class PixelValues
{
    private static int s_written;

    /// <summary>An image's pixels, row behind row, as doubles; read as they are and as floats, which must agree.</summary>
    public static double[] Of(StoredImage image)
    {
        using Plane plane = image.Read(EvaluationContext.Default);
        Assert.Equal((image.Height, image.Width, image.PixelType), (plane.Height, plane.Width, plane.PixelType));
        double[] values = Of(plane);
        using Plane<float> floats = image.ReadSingle(false, EvaluationContext.Default);
        Assert.Equal(values, Of(floats));
        if (image.PixelType.Maximum() is { } most)
        {
            using Plane<float> inverted = image.ReadSingle(true, EvaluationContext.Default);
            Assert.Equal(values.Select(value => most - value), Of(inverted));
        }

        return values;
    }

    public static double[] Of(Plane plane)
    {
        var values = new List<double>();
        for (int y = 0; y < plane.Height; y++)
        {
            Span<byte> row = plane.RowBytes(y);
            switch (plane.PixelType)
            {
                case PixelType.UInt8:
                    values.AddRange(row.ToArray().Select(value => (double)value));
                    break;
                case PixelType.UInt16:
                    values.AddRange(MemoryMarshal.Cast<byte, ushort>(row).ToArray().Select(value => (double)value));
                    break;
                default:
                    values.AddRange(MemoryMarshal.Cast<byte, float>(row).ToArray().Select(value => (double)value));
                    break;
            }
        }

        return [.. values];
    }

    /// <summary>The sum of an image's pixels, each weighed by its place from 1 on modulo 1009: differs where pixels are mixed up.</summary>
    public static double Weighed(StoredImage image) => Of(image).Select((value, i) => value * (i % 1009 + 1)).Sum();

    /// <summary>Writes a file over another of perhaps the same length, at a time of its own: a file's length and time tell whether it has changed.</summary>
    public static void Write(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(Interlocked.Increment(ref s_written)));
    }

    public static string[] Ids(StoredImage image) => [.. image.Remarks.Select(remark => remark.Id)];
}
