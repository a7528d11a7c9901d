using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace EmTools.NeighbourBench;

/// <summary>Runs a case with both programs, by turns, and tells times and ratios.</summary>
internal sealed class Comparison(string folder)
{
    private const int TinyPixels = 1 << 16; // start-up of a first run says nothing about how often a tiny case can be run in some seconds
    private const int RunsOfTiny = 3000; // the runtime compiles again what it has seen run often
    private const int PublishedRunsOfTiny = 300;
    private const double SecondsOfRuns = 3; // others are run again and again for so long
    private const double LongRun = 20; // nothing is left to warm up in a run of so many seconds

    private string Own => Path.Combine(folder, "own.f32");

    private string Published => Path.Combine(folder, "published.f32");

    public void Run(BenchCase work, int threads)
    {
        work = work with { Threads = threads };
        string[] engine = ["dotnet", typeof(Comparison).Assembly.Location, "time"];
        string[] python = ["/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "published.py"), "time"];

        // As a process of its own: start-up, reading, one run, writing.
        Measured ownAlone = Start(engine, work with { Result = Own });
        Measured publishedAlone = Start(python, work with { Result = Published });

        // Warm: the computation itself.
        Measured own = Start(engine, work with { Result = Own, Runs = Repeats(work, ownAlone.Wall, RunsOfTiny) });
        Measured published = publishedAlone.Wall > LongRun ? publishedAlone : Start(python, work with { Result = Published, Runs = Repeats(work, publishedAlone.Wall, PublishedRunsOfTiny) });

        string unit = published.Wall < 0.1 ? "ms" : "s";
        double scale = published.Wall < 0.1 ? 1000 : 1;
        Console.WriteLine($"{work}, {threads} thread{(threads == 1 ? "" : "s")}");
        Line("computation, warm: wall", own.Wall, published.Wall);
        Line("computation, warm: CPU", own.Cpu, published.Cpu);
        Line("process of its own: wall", ownAlone.Process, publishedAlone.Process);
        (double usual, double largest) = Difference();
        Console.WriteLine($"  results differ by {usual:0.0000} in 99.9 % of pixels, by {largest:0.0} at most; {own.Versions}; {published.Versions}");

        void Line(string what, double ours, double theirs)
            => Console.WriteLine($"  {what,-25} {scale * ours,9:0.0000} {unit,-2}   published {scale * theirs,9:0.0000} {unit,-2}   {theirs / ours,6:0.0} times as fast");
    }

    private static int Repeats(BenchCase work, double seconds, int ofTiny)
        => work.Height * work.Width <= TinyPixels ? ofTiny : (int)Math.Clamp(SecondsOfRuns / seconds, 4, ofTiny);

    private Measured Start(string[] program, BenchCase work)
    {
        string file = Path.Combine(folder, "case.json");
        work.Write(file);
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(program[0], [.. program[1..], file]) { RedirectStandardOutput = true })!;
        string told = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double all = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{string.Join(' ', program)} {file}' ended with the code {process.ExitCode}.");
        JsonNode answer = JsonNode.Parse(told)!;
        double[][] times = [.. answer["times"]!.AsArray().Select(pair => pair!.AsArray().Select(n => (double)n!).ToArray())];
        double[][] warm = times.Length > 3 ? times[(times.Length / 4)..] : times;
        return new Measured(Median(warm.Select(t => t[0])), warm.Average(t => t[1]), all, (string)answer["versions"]!);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private (double Usual, double Largest) Difference()
    {
        byte[] own = File.ReadAllBytes(Own);
        byte[] published = File.ReadAllBytes(Published);
        ReadOnlySpan<float> a = MemoryMarshal.Cast<byte, float>(own);
        ReadOnlySpan<float> b = MemoryMarshal.Cast<byte, float>(published);
        var differences = new float[a.Length];
        for (int i = 0; i < a.Length; i++)
            differences[i] = Math.Abs(a[i] - b[i]);
        Array.Sort(differences);
        return (differences[(int)(0.999 * (differences.Length - 1))], differences[^1]);
    }

    /// <param name="Wall">Seconds of a run, the median.</param>
    /// <param name="Cpu">Processor seconds of a run, the mean: the clock is too coarse for a median.</param>
    /// <param name="Process">Seconds of the whole process.</param>
    /// <param name="Versions">What ran.</param>
    private sealed record Measured(double Wall, double Cpu, double Process, string Versions);
}
