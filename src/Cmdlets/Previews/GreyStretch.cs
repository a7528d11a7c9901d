using EmTools.Engine;
using EmTools.Engine.Imaging;

namespace EmTools.Cmdlets;

/// <summary>Pixels of any type as 8-bit grey for the screen.</summary>
internal static class GreyStretch
{
    private const double DarkShare = 0.002;
    private const double BrightShare = 0.998;
    private const int Samples = 1 << 18;

    /// <summary>
    /// A region of a plane as bytes. 8-bit pixels stay as they are; of others the darkest and the brightest 0.2 percent
    /// become black and white, so that a few outliers do not turn the rest grey. NaN becomes black.
    /// </summary>
    public static Plane<byte> ToBytes(Plane plane, Region region)
    {
        Plane<byte> bytes = Plane.Rent<byte>(region.Height, region.Width);
        try
        {
            (float black, float white) = plane is Plane<byte> ? (0, 255) : Ends(plane, region);
            float scale = 255 / Math.Max(white - black, float.Epsilon);
            for (int y = 0; y < region.Height; y++)
            {
                Span<byte> row = bytes.Row(y);
                for (int x = 0; x < row.Length; x++)
                {
                    float value = ValueAt(plane, region.Y + y, region.X + x);
                    row[x] = float.IsNaN(value) ? (byte)0 : (byte)(Math.Clamp((value - black) * scale, 0, 255) + 0.5f);
                }
            }

            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    private static (float Black, float White) Ends(Plane plane, Region region)
    {
        long count = (long)region.Height * region.Width;
        long step = Math.Max(1, count / Samples);
        var values = new List<float>();
        for (long i = 0; i < count; i += step)
        {
            float value = ValueAt(plane, region.Y + (int)(i / region.Width), region.X + (int)(i % region.Width));
            if (!float.IsNaN(value))
                values.Add(value);
        }

        if (values.Count == 0)
            return (0, 1);
        values.Sort();
        return (values[(int)(DarkShare * (values.Count - 1))], values[(int)(BrightShare * (values.Count - 1))]);
    }

    private static float ValueAt(Plane plane, int y, int x) => plane switch
    {
        Plane<byte> bytes => bytes.Row(y)[x],
        Plane<ushort> words => words.Row(y)[x],
        Plane<float> floats => floats.Row(y)[x],
        _ => throw new EmException(EmErrorKind.NotSupported, "PreviewPixelType", $"Pixels of type {plane.PixelType} cannot be shown.", "Section"),
    };
}
