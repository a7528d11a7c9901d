using System.Diagnostics;
using System.Globalization;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Stacks;

namespace EmTools.StackBench;

/// <summary>Plans, runs and looks at a simulated stack of many tiny sections: what is left is the bookkeeping.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        int count = 11260;
        bool runs = true;
        foreach (string arg in args)
        {
            if (arg == "--plan-only")
                runs = false;
            else if (!int.TryParse(arg, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count < 1)
                return Usage();
        }

        string folder = Directory.CreateTempSubdirectory("emtools-stack-bench-").FullName;
        try
        {
            Bench(folder, count, runs);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Usage()
    {
        Console.Error.WriteLine("usage: EmTools.StackBench [SECTIONS] [--plan-only]");
        return 2;
    }

    private static void Bench(string folder, int count, bool runs)
    {
        Console.WriteLine($"{count} sections of 8 x 8 pixels in {folder}");
        Timed("make the inputs (not part of it)", () => MakeInputs(folder, count));
        var stack = new StackFolder(Path.Combine(folder, "out"));
        Timed("open the headers (as Read-EmSection) and plan", () => Plan(folder, stack, count));
        StackWork work = Timed("read the plan (as a task does)", () => StackWork.Open(stack));
        Console.WriteLine($"  plan of {new FileInfo(stack.PlanFile).Length / 1e6:0.0} MB; largest memory so far {PeakMegabytes():0} MB");
        Timed("status, nothing done", () => Report(StackStatus.Of(work)));
        if (!runs)
            return;

        var run = new StackRun { Number = 1, Scheduler = "Local", Tasks = 200, Sections = IndexRanges.Format(StackStatus.Of(work).ToDo()), Planned = DateTime.UtcNow };
        run.Write(stack);
        long start = Stopwatch.GetTimestamp();
        for (int task = 0; task < run.Tasks; task++)
            TaskRunner.Run(work, run, task, new TaskOptions { Threads = 1 });
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine($"  {seconds,8:0.000} s  run {run.Tasks} tasks: {1000 * seconds / count:0.00} ms a section for its check, its file (flushed to the disk), its checksum and its ledger");
        Timed("status, all done", () => Report(StackStatus.Of(work)));
        Console.WriteLine($"  largest memory {PeakMegabytes():0} MB");
    }

    private static bool MakeInputs(string folder, int count)
    {
        string first = Path.Combine(folder, "first.tif");
        using (Plane<ushort> plane = Plane.FromArray(new ushort[8, 8]))
            TiffWriter.Write(first, plane);
        byte[] bytes = File.ReadAllBytes(first);
        Directory.CreateDirectory(Path.Combine(folder, "raw"));
        for (int i = 0; i < count; i++)
            File.WriteAllBytes(Input(folder, i), bytes);
        return true;
    }

    private static bool Plan(string folder, StackFolder stack, int count)
    {
        var planner = new StackPlanner(stack);
        var step = new IntensityOffsetStep(100);
        for (int i = 0; i < count; i++)
            planner.Add(new EmSection(ImageSource.Open(Input(folder, i)), i, inverted: true).With(step));
        planner.Write(planner.ToWork(TiffCompression.None));
        return true;
    }

    private static string Input(string folder, int index) => Path.Combine(folder, "raw", SectionFileName.Of(index));

    private static bool Report(StackStatus status)
    {
        Console.WriteLine($"  {status.Done} done, {status.Pending} pending, {status.Failed} failed");
        return true;
    }

    private static T Timed<T>(string what, Func<T> work)
    {
        long start = Stopwatch.GetTimestamp();
        T result = work();
        Console.WriteLine($"  {Stopwatch.GetElapsedTime(start).TotalSeconds,8:0.000} s  {what}");
        return result;
    }

    private static double PeakMegabytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / 1e6;
    }
}
