using System.Numerics;

namespace EmTools.Engine.Imaging;

/// <summary>The grey levels of a plane at a glance, from evenly spread rows; pixels that are NaN do not count.</summary>
/// <param name="Count">Pixels looked at that count.</param>
/// <param name="Lowest">The lowest grey level.</param>
/// <param name="Highest">The highest grey level.</param>
/// <param name="AtLowest">The share of the pixels, 0 to 1, that have the lowest.</param>
/// <param name="AtHighest">The share of the pixels, 0 to 1, that have the highest.</param>
/// <param name="Mean">The mean grey level.</param>
/// <param name="Deviation">The standard deviation, in grey levels.</param>
public readonly record struct PixelLevels(long Count, double Lowest, double Highest, double AtLowest, double AtHighest, double Mean, double Deviation)
{
    /// <summary>A section of 9000 rows is told by one in seventeen: what lies at its ends is known to better than a percent.</summary>
    private const int Rows = 512;

    /// <summary>Looks at a plane.</summary>
    public static PixelLevels Of(Plane plane) => plane switch
    {
        Plane<byte> bytes => Look(bytes),
        Plane<ushort> words => Look(words),
        Plane<float> floats => Look(floats),
        _ => throw new NotSupportedException($"Pixels of type {plane?.PixelType}."),
    };

    private static PixelLevels Look<T>(Plane<T> plane)
        where T : unmanaged, INumber<T>
    {
        int step = Math.Max(1, plane.Height / Rows);
        long count = 0, atLowest = 0, atHighest = 0;
        T lowest = T.Zero, highest = T.Zero;
        double sum = 0, squares = 0, shift = 0;
        for (int y = 0; y < plane.Height; y += step)
        {
            foreach (T value in plane.Row(y))
            {
                if (T.IsNaN(value))
                    continue;
                if (count++ == 0)
                    (lowest, highest, shift) = (value, value, double.CreateTruncating(value));
                if (value <= lowest)
                    (lowest, atLowest) = (value, value == lowest ? atLowest + 1 : 1);
                if (value >= highest)
                    (highest, atHighest) = (value, value == highest ? atHighest + 1 : 1);
                double from = double.CreateTruncating(value) - shift; // so that the squares of large levels lose nothing
                sum += from;
                squares += from * from;
            }
        }

        if (count == 0)
            return default;
        double mean = sum / count;
        double deviation = Math.Sqrt(Math.Max(0, squares / count - mean * mean));
        return new(count, double.CreateTruncating(lowest), double.CreateTruncating(highest), (double)atLowest / count, (double)atHighest / count, shift + mean, deviation);
    }
}
