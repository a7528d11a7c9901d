using EmTools.Engine;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>What a section's pixels are like, as Measure-EmSection tells it. Pixels that are NaN do not count.</summary>
public sealed class EmStatistics
{
    private EmStatistics(EmSection section, long count, double mean, double deviation, double minimum, double maximum)
    {
        (Index, Section, Count) = (section.Index, section.Name, count);
        (Mean, StandardDeviation, Minimum, Maximum) = (mean, deviation, minimum, maximum);
    }

    /// <summary>The section's place in the stack.</summary>
    public int Index { get; }

    /// <summary>The section's name.</summary>
    public string Section { get; }

    /// <summary>Pixels that count.</summary>
    public long Count { get; }

    /// <summary>Their mean, in grey levels; NaN where none counts.</summary>
    public double Mean { get; }

    /// <summary>Their standard deviation, in grey levels.</summary>
    public double StandardDeviation { get; }

    /// <summary>The smallest.</summary>
    public double Minimum { get; }

    /// <summary>The largest.</summary>
    public double Maximum { get; }

    internal static EmStatistics Of(EmSection section, Plane plane, CancellationToken cancellation)
    {
        long count = 0;
        double mean = 0, squares = 0, minimum = double.PositiveInfinity, maximum = double.NegativeInfinity;
        for (int y = 0; y < plane.Height; y++)
        {
            cancellation.ThrowIfCancellationRequested();
            (long n, double sum, double sumOfSquares, double low, double high) = Row(plane, y);
            if (n == 0)
                continue;

            // Rows are joined by their means, which keeps small deviations around large means.
            double rowMean = sum / n, shift = rowMean - mean;
            squares += sumOfSquares - sum * rowMean + shift * shift * ((double)count * n / (count + n));
            mean += shift * n / (count + n);
            count += n;
            minimum = Math.Min(minimum, low);
            maximum = Math.Max(maximum, high);
        }

        return count == 0
            ? new EmStatistics(section, 0, double.NaN, double.NaN, double.NaN, double.NaN)
            : new EmStatistics(section, count, mean, Math.Sqrt(Math.Max(0, squares) / count), minimum, maximum);
    }

    private static (long Count, double Sum, double SumOfSquares, double Minimum, double Maximum) Row(Plane plane, int y) => plane switch
    {
        Plane<byte> bytes => Sums<byte>(bytes.Row(y)),
        Plane<ushort> words => Sums<ushort>(words.Row(y)),
        Plane<float> floats => Sums<float>(floats.Row(y)),
        _ => throw new EmException(EmErrorKind.NotSupported, "MeasurePixelType", $"Pixels of type {plane.PixelType} cannot be measured.", "Section"),
    };

    private static (long Count, double Sum, double SumOfSquares, double Minimum, double Maximum) Sums<T>(ReadOnlySpan<T> row)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        long count = 0;
        double sum = 0, squares = 0, minimum = double.PositiveInfinity, maximum = double.NegativeInfinity;
        foreach (T pixel in row)
        {
            double value = double.CreateTruncating(pixel);
            if (double.IsNaN(value))
                continue;
            count++;
            sum += value;
            squares += value * value;
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
        }

        return (count, sum, squares, minimum, maximum);
    }
}
