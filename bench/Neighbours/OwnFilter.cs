using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EmTools.Engine;
using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Milling;
using EmTools.Engine.Filters.NonLocal;
using EmTools.Engine.Imaging;

namespace EmTools.NeighbourBench;

/// <summary>Runs a case with this engine, as <c>published.py time</c> does with OpenCV.</summary>
internal static class OwnFilter
{
    /// <summary>Tells the seconds of each run (wall, CPU), and writes the last result.</summary>
    public static void Time(BenchCase work)
    {
        NeighbourWindow window = Load(work);
        var context = new EvaluationContext { Threads = work.Threads };
        Func<Plane<float>> filter = Filter(work, window, context);
        var times = new List<string>();
        Plane<float>? result = null;
        for (int run = 0; run < work.Runs; run++)
        {
            result?.Dispose();
            long start = Stopwatch.GetTimestamp();
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            result = filter();
            double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
            times.Add(string.Create(CultureInfo.InvariantCulture, $"[{wall:0.000000000}, {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:0.000000000}]"));
        }

        using FileStream to = File.Create(work.Result);
        for (int y = 0; y < work.Height; y++)
            to.Write(MemoryMarshal.AsBytes(result!.Row(y)));
        Console.WriteLine($$"""{"times": [{{string.Join(", ", times)}}], "versions": ".NET {{Environment.Version}}"}""");
    }

    private static NeighbourWindow Load(BenchCase work)
    {
        using FileStream from = File.OpenRead(work.Sections);
        var sections = new Plane<float>[from.Length / ((long)work.Height * work.Width * sizeof(float))];
        for (int z = 0; z < sections.Length; z++)
        {
            sections[z] = Plane.Rent<float>(work.Height, work.Width);
            for (int y = 0; y < work.Height; y++)
                from.ReadExactly(MemoryMarshal.AsBytes(sections[z].Row(y)));
        }

        return new NeighbourWindow(sections, sections.Length / 2);
    }

    private static Func<Plane<float>> Filter(BenchCase work, NeighbourWindow window, EvaluationContext context)
    {
        if (work.Filter == "milling")
        {
            var milling = new MillingCorrectionOptions { Sigma = (double)work.Parameters["sigma"]!, Neighborhood = (int)work.Parameters["nbhood"]! };
            return () => MillingCorrection.Compute(window, milling, context);
        }

        var options = new NonLocalMeansOptions { Block = (int)work.Parameters["BLOCK"]!, Neighborhood = (int)work.Parameters["NBHOOD"]!, WeightCount = (int)work.Parameters["WEIGHT_COUNT"]! };
        return () => NonLocalMeans.Compute(window, options, context);
    }
}
