using System.Diagnostics;
using System.Globalization;

namespace EmTools.SectionBench;

/// <summary>
/// Runs one program and tells what it took. It does so in a process of its own (this program, started as
/// <c>--measure program arguments</c>): the kernel's peak of memory is that of the largest child so far, so that each
/// needs a parent without others.
/// </summary>
internal static class Measuring
{
    public const string Switch = "--measure";

    private const string Mark = "measured: ";

    /// <summary>The measuring process: passes the program's output on and adds a line with the figures.</summary>
    public static int Run(string[] command)
    {
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]))!;
        process.WaitForExit();
        double wall = Stopwatch.GetElapsedTime(began).TotalSeconds;
        ChildUsage usage = ChildUsage.Read();
        Console.WriteLine(FormattableString.Invariant($"{Mark}{wall} {usage.CpuSeconds} {usage.PeakMemory}"));
        return process.ExitCode;
    }

    /// <summary>Reads the line of figures out of a measuring process's output.</summary>
    public static (double Wall, double Cpu, long PeakMemory) Parse(string output)
    {
        int at = output.LastIndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
            throw new InvalidOperationException($"The measuring process told no figures:\n{output}");
        string[] figures = output[(at + Mark.Length)..].Split('\n')[0].Split(' ');
        return (
            double.Parse(figures[0], CultureInfo.InvariantCulture),
            double.Parse(figures[1], CultureInfo.InvariantCulture),
            long.Parse(figures[2], CultureInfo.InvariantCulture));
    }
}
