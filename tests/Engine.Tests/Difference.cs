using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests;

/// <summary>How far two images lie apart.</summary>
internal sealed record Difference(double Mean, double Largest, double ShareNotEqual)
{
    private float[] _sorted = [];

    /// <summary>Compares a result with what was expected; NaN is equal to NaN and infinitely far from everything else.</summary>
    public static Difference Between(Plane result, Array expected)
    {
        Assert.Equal(expected.GetLength(0), result.Height);
        Assert.Equal(expected.GetLength(1), result.Width);
        double sum = 0;
        double largest = 0;
        long different = 0;
        var distances = new float[(long)result.Height * result.Width];
        for (int y = 0; y < result.Height; y++)
        {
            for (int x = 0; x < result.Width; x++)
            {
                double found = Value(result, y, x);
                double wanted = Convert.ToDouble(expected.GetValue(y, x), System.Globalization.CultureInfo.InvariantCulture);
                double distance = double.IsNaN(found) && double.IsNaN(wanted) ? 0
                    : double.IsNaN(found) || double.IsNaN(wanted) ? double.PositiveInfinity
                    : Math.Abs(found - wanted);
                distances[(long)y * result.Width + x] = (float)distance;
                sum += distance;
                largest = Math.Max(largest, distance);
                different += distance != 0 ? 1 : 0;
            }
        }

        double pixels = (double)result.Height * result.Width;
        Array.Sort(distances);
        return new Difference(sum / pixels, largest, different / pixels) { _sorted = distances };
    }

    /// <summary>The root of the mean of squared differences of two planes.</summary>
    public static double RootMeanSquare(Plane<float> one, Plane<float> other)
    {
        double sum = 0;
        for (int y = 0; y < one.Height; y++)
        {
            for (int x = 0; x < one.Width; x++)
                sum += Math.Pow(one.Row(y)[x] - (double)other.Row(y)[x], 2);
        }

        return Math.Sqrt(sum / one.Height / one.Width);
    }

    /// <summary>The distance that <paramref name="percent"/> percent of the pixels do not exceed.</summary>
    public double Percentile(double percent) => _sorted[(int)Math.Ceiling((_sorted.Length - 1) * percent / 100)];

    /// <summary>The share of pixels farther apart than that.</summary>
    public double ShareAbove(double distance) => _sorted.Count(d => d > distance) / (double)_sorted.Length;

    public static double Value(Plane plane, int y, int x) => plane switch
    {
        Plane<byte> bytes => bytes.Row(y)[x],
        Plane<ushort> words => words.Row(y)[x],
        Plane<float> floats => floats.Row(y)[x],
        _ => throw new NotSupportedException(plane.GetType().Name),
    };
}
