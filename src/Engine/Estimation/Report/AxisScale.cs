using System.Globalization;

namespace EmTools.Engine.Estimation.Report;

/// <summary>An axis of a chart: its ends, and round numbers between them with their labels.</summary>
internal sealed class AxisScale
{
    private const double SmallestShare = 1e-9;

    /// <summary>Plans an axis.</summary>
    /// <param name="low">The value at its beginning.</param>
    /// <param name="high">The value at its end; where it is not above <paramref name="low"/>, the axis is widened.</param>
    /// <param name="ticks">About how many labels there is room for.</param>
    /// <param name="whole">Label whole numbers only.</param>
    public AxisScale(double low, double high, int ticks, bool whole = false)
    {
        double magnitude = Math.Max(Math.Abs(low), Math.Abs(high));
        if (!(high - low > SmallestShare * magnitude))
            (low, high) = magnitude == 0 ? (-1, 1) : (low - 0.01 * magnitude, high + 0.01 * magnitude);
        (Low, High) = (low, high);

        double step = RoundUp((high - low) / ticks);
        if (whole)
            step = Math.Max(1, step);
        int decimals = Math.Clamp((int)-Math.Floor(Math.Log10(step)), 0, 9);
        string format = magnitude >= 1e7 || step < 1e-5 ? "G7" : $"F{decimals}";
        double first = Math.Ceiling(low / step);
        int count = (int)(Math.Floor(high / step) - first) + 1;
        Ticks = [.. Enumerable.Range(0, count).Select(i => (first + i) * step).Select(value => (value, (value == 0 ? 0 : value).ToString(format, CultureInfo.InvariantCulture)))];
    }

    /// <summary>The value at the axis' beginning.</summary>
    public double Low { get; }

    /// <summary>The value at the axis' end.</summary>
    public double High { get; }

    /// <summary>Round numbers and what is written beside them, upwards.</summary>
    public IReadOnlyList<(double Value, string Label)> Ticks { get; }

    /// <summary>Where a value lies: 0 at the beginning, 1 at the end.</summary>
    public double Share(double value) => (value - Low) / (High - Low);

    /// <summary>The least of 1, 2, 5, 10, 20 ... (and 0.5, 0.2 ...) that is not below a number.</summary>
    private static double RoundUp(double number)
    {
        double decade = Math.Pow(10, Math.Floor(Math.Log10(number)));
        return new[] { 1.0, 2, 5, 10 }.Select(step => step * decade).First(step => step >= number * (1 - SmallestShare));
    }
}
