using EmTools.Engine.Metrics;

namespace EmTools.Engine.Estimation.Sections;

/// <summary>A location with its standard error.</summary>
/// <param name="Value">The location.</param>
/// <param name="Error">Its standard error.</param>
/// <param name="Count">Values that it was taken of.</param>
internal readonly record struct Location(double Value, double Error, int Count);

/// <summary>
/// The centre of values most of which lie around it: Tukey's bisquare M-estimate (c = 4.685, 95 % efficient for normal
/// errors) from the median on, its scale the median absolute deviation (Maronna, Martin, Yohai: Robust Statistics, 2.8).
/// </summary>
internal static class RobustLocation
{
    /// <summary>Beyond so many standard deviations a value counts nothing.</summary>
    public const double Cut = 4.685;

    private const int Iterations = 50;

    /// <summary>Takes the location.</summary>
    /// <param name="values">The values; their order is changed.</param>
    /// <param name="groups">A group for every value: errors within a group vary together, those of different groups do not. Sorted along with the values.</param>
    /// <param name="groupCount">How many groups there are.</param>
    public static Location Of(float[] values, int[] groups, int groupCount)
    {
        if (values.Length == 0)
            return new Location(double.NaN, double.NaN, 0);
        Array.Sort(values, groups);
        double centre = MedianOfSorted(values);
        double scale = SectionStatistics.NormalDeviation * MedianDistance(values, centre);
        if (scale > 0)
            centre = Refine(values, centre, scale);
        return new Location(centre, Error(values, groups, groupCount, centre, scale), values.Length);
    }

    /// <summary>The weight that a residual has, 0 to 1.</summary>
    /// <param name="residual">In standard deviations.</param>
    public static double Weight(double residual)
    {
        double u = residual / Cut, rest = 1 - u * u;
        return rest > 0 ? rest * rest : 0;
    }

    /// <summary>The median of values in order.</summary>
    public static double MedianOfSorted(ReadOnlySpan<float> sorted) => (sorted[(sorted.Length - 1) / 2] + (double)sorted[sorted.Length / 2]) / 2;

    /// <summary>The median of the distances of sorted values from a centre, found by walking outwards from it.</summary>
    private static double MedianDistance(ReadOnlySpan<float> sorted, double centre)
    {
        int above = sorted.BinarySearch((float)centre);
        above = above < 0 ? ~above : above;
        int below = above - 1;
        double distance = 0;
        for (int taken = 0; taken <= sorted.Length / 2; taken++)
        {
            double up = above < sorted.Length ? Math.Abs(sorted[above] - centre) : double.PositiveInfinity;
            double down = below >= 0 ? Math.Abs(centre - sorted[below]) : double.PositiveInfinity;
            distance = Math.Min(up, down);
            if (up <= down)
                above++;
            else
                below--;
        }

        return distance;
    }

    private static double Refine(float[] values, double centre, double scale)
    {
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            double sum = 0, total = 0;
            foreach (float value in values)
            {
                double weight = Weight((value - centre) / scale);
                sum += weight * (value - centre);
                total += weight;
            }

            double step = sum / total;
            centre += step;
            if (Math.Abs(step) < 1e-6 * scale)
                break;
        }

        return centre;
    }

    /// <summary>The sandwich estimate: what the influences of whole groups add up to, over the slope of their sum.</summary>
    private static double Error(float[] values, int[] groups, int groupCount, double centre, double scale)
    {
        if (scale == 0)
            return 0;
        var influence = new double[groupCount];
        double slope = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double r = (values[i] - centre) / scale, u = r / Cut, rest = 1 - u * u;
            if (rest <= 0)
                continue;
            influence[groups[i]] += r * rest * rest;
            slope += rest * (1 - 5 * u * u);
        }

        double squares = influence.Sum(v => v * v);
        return slope > 0 ? scale * Math.Sqrt(squares) / slope : scale;
    }
}
