using System.Globalization;

namespace EmTools.SectionBench;

/// <summary>Prints what was measured.</summary>
internal static class Report
{
    /// <summary>One line a run.</summary>
    public static void Line(string name, int run, MeasuredRun measured)
        => Write($"{name} {run + 1,2}: {measured.Wall,7:F2} s wall, {measured.Cpu,7:F2} s CPU, {measured.PeakMemory / 1e6,6:F0} MB");

    /// <summary>Smallest, median and largest of all figures of one build.</summary>
    public static void Summary(string name, IReadOnlyList<MeasuredRun> runs)
    {
        Write($"\n{name,-22}{"min",10}{"median",10}{"max",10}");
        Row("wall, s", runs.Select(r => r.Wall));
        Row("CPU, s", runs.Select(r => r.Cpu));
        Row("peak memory, MB", runs.Select(r => r.PeakMemory / 1e6));
        foreach (string stage in runs[0].Stages.Select(s => s.Key).Distinct())
            Row($"  {stage}, s", runs.Select(r => r.Stages.Where(s => s.Key == stage).Sum(s => s.Value)));
    }

    /// <summary>The ratio of wall times, pair by pair: runs that lie next to each other met the same machine.</summary>
    public static void Ratios(IReadOnlyList<MeasuredRun> build, IReadOnlyList<MeasuredRun> against)
    {
        double[] ratios = [.. build.Zip(against, (a, b) => a.Wall / b.Wall)];
        Write($"\nwall time of the build over the other's, pair by pair: {string.Join(' ', ratios.Select(r => r.ToString("F3", CultureInfo.InvariantCulture)))}");
        Row("ratio", ratios, "F3");
    }

    private static void Row(string name, IEnumerable<double> values, string format = "F2")
    {
        double[] sorted = [.. values.Order()];
        double median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        Write($"{name,-22}{sorted[0].ToString(format, CultureInfo.InvariantCulture),10}{median.ToString(format, CultureInfo.InvariantCulture),10}{sorted[^1].ToString(format, CultureInfo.InvariantCulture),10}");
    }

    private static void Write(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}
